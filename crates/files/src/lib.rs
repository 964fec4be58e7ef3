//! Writing of files, whole or not at all.
//!
//! A file is written under a temporary name beside its place, flushed to the disk, and renamed;
//! then the folder is flushed, so that the new name survives a power cut. If anything stops this on
//! the way, the earlier file is still there. A flush that fails is an error, except for a folder on
//! a system that cannot flush folders: the file is complete either way, and its name reaches the
//! disk later.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// Size in bytes of the buffer in which data are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Writes a file, whole or not at all.
///
/// With `replace`, an existing file is replaced (through a link, the file it leads to); without it,
/// an existing file is kept, even if it appears while this runs.
///
/// # Errors
/// The error of `fill` or of the system; of the kind [`io::ErrorKind::AlreadyExists`] for an
/// existing file that is to be kept. Nothing is left behind.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    replace: bool,
    fill: impl FnOnce(&mut BufWriter<&File>) -> Result<(), E>,
) -> Result<(), E> {
    refuse_taken(path, replace)?;
    let target = target_of(path, replace);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".utsushi-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any other new file gets; temporary files are private to their owner by default.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder_of(&target));
    let temporary = temporary.map_err(without_temporary_name)?;
    let mut writer = BufWriter::with_capacity(BUFFER, temporary.as_file());
    fill(&mut writer)?;
    writer.flush()?;
    drop(writer);
    temporary.as_file().sync_all()?;
    Ok(rename(temporary.into_temp_path(), &target, replace)?)
}

/// Moves a finished file on the same disk to its final path, as [`write_whole`] does.
///
/// # Errors
/// As [`write_whole`]; the finished file is removed then.
pub fn place(finished: &Path, path: &Path, replace: bool) -> io::Result<()> {
    let finished = TempPath::try_from_path(finished)?;
    refuse_taken(path, replace)?;
    File::open(&finished)?.sync_all()?;
    rename(finished, &target_of(path, replace), replace)
}

/// Makes renames inside of `folder` survive a power cut, where the system has a way to.
///
/// # Errors
/// The folder does not exist, or the disk refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    if !cfg!(unix) {
        // Folders cannot be opened there.
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some network disks cannot, and some folders may be written to but not read.
        Err(error) if [InvalidInput, PermissionDenied, Unsupported].contains(&error.kind()) => {
            Ok(())
        }
        done => done,
    }
}

/// The folder that contains a file; the current one for a bare name.
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.into(),
        _ => ".".into(),
    }
}

/// Removes the name of the temporary file, which nobody knows, from the error of creating it.
fn without_temporary_name(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

fn rename(finished: TempPath, target: &Path, replace: bool) -> io::Result<()> {
    let renamed = if replace {
        finished.persist(target)
    } else {
        finished.persist_noclobber(target)
    };
    renamed.map_err(|error| error.error)?;
    sync_folder(&folder_of(target))
}

/// Refuses a path that exists, unless it is to be replaced. A link counts as existing, even if it
/// leads nowhere.
fn refuse_taken(path: &Path, replace: bool) -> io::Result<()> {
    if !replace && path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    Ok(())
}

/// The file that a path leads to in the end, so that replacing it leaves links in place.
fn target_of(path: &Path, replace: bool) -> PathBuf {
    match path.symlink_metadata() {
        Ok(metadata) if replace && metadata.is_symlink() => {
            fs::canonicalize(path).unwrap_or_else(|_| path.into())
        }
        _ => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, text: &str, replace: bool) -> io::Result<()> {
        write_whole(path, replace, |writer| writer.write_all(text.as_bytes()))
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_without_the_temporary_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = put(&folder.path().join("none/a"), "a", false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(!error.to_string().contains(".part"), "{error}");
    }

    #[test]
    fn a_failure_while_writing_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        put(&path, "old", false).unwrap();
        let error = write_whole(&path, true, |writer| {
            writer.write_all(&[1; 4096])?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let finished = folder.path().join("finished");
        put(&path, "old", false).unwrap();
        let error = put(&path, "new", false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        fs::write(&finished, "new").unwrap();
        let error = place(&finished, &path, false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        put(&path, "new", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::write(&finished, "newer").unwrap();
        place(&finished, &path, true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link, finished] = ["a.bin", "link", "finished"].map(|it| folder.path().join(it));
        put(&path, "old", false).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(put(&link, "new", false).is_err());
        put(&link, "new", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::write(&finished, "newer").unwrap();
        place(&finished, &link, true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_be_flushed() {
        let folder = tempfile::tempdir().unwrap();
        sync_folder(folder.path()).unwrap();
        if cfg!(unix) {
            assert!(sync_folder(&folder.path().join("missing")).is_err());
        }
    }
}
