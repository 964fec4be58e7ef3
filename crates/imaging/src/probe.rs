//! Probing: format and size of a picture without decoding it.

use image::metadata::Orientation;

use crate::decode::{guarded_whole, open, sniff};
use crate::metadata;
use crate::{DecodeError, DecodeLimits, Format};

/// Facts from the header of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Format of the picture, by its content.
    pub format: Format,
    /// Width in pixels, as the picture is meant to be shown.
    pub width: u32,
    /// Height in pixels, as the picture is meant to be shown.
    pub height: u32,
    /// Largest number of bytes that the picture takes during decoding and afterwards; more if its
    /// file has more than 8 bits a channel.
    pub bytes: u64,
}

/// Reads the header of a picture, without decoding its pixels. `bytes` must be the whole file: some
/// formats have their size near the end.
///
/// # Errors
/// A [`DecodeError`] if the header cannot be read. There is no limit to the size it may claim,
/// since nothing is allocated for it.
pub fn probe(bytes: &[u8]) -> Result<Probe, DecodeError> {
    let format = sniff(bytes)?;
    let limits = DecodeLimits {
        max_pixels: u64::MAX,
        max_bytes: u64::MAX,
    };
    guarded_whole(bytes, format, || {
        let opened = open(bytes, format, &metadata::read(bytes, format), &limits)?;
        let (width, height) = opened.size;
        let lies = matches!(
            opened.orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        );
        let (width, height) = if lies {
            (height, width)
        } else {
            (width, height)
        };
        Ok(Probe {
            format,
            width,
            height,
            bytes: opened.bytes(),
        })
    })
}
