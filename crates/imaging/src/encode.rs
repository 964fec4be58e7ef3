//! Encoding: from a [`Picture`] to the bytes of a file.

mod avif;
mod deep;
mod error;
mod indexed;
mod jpeg_xl;
mod layers;
mod tiff;

pub use deep::encode_deep;
pub use error::EncodeError;
pub use indexed::encode_indexed;
pub(crate) use jpeg_xl::START as JPEG_XL_START;
pub use layers::over_white;
pub(crate) use layers::rgba_eight;

use std::borrow::Cow;
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::embed::{Extras, embedded};
use crate::{
    Alpha, AnimationFormat, AnimationWriter, AnyPicture, DeepPicture, Document, Frame,
    OutputFormat, Picture,
};

/// Options of [`encode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Quality of JPEG and AVIF, clamped to 1…100. All other formats are lossless and ignore it.
    pub quality: u8,
}

impl Default for EncodeOptions {
    /// Quality 92: line art has no visible artefacts at normal size.
    fn default() -> Self {
        Self { quality: 92 }
    }
}

/// Encodes a picture.
///
/// - PNG is lossless and keeps alpha bit for bit; a picture with 16-bit alpha becomes a 16-bit PNG,
///   whose colours round back to the same bytes.
/// - JPEG has no alpha, so that the picture is laid over white.
/// - WebP and JPEG XL are lossless; alpha is brought to 8 bits.
/// - TIFF is lossless and keeps alpha as PNG does.
/// - AVIF has 10 bits, so that alpha is brought to those.
/// - GIF has 256 colours and no half transparent pixels.
/// - PSD and OpenRaster get it as their only layer.
///
/// # Errors
/// The picture is larger than the format supports, or the encoder fails.
pub fn encode(
    picture: &Picture,
    format: OutputFormat,
    options: EncodeOptions,
) -> Result<Vec<u8>, EncodeError> {
    EncodeError::check_size((picture.width(), picture.height()), format)?;
    let failed = |detail: String| EncodeError::Encoder { format, detail };
    let mut bytes = Vec::new();
    let outcome = match format {
        OutputFormat::Png => {
            let encoder = PngEncoder::new_with_quality(
                &mut bytes,
                CompressionType::Default,
                FilterType::Adaptive,
            );
            feed(encoder, picture)
        }
        OutputFormat::Tiff | OutputFormat::JpegXl => {
            if let (Some(Alpha::Sixteen(_)), OutputFormat::Tiff) = (picture.alpha(), format) {
                return encode_deep(&DeepPicture::from(picture), format);
            }
            let samples = match picture.alpha() {
                None => Cow::Borrowed(picture.rgb()),
                Some(alpha) => Cow::Owned(rgba_eight(picture.rgb(), &alpha.to_eight())),
            };
            let (size, has_alpha) = (
                (picture.width(), picture.height()),
                picture.alpha().is_some(),
            );
            return match format {
                OutputFormat::Tiff => tiff::encode(&samples[..], size, has_alpha),
                _ => jpeg_xl::encode(&samples, size, false, has_alpha),
            }
            .map_err(failed);
        }
        OutputFormat::Psd | OutputFormat::OpenRaster => {
            return encode_with(picture, format, options, &Extras::default());
        }
        OutputFormat::Avif => return avif::encode(picture, options.quality).map_err(failed),
        OutputFormat::Gif => {
            let frame = Frame {
                picture: picture.clone(),
                delay: Duration::ZERO,
            };
            let mut writer = AnimationWriter::new(AnimationFormat::Gif, 0);
            writer.push(&frame)?;
            return writer.finish();
        }
        OutputFormat::Jpeg => {
            let quality = options.quality.clamp(1, 100);
            let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
            let flat = layers::over_white(picture);
            let (width, height) = (picture.width(), picture.height());
            encoder.write_image(&flat, width, height, ExtendedColorType::Rgb8)
        }
        OutputFormat::WebP => {
            let encoder = WebPEncoder::new_lossless(&mut bytes);
            match picture.alpha() {
                Some(alpha) => {
                    let samples = rgba_eight(picture.rgb(), &alpha.to_eight());
                    let (width, height) = (picture.width(), picture.height());
                    encoder.write_image(&samples, width, height, ExtendedColorType::Rgba8)
                }
                None => feed(encoder, picture),
            }
        }
    };
    outcome.map_err(|error| failed(error.to_string()))?;
    Ok(bytes)
}

/// Encodes a picture with metadata, a colour profile and a mark. GIF supports XMP only, JPEG XL no
/// profile, and JPEG XL, WebP and AVIF neither IPTC nor resolution. A profile describes the colours
/// that `picture` has already; [`from_srgb`](crate::from_srgb) converts them.
///
/// # Errors
/// As [`encode`].
pub fn encode_with(
    picture: &Picture,
    format: OutputFormat,
    options: EncodeOptions,
    extras: &Extras,
) -> Result<Vec<u8>, EncodeError> {
    let size = (picture.width(), picture.height());
    EncodeError::check_size(size, format)?;
    if let Some(document) = format.document() {
        return Document::single(picture.clone()).encode(document, extras);
    }
    let bytes = encode(picture, format, options)?;
    let alpha = picture.alpha().is_some();
    Ok(embedded(bytes, format, (size.into(), alpha), extras))
}

/// Encodes a picture as [`encode_with`] does, in its own depth of 8 or 16 bits a channel.
///
/// # Errors
/// As [`encode`], or the picture has 16 bits and the format does not support them
/// ([`OutputFormat::holds_sixteen`]).
pub fn encode_any(
    picture: &AnyPicture,
    format: OutputFormat,
    options: EncodeOptions,
    extras: &Extras,
) -> Result<Vec<u8>, EncodeError> {
    let deep = match picture {
        AnyPicture::Eight(picture) => return encode_with(picture, format, options, extras),
        AnyPicture::Sixteen(picture) => picture,
    };
    let size = picture.size();
    EncodeError::check_size(size, format)?;
    if let Some(document) = format.document() {
        return Document::single(picture.clone()).encode(document, extras);
    }
    let bytes = encode_deep(deep, format)?;
    let alpha = picture.has_alpha();
    Ok(embedded(bytes, format, (size.into(), alpha), extras))
}

/// Passes the picture to an encoder in its own depth.
fn feed(encoder: impl ImageEncoder, picture: &Picture) -> image::ImageResult<()> {
    let (width, height) = (picture.width(), picture.height());
    match picture.alpha() {
        None => encoder.write_image(picture.rgb(), width, height, ExtendedColorType::Rgb8),
        Some(Alpha::Eight(alpha)) => {
            let samples = rgba_eight(picture.rgb(), alpha);
            encoder.write_image(&samples, width, height, ExtendedColorType::Rgba8)
        }
        Some(Alpha::Sixteen(alpha)) => {
            let samples = layers::rgba_sixteen(picture.rgb(), alpha);
            encoder.write_image(&samples, width, height, ExtendedColorType::Rgba16)
        }
    }
}
