//! Writing of picture files, whole or not at all.

mod error;
mod target;
mod whole;

pub use error::WriteError;
pub use target::{check_place, check_target};
pub use whole::write_whole;

use std::path::Path;

use crate::{EncodeOptions, Extras, Picture, encode_with};

/// Options of [`write()`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whether an existing file may be replaced.
    pub force: bool,
    /// Quality of JPEG and AVIF, 1…100.
    pub quality: u8,
}

impl Default for WriteOptions {
    /// Options that replace nothing, with the quality of [`EncodeOptions::default`].
    fn default() -> Self {
        Self {
            force: false,
            quality: EncodeOptions::default().quality,
        }
    }
}

/// Writes a picture to a file, in the format for its suffix (png, jpg, webp, gif, tif, avif, jxl,
/// psd, ora).
///
/// The bytes go to a temporary file beside the target, are flushed to the disk and take the
/// target's name in one step: whatever happens, the name refers to the old file, to nothing, or to
/// the whole new one.
///
/// # Errors
/// A [`WriteError`] that carries the path; no part of a file is left behind.
pub fn write(path: &Path, picture: &Picture, options: &WriteOptions) -> Result<(), WriteError> {
    write_with(path, picture, options, &Extras::default())
}

/// Writes a picture to a file as [`write()`] does, with metadata, a colour profile and a mark.
///
/// # Errors
/// As [`write()`].
pub fn write_with(
    path: &Path,
    picture: &Picture,
    options: &WriteOptions,
    extras: &Extras,
) -> Result<(), WriteError> {
    let format = check_target(path, options.force)?;
    let settings = EncodeOptions {
        quality: options.quality,
    };
    let bytes =
        encode_with(picture, format, settings, extras).map_err(|reason| WriteError::Encode {
            path: path.into(),
            reason,
        })?;
    write_whole(path, &bytes, options.force)
}
