//! Bytes of a picture file to a [`Picture`].

mod error;
mod gif_blocks;
mod guard;
mod open;
mod premultiplied;
mod samples;
mod tiff;
mod whole;

pub use error::DecodeError;
pub(crate) use guard::guarded;
pub(crate) use open::{Opened, open, sniff};

use crate::picture::oriented;
use crate::{Alpha, DecodeLimits, Format, Picture};

/// A picture, and what its file was like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The picture, turned the way it is meant to be seen.
    pub picture: Picture,
    /// The format of its file, by content.
    pub format: Format,
    /// Bits of each colour channel in the file: 8 (or fewer), 16, or 32 for floating point. The
    /// colours are brought to 8 bits; alpha keeps 16 where the file has 16.
    pub bits: u8,
    /// Whether the file holds further frames or pages, which were left out.
    pub more_frames: bool,
}

/// Decodes the first picture of a PNG, JPEG, WebP, GIF, BMP or TIFF file.
///
/// The format is told by content. The orientation the file asks for is applied. Grey and palette
/// pictures come back in colour; CMYK is converted without a profile. A palette's or a GIF's
/// transparent colour becomes an alpha channel; a file's own alpha channel is kept even where all
/// of it is opaque.
///
/// # Errors
/// A [`DecodeError`] that says what is wrong with the bytes, or which limit they break. Nothing
/// is allocated for the pixels until the size in the header has been held against `limits`.
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded, DecodeError> {
    let format = sniff(bytes)?;
    guarded(format, || decode_as(bytes, format, limits)).map_err(|error| match error {
        // What a decoder calls damaged is often only the end that is missing.
        DecodeError::Damaged { .. } => whole::check_whole(bytes, format).err().unwrap_or(error),
        other => other,
    })
}

fn decode_as(bytes: &[u8], format: Format, limits: &DecodeLimits) -> Result<Decoded, DecodeError> {
    let Opened {
        decoder,
        orientation,
        more_frames,
    } = open(bytes, format, limits)?;
    let (mut picture, bits) = samples::read(decoder, format, limits)?;
    whole::check_whole(bytes, format)?;
    if format == Format::Tiff && tiff::traits(bytes).premultiplied {
        premultiplied::undo(&mut picture);
    }
    let picture = oriented(without_empty_alpha(picture, format), orientation);
    Ok(Decoded {
        picture,
        format,
        bits,
        more_frames,
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
