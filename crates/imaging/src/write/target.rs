//! Checks whether a file may be written to a path.

use std::path::Path;

use utsushi_files::folder_of;

use super::WriteError;
use crate::OutputFormat;
use crate::standard::is_standard;

/// Checks a target before the work of making its picture: its suffix, its folder, and whether it
/// exists already. Returns the format to be written: PNG for `-`, standard output.
///
/// # Errors
/// The errors that [`write()`](crate::write()) would return.
pub fn check_target(path: &Path, force: bool) -> Result<OutputFormat, WriteError> {
    check_place(path, force)?;
    if is_standard(path) {
        return Ok(OutputFormat::Png);
    }
    OutputFormat::from_extension(path)
        .ok_or_else(|| WriteError::UnknownEnding { path: path.into() })
}

/// Checks a target as [`check_target`] does, for files of any kind.
///
/// # Errors
/// The path is a folder, the folder to write into does not exist, or, without `force`, anything is
/// at the path.
pub fn check_place(path: &Path, force: bool) -> Result<(), WriteError> {
    if is_standard(path) {
        return Ok(());
    }
    if path.is_dir() {
        return Err(WriteError::IsFolder { path: path.into() });
    }
    // Asks about the link itself: a link that leads nowhere is something, too.
    if !force && path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { path: path.into() });
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(WriteError::NoFolder {
            path: path.into(),
            folder,
        });
    }
    Ok(())
}
