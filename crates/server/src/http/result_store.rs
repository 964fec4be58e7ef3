//! Results of jobs on disk, so that they outlive the process.
//!
//! A file is written under the name of its job with the suffix `.part`, flushed, and renamed
//! ([`ResultName`]); then the folder is flushed. A process that is killed leaves a complete result
//! or a `.part`, which the next one removes.

mod result_name;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use utsushi_files::sync_folder;

use super::tagged_result::TaggedResult;
use super::{KeepOptions, ServerError};
use result_name::{ResultName, is_digits};

/// Suffix of the name of an incomplete file.
const PART: &str = "part";

/// Name of the lock file, held by the server that uses the folder; the system releases it in any
/// case when the process ends.
const LOCK: &str = ".lock";

pub(super) struct ResultStore {
    options: KeepOptions,
    results: Mutex<HashMap<String, Kept>>,
    /// Lock that allows one write at a time, so that the room it made is not taken by another.
    writing: Mutex<()>,
    _lock: File,
}

struct Kept {
    name: ResultName,
    bytes: u64,
    since: SystemTime,
}

/// Number and size of all kept results.
pub(super) struct StoreTotals {
    pub(super) results: usize,
    pub(super) bytes: u64,
}

impl ResultStore {
    /// Opens the folder, creating it if needed, removes incomplete files of a killed server, and
    /// finds the results of earlier ones.
    pub(super) fn open(options: KeepOptions) -> Result<Self, ServerError> {
        let folder = options.folder.clone();
        let failed = |reason| ServerError::Keep {
            folder: folder.clone(),
            reason,
        };
        make_folder(&folder).map_err(failed)?;
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let message = "another server keeps its results there";
                return Err(failed(io::Error::other(message)));
            }
            // Not every system has locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let results = found(&folder).map_err(failed)?;
        let store = Self {
            options: KeepOptions {
                results: options.results.max(1),
                ..options
            },
            results: Mutex::new(results),
            writing: Mutex::default(),
            _lock: lock,
        };
        store.clear_old();
        store.make_room(0, 0);
        Ok(store)
    }

    /// Writes a result, which is on the disk when this returns; false if `gone` says that nobody
    /// wants it.
    pub(super) fn put(
        &self,
        id: &str,
        result: &TaggedResult,
        gone: &AtomicBool,
    ) -> io::Result<bool> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.write(id, result, gone);
        if kept.is_err() {
            let _ = fs::remove_file(self.part(id));
            self.remove(id);
        }
        kept
    }

    fn write(&self, id: &str, result: &TaggedResult, gone: &AtomicBool) -> io::Result<bool> {
        let bytes = result.painted.bytes.len() as u64;
        if bytes > self.options.bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.make_room(1, bytes);
        let part = self.part(id);
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&part)?;
        file.write_all(&result.painted.bytes)?;
        file.sync_all()?;
        if gone.load(Ordering::Acquire) {
            return fs::remove_file(part).map(|()| false);
        }
        let name = ResultName::of(id, result);
        self.rename(&part, &name)?;
        let kept = Kept {
            name: name.clone(),
            bytes,
            since: SystemTime::now(),
        };
        // Asked again under the lock that `remove` takes: whoever forgets a job while its result
        // is written finds it in one place or the other.
        let wanted = {
            let mut results = self.lock();
            let wanted = !gone.load(Ordering::Acquire);
            if wanted {
                results.insert(id.to_owned(), kept);
            }
            wanted
        };
        if !wanted {
            self.delete(&name);
        }
        sync_folder(&self.options.folder)?;
        Ok(wanted)
    }

    /// Whether there is a result of that job.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    /// Reads a result; a damaged one is removed.
    pub(super) fn read(&self, id: &str) -> Option<TaggedResult> {
        let (path, name, length) = {
            let results = self.lock();
            let kept = results.get(id)?;
            let path = self.options.folder.join(kept.name.to_string());
            (path, kept.name.clone(), kept.bytes)
        };
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(length + 1).read_to_end(&mut bytes));
        let result = match read {
            Ok(_) => name.result(bytes),
            // Out of descriptors, for example: it may be there the next time.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return None,
            Err(_) => None,
        };
        if result.is_none() {
            self.remove(id);
        }
        result
    }

    /// Removes a result; false if there is none.
    pub(super) fn remove(&self, id: &str) -> bool {
        let removed = self.lock().remove(id);
        let Some(kept) = removed else { return false };
        self.delete(&kept.name);
        sync_folder(&self.options.folder).is_ok()
    }

    /// Whether any result has expired.
    pub(super) fn has_old(&self) -> bool {
        self.lock().values().any(|kept| self.is_old(kept))
    }

    /// Removes results that have expired.
    pub(super) fn clear_old(&self) {
        let old: Vec<_> = {
            let mut results = self.lock();
            results.extract_if(|_, kept| self.is_old(kept)).collect()
        };
        for (_, kept) in old {
            self.delete(&kept.name);
        }
    }

    pub(super) fn totals(&self) -> StoreTotals {
        let results = self.lock();
        StoreTotals {
            results: results.len(),
            bytes: results.values().map(|kept| kept.bytes).sum(),
        }
    }

    pub(super) fn options(&self) -> &KeepOptions {
        &self.options
    }

    /// Removes the oldest results until there is room for so many more, with so many bytes.
    fn make_room(&self, more: usize, bytes: u64) {
        let mut evicted = Vec::new();
        {
            let mut results = self.lock();
            let mut all: u64 = results.values().map(|kept| kept.bytes).sum();
            while results.len() + more > self.options.results || all + bytes > self.options.bytes {
                let oldest = results.values().min_by_key(|kept| kept.since);
                let oldest = oldest.map(|kept| kept.name.id.clone());
                let Some(kept) = oldest.and_then(|id| results.remove(&id)) else {
                    break;
                };
                all -= kept.bytes;
                evicted.push(kept);
            }
        }
        for kept in evicted {
            self.delete(&kept.name);
        }
    }

    /// Whether a result has expired; never because a clock was put back.
    fn is_old(&self, kept: &Kept) -> bool {
        let age = kept.since.elapsed().unwrap_or_default();
        age > self.options.time
    }

    fn rename(&self, part: &Path, name: &ResultName) -> io::Result<()> {
        #[cfg(test)]
        self.assert_unlocked();
        fs::rename(part, self.options.folder.join(name.to_string()))
    }

    fn delete(&self, name: &ResultName) {
        #[cfg(test)]
        self.assert_unlocked();
        // Whoever else has removed it did what was to be done.
        let _ = fs::remove_file(self.options.folder.join(name.to_string()));
    }

    /// Asserts that the lock is free: the asynchronous thread takes it, too, and must not wait for
    /// a disk.
    #[cfg(test)]
    fn assert_unlocked(&self) {
        assert!(self.results.try_lock().is_ok(), "the disk under the lock");
    }

    fn part(&self, id: &str) -> PathBuf {
        self.options.folder.join(format!("{id}.{PART}"))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the results in the folder. Incomplete ones are deleted; all other files are left alone.
fn found(folder: &Path) -> io::Result<HashMap<String, Kept>> {
    let mut results = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        // Of the entry itself, so that links lead nowhere.
        let metadata = entry.metadata()?;
        if !metadata.is_file() {
            continue;
        }
        if let Some((id, PART)) = name.split_once('.')
            && is_digits(id)
        {
            fs::remove_file(entry.path())?;
        } else if let Some(name) = ResultName::read(name) {
            let kept = Kept {
                bytes: metadata.len(),
                since: metadata.modified()?,
                name,
            };
            results.insert(kept.name.id.clone(), kept);
        }
    }
    Ok(results)
}

/// Creates a folder that only its owner can access.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Sets options so that files are readable only by their owner.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Painted, PaintedFormat};
    use utsushi_imaging::OutputFormat;

    fn result(length: usize) -> TaggedResult {
        TaggedResult::new(Painted {
            bytes: vec![7; length].into(),
            format: PaintedFormat::Picture(OutputFormat::Png),
            width: 1,
            height: 1,
            frames: 1,
            notes: Vec::new(),
        })
    }

    fn files(folder: &Path) -> usize {
        let names = fs::read_dir(folder).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        names.filter(|name| name != LOCK).count()
    }

    /// A test of operations that rename or delete files: the lock must be free meanwhile.
    #[test]
    fn the_disk_is_used_without_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = KeepOptions::new(folder.path().to_owned());
        options.results = 2;
        let mut store = ResultStore::open(options).unwrap();
        let wanted = AtomicBool::new(false);
        let ids = ["0a".repeat(16), "1b".repeat(16), "2c".repeat(16)];
        for id in &ids {
            assert!(store.put(id, &result(10), &wanted).unwrap());
        }
        assert!(!store.holds(&ids[0]), "it made room");
        assert_eq!(files(folder.path()), 2);
        assert!(store.remove(&ids[1]));
        assert_eq!(files(folder.path()), 1);
        store.options.time = std::time::Duration::ZERO;
        store.clear_old();
        assert_eq!((files(folder.path()), store.totals().results), (0, 0));
    }

    #[test]
    fn what_nobody_wants_any_more_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = ResultStore::open(KeepOptions::new(folder.path().to_owned())).unwrap();
        let id = "0a".repeat(16);
        let gone = AtomicBool::new(true);
        assert!(!store.put(&id, &result(10), &gone).unwrap());
        assert_eq!((files(folder.path()), store.holds(&id)), (0, false));
    }
}
