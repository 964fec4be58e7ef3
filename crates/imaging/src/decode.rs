//! Bytes of a picture file to a [`Picture`].

mod error;
mod fault;
mod flatten;
mod gif_blocks;
mod guard;
mod jpeg;
mod open;
mod other_formats;
mod raster;
mod samples;
mod tiff;
mod whole;

pub use error::DecodeError;
pub(crate) use fault::Fault;
pub(crate) use gif_blocks::whole_gif;
pub(crate) use guard::guarded;
pub(crate) use open::{open, sniff};
pub use other_formats::OtherFormat;
pub(crate) use tiff::Directory as TiffDirectory;

use crate::animation::first_webp_frame;
use crate::colour::Source;
use crate::encode::rgba_eight;
use crate::metadata::{self, Metadata};
use crate::picture::oriented;
use crate::{Alpha, ColourProfile, DecodeLimits, DeepPicture, Format, Picture};
use flatten::Flat;
use image::metadata::Orientation;
use raster::{Channels, Raster, Samples};

/// A picture, and what its file was like.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The picture, turned the way it is meant to be seen, in sRGB.
    pub picture: Picture,
    /// The format of its file, by content.
    pub format: Format,
    /// Bits of each colour channel in the file: 8 (or fewer), 16, or 32 for floating point. The
    /// colours are brought to 8 bits; alpha keeps 16 where the file has 16.
    pub bits: u8,
    /// Whether the file holds further frames or pages, which were left out.
    pub more_frames: bool,
    /// The file's metadata, unchanged.
    pub metadata: Metadata,
    /// Whether the colours were brought to sRGB from others.
    pub converted: bool,
    /// The profile that they were brought from, where it is one of red, green and blue.
    pub profile: Option<ColourProfile>,
}

/// The same as [`Decoded`] with all of its 16 bits.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedDeep {
    /// The picture, turned the way it is meant to be seen, in sRGB.
    pub picture: DeepPicture,
    /// The format of its file, by content.
    pub format: Format,
    /// Bits of each colour channel in the file, as in [`Decoded::bits`].
    pub bits: u8,
    /// The file's metadata, unchanged.
    pub metadata: Metadata,
}

/// Decodes the first picture of a PNG, JPEG, WebP, GIF, BMP or TIFF file.
///
/// The format is told by content. The orientation the file asks for is applied, and colours are
/// brought to sRGB by the file's profile; without one they are taken for sRGB. Grey and palette
/// pictures come back in colour. A palette's or a GIF's transparent colour becomes an alpha
/// channel; a file's own alpha channel is kept even where all of it is opaque.
///
/// # Errors
/// A [`DecodeError`] that says what is wrong with the bytes, or which limit they break. Nothing
/// is allocated for the pixels until the size in the header has been held against `limits`.
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded, DecodeError> {
    let parts = decode_parts(bytes, limits)?;
    let picture = without_empty_alpha(parts.flat.eight(), parts.format);
    Ok(Decoded {
        picture: oriented(picture, parts.orientation),
        format: parts.format,
        bits: parts.bits,
        more_frames: parts.more_frames,
        metadata: parts.metadata,
        converted: parts.converted,
        profile: parts.profile,
    })
}

/// As [`decode`], with 16 bits a channel.
///
/// # Errors
/// As [`decode`].
pub fn decode_deep(bytes: &[u8], limits: &DecodeLimits) -> Result<DecodedDeep, DecodeError> {
    let parts = decode_parts(bytes, limits)?;
    let picture = match parts.flat {
        Flat::Eight(picture) => DeepPicture::from(&oriented(
            without_empty_alpha(picture, parts.format),
            parts.orientation,
        )),
        deep => deep.sixteen().oriented(parts.orientation),
    };
    Ok(DecodedDeep {
        picture,
        format: parts.format,
        bits: parts.bits,
        metadata: parts.metadata,
    })
}

struct Parts {
    flat: Flat,
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
    guarded(format, || decode_as(bytes, format, limits)).map_err(|error| match error {
        // What a decoder calls damaged is often only the end that is missing.
        DecodeError::Damaged { .. } => whole::check_whole(bytes, format).err().unwrap_or(error),
        other => other,
    })
}

fn decode_as(bytes: &[u8], format: Format, limits: &DecodeLimits) -> Result<Parts, DecodeError> {
    let metadata = metadata::read(bytes, format);
    let opened = open(bytes, format, &metadata, limits)?;
    let (orientation, more_frames) = (opened.orientation, opened.more_frames);
    let raster = match format == Format::WebP && more_frames {
        // The decoder of single pictures lays an animation's first frame out otherwise.
        true => animated_raster(bytes, opened.size, limits)?,
        false => opened.raster(format, limits)?,
    };
    whole::check_whole(bytes, format)?;
    let bits = match raster.samples {
        Samples::Eight(_) => 8,
        Samples::Sixteen(_) => 16,
        Samples::Float(_) => 32,
    };
    let source = Source::of(bytes, format, &metadata);
    let (flat, converted) =
        flatten::flatten(raster, &source).map_err(|fault| fault.of(format, limits.max_bytes))?;
    let own_profile = metadata.profile.clone().and_then(ColourProfile::new);
    Ok(Parts {
        flat,
        format,
        bits,
        more_frames,
        metadata,
        converted,
        profile: own_profile
            .or_else(|| source.profile())
            .filter(|_| converted),
        orientation,
    })
}

/// The first frame of an animated WebP.
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

/// Drops an alpha channel that the file does not really have: decoders give every GIF one, and
/// some BMP writers leave the fourth byte of each pixel zero, which nobody means as transparent.
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
