//! The output folder of a preparation.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use utsushi_imaging::WriteError;

use super::journal::{JOURNAL_FILE, Journal};
use crate::description::DESCRIPTION_FILE;
use crate::entry::picture_path;
use crate::{ContentHash, DatasetError, Entry};

const LOCK_FILE: &str = ".lock";

/// An output folder, locked so that only this run writes to it.
pub(super) struct Output {
    folder: PathBuf,
    /// The lock file, which is held open: the lock ends with it.
    _lock: File,
}

impl Output {
    /// Creates the folder, or takes over an existing one.
    ///
    /// Refuses a folder with other things in it, one that another run works in, and, without
    /// `force`, one that was prepared with other settings.
    pub fn open(folder: &Path, settings: ContentHash, force: bool) -> Result<Self, DatasetError> {
        let refused = |message: &str| DatasetError::Output {
            path: folder.into(),
            message: message.into(),
        };
        fs::create_dir_all(folder).map_err(DatasetError::file("create the folder", folder))?;
        let ours = [JOURNAL_FILE, DESCRIPTION_FILE, LOCK_FILE].map(|name| folder.join(name));
        if !ours.iter().any(|path| path.exists()) {
            let mut content =
                fs::read_dir(folder).map_err(DatasetError::file("read the folder", folder))?;
            if content.next().is_some() {
                return Err(refused("it holds other files; name a new or empty folder"));
            }
        }
        let lock_path = folder.join(LOCK_FILE);
        let lock = File::create(&lock_path).map_err(DatasetError::file("write", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(refused(
                    "another run is preparing a set in it; wait for its end",
                ));
            }
            // Some file systems have no locks; that is no reason not to work on them.
            Err(TryLockError::Error(_)) => {}
        }
        let earlier = Journal::settings(folder);
        if earlier.is_some_and(|earlier| earlier != settings) {
            if !force {
                return Err(refused(
                    "it was prepared with other settings (sources, crops, sizes, limits); name \
                     another folder, or change this set with `--force`",
                ));
            }
            // The old list must not stand beside pictures that are being replaced.
            let path = folder.join(DESCRIPTION_FILE);
            if path.exists() {
                fs::remove_file(&path).map_err(DatasetError::file("remove", &path))?;
            }
        }
        Ok(Self {
            folder: folder.into(),
            _lock: lock,
        })
    }

    /// Path of a file of the set within the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether a picture is there; since pictures are written whole, it is then complete.
    pub fn has_picture(&self, style: &str, hash: &ContentHash) -> bool {
        self.path(picture_path(style, hash)).is_file()
    }

    /// Writes a picture, whole or not at all. Files are not flushed to the disk one by one, which
    /// would take longer than everything else: a power cut may lose pictures, which the loader
    /// would report.
    pub fn write_picture(
        &self,
        style: &str,
        hash: &ContentHash,
        png: &[u8],
    ) -> Result<(), DatasetError> {
        let path = self.path(picture_path(style, hash));
        let folder = path.parent().expect("pictures lie in folders");
        fs::create_dir_all(folder).map_err(DatasetError::file("create the folder", folder))?;
        // Safe as a name: the lock keeps other runs out.
        let part = path.with_extension("part");
        let written = File::create(&part).and_then(|mut file| file.write_all(png));
        let written = written.and_then(|()| fs::rename(&part, &path));
        written.map_err(|error| {
            let _ = fs::remove_file(&part);
            DatasetError::file("write", &path)(error)
        })
    }

    /// Removes pictures that are not in the manifest, left over from other settings or killed runs.
    /// Files with names that this crate does not give are never touched.
    pub fn remove_strays(&self, entries: &[Entry]) -> Result<(), DatasetError> {
        let listed: HashSet<PathBuf> = entries.iter().map(Entry::relative_path).collect();
        let root = self.path("pictures");
        for style in folders_in(&root)? {
            for shelf in folders_in(&style)? {
                for file in fs::read_dir(&shelf).map_err(DatasetError::file("read", &shelf))? {
                    let file = file.map_err(DatasetError::file("read", &shelf))?.path();
                    let hash = file
                        .file_stem()
                        .and_then(|stem| ContentHash::parse(stem.to_str()?));
                    let ending = file.extension().and_then(|ending| ending.to_str());
                    let listed = file
                        .strip_prefix(&self.folder)
                        .is_ok_and(|it| listed.contains(it));
                    if hash.is_some() && matches!(ending, Some("png" | "part")) && !listed {
                        fs::remove_file(&file).map_err(DatasetError::file("remove", &file))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(DatasetError::file("read the folder", folder))?;
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(DatasetError::file("read the folder", folder))?;
        // Not through links, which may lead anywhere.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

/// Converts an error of writing the file at `path` to one of this crate.
pub(super) fn write_error(path: &Path) -> impl FnOnce(WriteError) -> DatasetError {
    let path = path.to_path_buf();
    move |error| DatasetError::Output {
        path,
        message: error.to_string(),
    }
}
