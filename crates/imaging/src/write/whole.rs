//! Temporary file, flush, rename.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::WriteError;
use super::target::{check_place, folder_of};
use crate::standard::{is_standard, put};

/// Writes a file of any kind, or standard output for `-`, whole or not at all, the way [`write()`](crate::write()) writes pictures.
///
/// With `force`, a file that is there is replaced (through a link, the file it leads to); without,
/// it is an error, even if the file appears while this runs.
///
/// # Errors
/// A [`WriteError`] that carries the path; no part of a file is left behind.
pub fn write_whole(path: &Path, bytes: &[u8], force: bool) -> Result<(), WriteError> {
    check_place(path, force)?;
    if is_standard(path) {
        return put(bytes).map_err(|reason| WriteError::Io {
            path: path.into(),
            reason,
        });
    }
    let target = if force {
        behind_links(path)
    } else {
        path.into()
    };
    let failed = |reason: io::Error| WriteError::Io {
        path: path.into(),
        reason,
    };
    let folder = folder_of(&target);
    let mut file = temporary(&folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if force {
        file.persist(&target).map_err(|error| failed(error.error))?;
    } else {
        file.persist_noclobber(&target)
            .map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.into() },
                _ => failed(error.error),
            })?;
    }
    // The rename itself reaches the disk with its folder. Not every system can flush a folder,
    // and the file is whole either way, so this may fail in silence.
    let _ = File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// A file that removes itself unless it is given its name, with the permissions that a new file
/// has rather than those of a secret.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".utsushi-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The file that a name leads to in the end, so that replacing it leaves the link in place.
fn behind_links(path: &Path) -> PathBuf {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => {
            fs::canonicalize(path).unwrap_or_else(|_| path.into())
        }
        _ => path.into(),
    }
}
