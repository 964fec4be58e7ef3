//! Writing of files of any kind, whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::WriteError;
use super::target::check_place;
use crate::standard::{is_standard, put};

/// Writes a file of any kind, or standard output for `-`, whole or not at all, the way
/// [`write()`](crate::write()) writes pictures.
///
/// With `force`, an existing file is replaced (through a link, the file it leads to); without it,
/// an existing file is an error, even if it appears while this runs.
///
/// # Errors
/// A [`WriteError`] that carries the path; no part of a file is left behind.
pub fn write_whole(path: &Path, bytes: &[u8], force: bool) -> Result<(), WriteError> {
    check_place(path, force)?;
    let written = if is_standard(path) {
        put(bytes)
    } else {
        utsushi_files::write_whole(path, force, |writer| writer.write_all(bytes))
    };
    written.map_err(|reason| match reason.kind() {
        io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.into() },
        _ => WriteError::Io {
            path: path.into(),
            reason,
        },
    })
}
