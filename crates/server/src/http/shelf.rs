//! Results of jobs on disk, so that they outlive the process.
//!
//! A file is written under the name of its job with `.part` behind, flushed, and given its name
//! ([`Label`]) in one step; then the folder is flushed. What is left of a process that was killed
//! is a whole result or a `.part`, which the next one clears away.

mod label;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{KeepOptions, ServerError};
use crate::Painted;
use label::{Label, is_digits};

/// Ends the name of a file that is not whole.
const PART: &str = "part";

/// Held by the server that uses the folder; the system lets go of it whichever way that ends.
const LOCK: &str = ".lock";

pub(super) struct Shelf {
    options: KeepOptions,
    results: Mutex<HashMap<String, Kept>>,
    /// One writes at a time, so that the room it made stays its own.
    writing: Mutex<()>,
    failures: AtomicU64,
    _lock: File,
}

struct Kept {
    label: Label,
    bytes: u64,
    since: SystemTime,
}

/// How much is kept.
pub(super) struct Stock {
    pub(super) results: usize,
    pub(super) bytes: u64,
    /// Results that could not be kept since the start.
    pub(super) failures: u64,
}

impl Shelf {
    /// Makes the folder if need be, clears what a killed server left half written, and finds what
    /// earlier ones have kept.
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
        let shelf = Self {
            options: KeepOptions {
                results: options.results.max(1),
                ..options
            },
            results: Mutex::new(results),
            writing: Mutex::default(),
            failures: AtomicU64::new(0),
            _lock: lock,
        };
        shelf.clear_old();
        shelf.make_room(0, 0);
        Ok(shelf)
    }

    /// Keeps a result, on the disk when this returns; false if `gone` says that nobody wants it.
    pub(super) fn put(&self, id: &str, painted: &Painted, gone: &AtomicBool) -> io::Result<bool> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.write(id, painted, gone);
        if kept.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
            let _ = fs::remove_file(self.part(id));
            self.remove(id);
        }
        kept
    }

    fn write(&self, id: &str, painted: &Painted, gone: &AtomicBool) -> io::Result<bool> {
        let bytes = painted.bytes.len() as u64;
        if bytes > self.options.bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.make_room(1, bytes);
        let part = self.part(id);
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&part)?;
        file.write_all(&painted.bytes)?;
        file.sync_all()?;
        let label = Label::of(id, painted);
        {
            let mut results = self.lock();
            // Looked at under the lock that `remove` takes: whoever forgets a job while its result
            // is written finds it in one place or the other.
            if gone.load(Ordering::Acquire) {
                return fs::remove_file(part).map(|()| false);
            }
            fs::rename(part, self.options.folder.join(label.to_string()))?;
            let since = SystemTime::now();
            let kept = Kept {
                label,
                bytes,
                since,
            };
            results.insert(id.to_owned(), kept);
        }
        flush(&self.options.folder)?;
        Ok(true)
    }

    /// Whether there is a result of that job.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    /// Reads a result; one that is not what was written is cleared away.
    pub(super) fn read(&self, id: &str) -> Option<Painted> {
        let (path, label, length) = {
            let results = self.lock();
            let kept = results.get(id)?;
            let path = self.options.folder.join(kept.label.to_string());
            (path, kept.label.clone(), kept.bytes)
        };
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(length + 1).read_to_end(&mut bytes));
        let painted = match read {
            Ok(_) => label.painted(bytes),
            // Out of descriptors, for example: it may be there the next time.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return None,
            Err(_) => None,
        };
        if painted.is_none() {
            self.remove(id);
        }
        painted
    }

    /// Forgets a result; false if there is none.
    pub(super) fn remove(&self, id: &str) -> bool {
        let removed = {
            let mut results = self.lock();
            let kept = results.remove(id);
            kept.map(|kept| self.discard(&kept.label)).is_some()
        };
        removed && flush(&self.options.folder).is_ok()
    }

    /// Whether results have come of age.
    pub(super) fn has_old(&self) -> bool {
        self.lock().values().any(|kept| self.is_old(kept))
    }

    /// Removes results that have come of age.
    pub(super) fn clear_old(&self) {
        self.lock().retain(|_, kept| {
            let keep = !self.is_old(kept);
            if !keep {
                self.discard(&kept.label);
            }
            keep
        });
    }

    pub(super) fn stock(&self) -> Stock {
        let results = self.lock();
        Stock {
            results: results.len(),
            bytes: results.values().map(|kept| kept.bytes).sum(),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }

    pub(super) fn options(&self) -> &KeepOptions {
        &self.options
    }

    /// Removes the oldest results until so many more, with so many bytes, have room.
    fn make_room(&self, more: usize, bytes: u64) {
        let mut results = self.lock();
        let mut all: u64 = results.values().map(|kept| kept.bytes).sum();
        while results.len() + more > self.options.results || all + bytes > self.options.bytes {
            let oldest = results.values().min_by_key(|kept| kept.since);
            let Some(id) = oldest.map(|kept| kept.label.id.clone()) else {
                return;
            };
            if let Some(kept) = results.remove(&id) {
                self.discard(&kept.label);
                all -= kept.bytes;
            }
        }
    }

    /// A clock that was put back makes nothing old.
    fn is_old(&self, kept: &Kept) -> bool {
        let age = kept.since.elapsed().unwrap_or_default();
        age > self.options.time
    }

    fn discard(&self, label: &Label) {
        // Whoever else has removed it did what was to be done.
        let _ = fs::remove_file(self.options.folder.join(label.to_string()));
    }

    fn part(&self, id: &str) -> PathBuf {
        self.options.folder.join(format!("{id}.{PART}"))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is in the folder; what is not a result, or half of one, is left alone.
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
        } else if let Some(label) = Label::read(name) {
            let kept = Kept {
                bytes: metadata.len(),
                since: metadata.modified()?,
                label,
            };
            results.insert(kept.label.id.clone(), kept);
        }
    }
    Ok(results)
}

/// Makes a folder that only its owner can look into.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Of files that only their owner can read.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Sees to it that names in a folder are on the disk; elsewhere than on Unix folders cannot be
/// opened.
fn flush(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}
