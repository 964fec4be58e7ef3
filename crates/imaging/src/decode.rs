//! Decoding: from the bytes of a picture file to a [`Picture`].

mod avif;
mod error;
mod fault;
mod flatten;
mod gif_blocks;
mod guard;
#[cfg(feature = "heic")]
mod heic;
mod jpeg;
mod jpeg_xl;
mod mended;
mod open;
mod other_formats;
mod raster;
mod samples;
mod tiff;
mod whole;
mod yuv;

pub(crate) use avif::colours as avif_colours;
pub use error::DecodeError;
pub(crate) use fault::Fault;
pub(crate) use flatten::flatten;
pub(crate) use gif_blocks::{extensions as gif_extensions, whole_gif};
pub(crate) use guard::{guarded, guarded_whole};
pub(crate) use jpeg_xl::{Colours as JpegXlColours, colours as jpeg_xl_colours};
pub(crate) use mended::png as mended_png;
pub(crate) use open::check_pixels;
pub(crate) use open::{open, sniff};
pub use other_formats::OtherFormat;
pub(crate) use raster::{Channels, Raster, Samples};
pub(crate) use tiff::Directory as TiffDirectory;
pub(crate) use whole::{check_whole, ends_in_zeros};

use crate::animation::first_webp_frame;
use crate::colour::{Source, to_srgb};
use crate::encode::rgba_eight;
use crate::metadata::{self, Metadata};
use crate::picture::oriented;
use crate::{Alpha, AnyPicture, ColourProfile, DecodeLimits, DeepPicture, Format, Picture};
use image::metadata::Orientation;

/// A decoded picture with facts about its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded<P = Picture> {
    /// The picture in sRGB, rotated as it is meant to be shown.
    pub picture: P,
    /// Format of the file, by its content.
    pub format: Format,
    /// Bits of each colour channel in the file: 8 (or fewer), up to 16, or 32 for floating point.
    /// In a [`Picture`], colours are converted to 8 bits, and alpha keeps 16 if the file has more
    /// than 8.
    pub bits: u8,
    /// Whether the file has further frames or pages, which were left out.
    pub more_frames: bool,
    /// The file's metadata, unchanged.
    pub metadata: Metadata,
    /// Whether the colours were converted to sRGB from others.
    pub converted: bool,
    /// The profile from which the colours were converted, if it is one for red, green and blue.
    pub profile: Option<ColourProfile>,
}

impl<P> Decoded<P> {
    /// Applies `change` to the picture, and keeps everything else.
    pub fn map<Q>(self, change: impl FnOnce(P) -> Q) -> Decoded<Q> {
        Decoded {
            picture: change(self.picture),
            format: self.format,
            bits: self.bits,
            more_frames: self.more_frames,
            metadata: self.metadata,
            converted: self.converted,
            profile: self.profile,
        }
    }

    /// Splits off the picture from the other facts about its file.
    pub fn split(self) -> (P, Decoded<()>) {
        let mut picture = None;
        let file = self.map(|own| picture = Some(own));
        (picture.expect("it was just put there"), file)
    }
}

impl Decoded<()> {
    /// Reads the facts about a file of layers, without its pixels.
    ///
    /// # Errors
    /// The bytes are of a format without layers.
    pub fn of_document(bytes: &[u8]) -> Result<Self, DecodeError> {
        let format = sniff(bytes)?;
        if !matches!(format, Format::Psd | Format::OpenRaster) {
            return Err(DecodeError::NoLayers { format });
        }
        guarded(format, || {
            let metadata = metadata::read(bytes, format);
            let source = Source::of(bytes, format, &metadata);
            let converted = match &source {
                Source::Profile(profile) => [1, 3, 4]
                    .iter()
                    .any(|&channels| to_srgb(profile, channels).is_some()),
                Source::Srgb | Source::HighDynamicRange(_) => false,
            };
            Ok(Self {
                picture: (),
                format,
                bits: 8,
                more_frames: false,
                converted,
                profile: own_profile(&metadata, &source).filter(|_| converted),
                metadata,
            })
        })
    }
}

/// Decodes the first picture of a PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or JPEG XL file.
///
/// The format is recognised by content. The orientation the file asks for is applied, and colours
/// are converted to sRGB by the file's profile; without one they are taken for sRGB. Grey and
/// palette pictures are converted to colour. A palette's or a GIF's transparent colour becomes an
/// alpha channel; a file's own alpha channel is kept even where all of it is opaque.
///
/// # Errors
/// A [`DecodeError`] that says what is wrong with the bytes, or which limit they exceed. Nothing is
/// allocated for the pixels until the size in the header has been checked against `limits`.
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded, DecodeError> {
    Ok(decode_any(bytes, limits)?.map(AnyPicture::into_eight))
}

/// Decodes a picture as [`decode`] does, to 16 bits a channel.
///
/// # Errors
/// As [`decode`].
pub fn decode_deep(
    bytes: &[u8],
    limits: &DecodeLimits,
) -> Result<Decoded<DeepPicture>, DecodeError> {
    Ok(decode_any(bytes, limits)?.map(AnyPicture::into_sixteen))
}

/// Decodes a picture as [`decode`] does, in the depth of the file: 8 or 16 bits a channel.
///
/// # Errors
/// As [`decode`].
pub fn decode_any(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded<AnyPicture>, DecodeError> {
    let parts = decode_parts(bytes, limits)?;
    let picture = match parts.flat {
        AnyPicture::Eight(picture) => AnyPicture::Eight(oriented(
            without_empty_alpha(picture, parts.format),
            parts.orientation,
        )),
        AnyPicture::Sixteen(picture) => AnyPicture::Sixteen(picture.oriented(parts.orientation)),
    };
    Ok(Decoded {
        picture,
        format: parts.format,
        bits: parts.bits,
        more_frames: parts.more_frames,
        metadata: parts.metadata,
        converted: parts.converted,
        profile: parts.profile,
    })
}

struct Parts {
    flat: AnyPicture,
    format: Format,
    bits: u8,
    more_frames: bool,
    metadata: Metadata,
    converted: bool,
    profile: Option<ColourProfile>,
    orientation: Orientation,
}

fn decode_parts(bytes: &[u8], limits: &DecodeLimits) -> Result<Parts, DecodeError> {
    let format = sniff(bytes)?;
    guarded_whole(bytes, format, || decode_as(bytes, format, limits))
}

fn decode_as(bytes: &[u8], format: Format, limits: &DecodeLimits) -> Result<Parts, DecodeError> {
    let metadata = metadata::read(bytes, format);
    let opened = open(bytes, format, &metadata, limits)?;
    let (orientation, more_frames) = (opened.orientation, opened.more_frames);
    let depth = opened.bits();
    let raster = if format == Format::WebP && more_frames {
        // The decoder of single pictures lays an animation's first frame out otherwise.
        animated_raster(bytes, opened.size, limits)?
    } else {
        opened.raster(format, limits)?
    };
    check_whole(bytes, format)?;
    let bits = depth.unwrap_or(match raster.samples {
        Samples::Eight(_) => 8,
        Samples::Sixteen(_) => 16,
        Samples::Float(_) => 32,
    });
    let source = Source::of(bytes, format, &metadata);
    let (flat, converted) =
        flatten(raster, &source).map_err(|fault| fault.of(format, limits.max_bytes))?;
    let profile = own_profile(&metadata, &source).filter(|_| converted);
    Ok(Parts {
        flat,
        format,
        bits,
        more_frames,
        metadata,
        converted,
        profile,
        orientation,
    })
}

/// The profile of a file's colours, if it is one for red, green and blue.
fn own_profile(metadata: &Metadata, source: &Source) -> Option<ColourProfile> {
    let own = metadata.profile.clone().and_then(ColourProfile::new);
    own.or_else(|| source.profile())
}

/// Decodes the first frame of an animated WebP.
fn animated_raster(
    bytes: &[u8],
    size: (u32, u32),
    limits: &DecodeLimits,
) -> Result<Raster, DecodeError> {
    let frame = first_webp_frame(bytes, size);
    let parts = frame
        .map_err(|fault| fault.of(Format::WebP, limits.max_bytes))?
        .picture
        .into_parts();
    let (channels, samples) = match parts.alpha {
        Some(alpha) => (Channels::Rgba, rgba_eight(&parts.rgb, &alpha.to_eight())),
        None => (Channels::Rgb, parts.rgb),
    };
    Ok(Raster {
        width: parts.width,
        height: parts.height,
        channels,
        samples: Samples::Eight(samples),
    })
}

/// Drops an alpha channel that the file does not really have: decoders give every GIF one, and some
/// programs leave the fourth byte of each pixel in a BMP zero without meaning transparency.
fn without_empty_alpha(picture: Picture, format: Format) -> Picture {
    let empty = match (format, picture.alpha()) {
        (Format::Gif, Some(alpha)) => alpha.is_opaque(),
        (Format::Bmp, Some(Alpha::Eight(values))) => values.iter().all(|&value| value == 0),
        _ => false,
    };
    if empty {
        picture.without_alpha()
    } else {
        picture
    }
}
