//! The parts of an unfinished video, in a folder beside it.
//!
//! `clip.mp4.parts` has a description of the job, the finished parts, each named by its frames
//! (`00000240-00000480.mp4`), and beside each the state after its last frame (`.note`). A part gets
//! its name when it is finished, so that named parts can always be used.

mod note;

pub(crate) use note::{Clock, Left};

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::FilmError;

/// Name of the file that says to which job the parts belong.
const JOB: &str = "job.txt";

/// Name of the part that is being written.
const UNFINISHED: &str = "unfinished.mp4";

/// The folder of a video's parts. It is removed when this is dropped, unless it is to be kept.
#[derive(Debug)]
pub(crate) struct Parts {
    folder: PathBuf,
    /// First frame of each part, and the one after its last.
    spans: Vec<(u64, u64)>,
    left: Option<Left>,
    /// Whether finished parts are left for a later run after an error.
    lasting: bool,
    gone: bool,
}

impl Parts {
    /// Creates the folder beside the target, or opens that of an earlier run.
    pub(crate) fn open(
        target: &Path,
        identity: Option<String>,
        resume: bool,
        force: bool,
    ) -> Result<Self, FilmError> {
        let mut name = target.as_os_str().to_owned();
        name.push(".parts");
        let mut parts = Self {
            folder: name.into(),
            spans: Vec::new(),
            left: None,
            lasting: identity.is_some(),
            // What is there is not ours to remove until it has been looked at.
            gone: true,
        };
        let job = parts.folder.join(JOB);
        let words = identity.clone().unwrap_or_default();
        if parts.folder.symlink_metadata().is_ok() {
            let found = fs::read_to_string(&job).ok();
            // Whatever else bears the name is nobody's to remove.
            let ours = found.is_some();
            if resume && found.as_deref() == Some(&words) {
                parts.find()?;
            } else if resume && !force {
                return Err(FilmError::OtherParts {
                    path: parts.folder.clone(),
                });
            } else if force && ours {
                fs::remove_dir_all(&parts.folder).map_err(|reason| parts.failed(reason))?;
            } else {
                return Err(FilmError::PartsExist {
                    path: parts.folder.clone(),
                });
            }
        }
        if parts.spans.is_empty() {
            fs::create_dir_all(&parts.folder).map_err(|reason| parts.failed(reason))?;
            fs::write(&job, &words).map_err(|reason| parts.failed(reason))?;
        }
        parts.gone = false;
        Ok(parts)
    }

    fn failed(&self, reason: io::Error) -> FilmError {
        FilmError::Parts {
            path: self.folder.clone(),
            reason,
        }
    }

    /// Finds the consecutive parts from the first frame up to the last one whose note can be read;
    /// later parts are removed.
    fn find(&mut self) -> Result<(), FilmError> {
        let mut spans = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(|reason| self.failed(reason))? {
            let path = entry.map_err(|reason| self.failed(reason))?.path();
            spans.extend(span_of(&path));
        }
        spans.sort_unstable();
        let mut end = 0;
        for &(from, to) in &spans {
            if from == end && to > from {
                self.spans.push((from, to));
                end = to;
            }
        }
        while let Some(&(from, to)) = self.spans.last() {
            let note = fs::read(self.path((from, to), "note")).ok();
            self.left = note.and_then(|bytes| Left::parse(to, &bytes));
            if self.left.is_some() {
                break;
            }
            self.spans.pop();
        }
        for span in spans {
            if !self.spans.contains(&span) {
                // One that stays is written over, or passed over again.
                let _ = fs::remove_file(self.path(span, "mp4"));
            }
        }
        Ok(())
    }

    /// Takes the state that an earlier run has left; `None` at later calls.
    pub(crate) fn left(&mut self) -> Option<Left> {
        self.left.take()
    }

    /// Number of frames in the finished parts.
    pub(crate) fn frames(&self) -> u64 {
        self.spans.last().map_or(0, |&(_, to)| to)
    }

    fn path(&self, (from, to): (u64, u64), ending: &str) -> PathBuf {
        self.folder.join(format!("{from:08}-{to:08}.{ending}"))
    }

    /// Path of the next part while it is written.
    pub(crate) fn unfinished(&self) -> Result<PathBuf, FilmError> {
        Ok(self.folder.join(UNFINISHED))
    }

    /// Names the part that was written, which ends before the frame `to`.
    pub(crate) fn add(&mut self, to: u64, clock: Clock, note: &[u8]) -> Result<(), FilmError> {
        let span = (self.frames(), to);
        let unfinished = self.folder.join(UNFINISHED);
        let name = || -> io::Result<()> {
            fs::File::open(&unfinished)?.sync_all()?;
            if self.lasting {
                let mut file = fs::File::create(self.path(span, "note"))?;
                file.write_all(&Left::bytes(clock, note))?;
                file.sync_all()?;
            }
            fs::rename(&unfinished, self.path(span, "mp4"))
        };
        name().map_err(|reason| self.failed(reason))?;
        if let Some(&before) = self.spans.last() {
            // Only the last one is of use.
            let _ = fs::remove_file(self.path(before, "note"));
        }
        self.spans.push(span);
        Ok(())
    }

    /// Writes the list by which ffmpeg joins parts.
    pub(crate) fn list(&self) -> Result<PathBuf, FilmError> {
        let path = self.folder.join("list.txt");
        let lines = self.spans.iter().map(|&span| {
            let part = self.path(span, "mp4");
            let name = part.file_name().unwrap_or_default().to_string_lossy();
            format!("file {name}\n")
        });
        fs::write(&path, lines.collect::<String>()).map_err(|reason| self.failed(reason))?;
        Ok(path)
    }

    /// Path of the joined video before it is renamed, on the same disk as the target.
    pub(crate) fn whole(&self) -> PathBuf {
        self.folder.join("whole")
    }

    /// Leaves the parts for a later run, if there are any and it can use them; returns the number
    /// of frames and the folder.
    pub(crate) fn keep(mut self) -> Option<(u64, PathBuf)> {
        if !self.lasting || self.frames() == 0 {
            self.remove();
            return None;
        }
        self.gone = true;
        let _ = fs::remove_file(self.folder.join(UNFINISHED));
        Some((self.frames(), self.folder.clone()))
    }

    /// Removes the folder.
    pub(crate) fn remove(&mut self) {
        if !std::mem::replace(&mut self.gone, true) {
            // A folder that stays is a nuisance and no failure.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        // After an error, what was painted is still good.
        let of_use = self.lasting && self.frames() > 0;
        if !of_use {
            self.remove();
        }
    }
}

/// First frame of a part, and the one after its last, by its name.
fn span_of(path: &Path) -> Option<(u64, u64)> {
    if path.extension()? != "mp4" {
        return None;
    }
    let (from, to) = path.file_stem()?.to_str()?.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn open(target: &Path, words: &str, resume: bool, force: bool) -> Result<Parts, FilmError> {
        Parts::open(target, Some(words.to_owned()), resume, force)
    }

    fn add(parts: &mut Parts, to: u64, note: &[u8]) {
        fs::write(parts.unfinished().unwrap(), b"part").unwrap();
        let clock = Clock {
            given: Duration::from_millis(to * 40),
            written: to,
        };
        parts.add(to, clock, note).unwrap();
    }

    #[test]
    fn a_later_run_goes_on_behind_what_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        let mut parts = open(&target, "job", false, false).unwrap();
        add(&mut parts, 240, b"one");
        add(&mut parts, 300, b"two");
        let (frames, place) = parts.keep().unwrap();
        assert_eq!((frames, place), (300, folder.path().join("a.mp4.parts")));

        let exists = open(&target, "job", false, false).unwrap_err();
        assert!(matches!(exists, FilmError::PartsExist { .. }));
        let other = open(&target, "other", true, false).unwrap_err();
        assert!(matches!(other, FilmError::OtherParts { .. }));

        let mut parts = open(&target, "job", true, false).unwrap();
        let left = parts.left().unwrap();
        assert_eq!((left.frames, left.note.as_slice()), (300, &b"two"[..]));
        assert_eq!(left.clock.written, 300);
        add(&mut parts, 310, b"three");
        let list = fs::read_to_string(parts.list().unwrap()).unwrap();
        assert_eq!(
            list,
            "file 00000000-00000240.mp4\nfile 00000240-00000300.mp4\nfile 00000300-00000310.mp4\n"
        );
        // As after a crash between two steps: the last note is damaged.
        fs::write(parts.path((300, 310), "note"), b"nonsense").unwrap();
        parts.keep().unwrap();
        assert!(open(&target, "job", true, false).unwrap().left().is_none());
        assert!(
            !folder.path().join("a.mp4.parts").exists(),
            "nothing in it could be used"
        );
    }

    #[test]
    fn starting_anew_and_giving_up_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        let mut parts = open(&target, "job", false, false).unwrap();
        add(&mut parts, 240, b"one");
        drop(parts);
        let parts = open(&target, "other", false, true).unwrap();
        assert_eq!(parts.frames(), 0);
        assert!(parts.keep().is_none());
        assert!(!folder.path().join("a.mp4.parts").exists());
        let mut parts = Parts::open(&target, None, false, false).unwrap();
        add(&mut parts, 240, b"");
        drop(parts);
        assert!(!folder.path().join("a.mp4.parts").exists());
        // A folder of that name that is not ours stays.
        fs::create_dir(folder.path().join("a.mp4.parts")).unwrap();
        fs::write(folder.path().join("a.mp4.parts/mine"), b"").unwrap();
        for (resume, force) in [(false, false), (true, false), (false, true), (true, true)] {
            assert!(open(&target, "job", resume, force).is_err());
        }
        assert!(folder.path().join("a.mp4.parts/mine").is_file());
    }
}
