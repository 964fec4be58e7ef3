//! Inspection of a single file.

use utsushi_imaging::{DecodeLimits, Format, Picture, decode, fit_within, resize};

use super::InspectOptions;
use super::sharpness::soft_side;
use crate::DropReason;
use crate::perceptual_hash::PerceptualHash;

/// Facts about one picture.
pub(super) struct Look {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    pub fingerprint: PerceptualHash,
    /// Shorter side in pixels at which a blurred or enlarged picture would be sharp; `None` if it
    /// is sharp.
    pub soft_side: Option<u32>,
    pub thumbnail: Option<Picture>,
}

/// Decodes a file and notes facts about it; keeps a thumbnail if it is `shown`.
pub(super) fn look(
    bytes: &[u8],
    options: &InspectOptions,
    shown: bool,
) -> Result<Look, DropReason> {
    let limits = DecodeLimits {
        max_pixels: options.max_pixels,
        ..DecodeLimits::default()
    };
    let decoded = decode(bytes, &limits).map_err(|error| DropReason::Unreadable {
        detail: error.to_string(),
    })?;
    let picture = decoded.picture;
    let (width, height) = (picture.width(), picture.height());
    let thumbnail = shown.then(|| {
        let (width, height) = fit_within((width, height), options.sheet_cell, options.sheet_cell);
        resize(&picture, width, height)
    });
    Ok(Look {
        format: decoded.format,
        width,
        height,
        bytes: bytes.len() as u64,
        fingerprint: PerceptualHash::of(&picture),
        soft_side: soft_side(&picture),
        thumbnail,
    })
}
