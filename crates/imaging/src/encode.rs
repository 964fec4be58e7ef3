//! A [`Picture`] to the bytes of a picture file.

mod deep;
mod error;
mod layers;

pub use deep::{DeepFormat, encode_deep};
pub use error::EncodeError;
pub use layers::over_white;
pub(crate) use layers::rgba_eight;

use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::embed::{Extras, embedded};
use crate::{Alpha, AnimationFormat, AnimationWriter, Frame, OutputFormat, Picture};

/// Settings for [`encode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// JPEG quality, 1…100; what lies beyond is clamped. PNG and WebP are lossless and ignore it.
    pub jpeg_quality: u8,
}

impl Default for EncodeOptions {
    /// Quality 92: no artefacts that show on line art at normal size.
    fn default() -> Self {
        Self { jpeg_quality: 92 }
    }
}

/// Encodes a picture.
///
/// - PNG is lossless and keeps alpha bit for bit; a picture with 16-bit alpha becomes a 16-bit
///   PNG, whose colours round back to the same bytes.
/// - JPEG has no alpha, so that the picture is laid over white.
/// - WebP is lossless; alpha is brought to 8 bits.
/// - GIF has 256 colours and no half transparent pixels.
///
/// # Errors
/// A picture larger than the format can hold, or a failure of the encoder.
pub fn encode(
    picture: &Picture,
    format: OutputFormat,
    options: EncodeOptions,
) -> Result<Vec<u8>, EncodeError> {
    EncodeError::check_size(picture, format)?;
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
            let quality = options.jpeg_quality.clamp(1, 100);
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
    outcome.map_err(|error| EncodeError::Encoder {
        format,
        detail: error.to_string(),
    })?;
    Ok(bytes)
}

/// Encodes a picture with metadata, a colour profile and a mark beside it, in PNG, JPEG and WebP; GIF
/// has no place for them, nor WebP for IPTC and resolution. A profile says what the colours of
/// `picture` mean: [`from_srgb`](crate::from_srgb) brings them there.
///
/// # Errors
/// As [`encode`].
pub fn encode_with(
    picture: &Picture,
    format: OutputFormat,
    options: EncodeOptions,
    extras: &Extras,
) -> Result<Vec<u8>, EncodeError> {
    let bytes = encode(picture, format, options)?;
    Ok(embedded(bytes, format, picture, extras))
}

/// Hands the picture to an encoder in its own depth.
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
