//! The files of an export, which are written together.

use std::fs;
use std::path::{Path, PathBuf};

use utsushi_imaging::{WriteError, write_whole};

use crate::weights::ExportError;

/// A file that is still to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnnxFile {
    /// Name of the file, without a folder.
    pub name: String,
    /// Content of the file.
    pub bytes: Vec<u8>,
}

/// Writes files into a folder, which is created if needed; returns their paths. Nothing is written
/// if one of the names is taken, unless `force`.
///
/// # Errors
/// A name is taken, or the folder cannot be written to.
pub fn write_files(
    files: &[OnnxFile],
    folder: &Path,
    force: bool,
) -> Result<Vec<PathBuf>, ExportError> {
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
    let taken = paths.iter().find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = taken.filter(|_| !force) {
        return Err(WriteError::Exists { path: path.clone() }.into());
    }
    fs::create_dir_all(folder).map_err(|reason| ExportError::Folder {
        path: folder.to_owned(),
        reason,
    })?;
    for (file, path) in files.iter().zip(&paths) {
        write_whole(path, &file.bytes, force)?;
    }
    Ok(paths)
}
