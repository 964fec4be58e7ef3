//! The journal of a preparation: its findings about each file, so that it need not look again.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use utsushi_imaging::write_whole;

use super::output::write_error;
use crate::perceptual_hash::PerceptualHash;
use crate::{ContentHash, DatasetError, DropReason};

pub(crate) const JOURNAL_FILE: &str = "journal.jsonl";

/// The first line of a journal: hash of the settings of the run that wrote it.
#[derive(Serialize, Deserialize)]
struct Header {
    settings: ContentHash,
}

/// A journal's record of one file in one style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub style: String,
    pub hash: ContentHash,
    /// Hash of the cut settings under which the finding holds.
    pub cut: ContentHash,
    #[serde(flatten)]
    pub finding: Finding,
}

/// Facts about a picture that can be used for training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Usable {
    pub fingerprint: PerceptualHash,
    /// Width of the file's picture in pixels.
    pub width: u32,
    pub height: u32,
    /// Whether the picture was to be cut by its face, but none was found.
    #[serde(default)]
    pub faceless: bool,
    /// Whether the file has further frames or pages, which are not used.
    #[serde(default)]
    pub more_frames: bool,
}

/// The outcome of cutting a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Finding {
    /// The picture can be used for training.
    Usable(Usable),
    /// The picture is left out.
    Dropped(DropReason),
}

/// A journal: the findings of earlier runs and those that this run appends.
pub(super) struct Journal {
    path: PathBuf,
    known: HashMap<(String, ContentHash), Record>,
    file: BufWriter<File>,
}

impl Journal {
    /// The hash of the settings with which a journal was written, if there is one that can be read.
    pub fn settings(folder: &Path) -> Option<ContentHash> {
        let text = std::fs::read_to_string(folder.join(JOURNAL_FILE)).ok()?;
        Some(
            serde_json::from_str::<Header>(text.lines().next()?)
                .ok()?
                .settings,
        )
    }

    /// Reads the journal of an earlier run, if there is one, and opens it for appending. A
    /// half-written last line of a killed run is dropped; its picture is cut again.
    pub fn open(folder: &Path, settings: ContentHash) -> Result<Self, DatasetError> {
        let path = folder.join(JOURNAL_FILE);
        let mut known = HashMap::new();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for line in bytes.split(|byte| *byte == b'\n').skip(1) {
            if let Ok(record) = serde_json::from_slice::<Record>(line) {
                known.insert((record.style.clone(), record.hash), record);
            }
        }
        let mut records: Vec<&Record> = known.values().collect();
        records.sort_by(|left, right| (&left.style, left.hash).cmp(&(&right.style, right.hash)));
        let mut text = json_line(&Header { settings });
        records
            .into_iter()
            .for_each(|record| text.extend(json_line(record)));
        write_whole(&path, &text, true).map_err(write_error(&path))?;
        let file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(DatasetError::file("write", &path))?;
        Ok(Self {
            path,
            known,
            file: BufWriter::new(file),
        })
    }

    /// Finds the result for a file under these cut settings.
    pub fn find(&self, style: &str, hash: ContentHash, cut: ContentHash) -> Option<&Finding> {
        let record = self.known.get(&(style.to_owned(), hash))?;
        (record.cut == cut).then_some(&record.finding)
    }

    /// Appends a finding; [`flush`](Self::flush) makes it permanent.
    pub fn add(&mut self, record: &Record) -> Result<(), DatasetError> {
        self.file
            .write_all(&json_line(record))
            .map_err(DatasetError::file("write", &self.path))
    }

    pub fn flush(&mut self) -> Result<(), DatasetError> {
        self.file
            .flush()
            .map_err(DatasetError::file("write", &self.path))
    }
}

/// Encodes a value as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("plain numbers and texts can be written");
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_outlive_a_run_killed_while_writing() {
        let folder = tempfile::tempdir().unwrap();
        let [settings, cut, one, two] = [1_u8, 2, 3, 4].map(|byte| ContentHash::of(&[byte]));
        let record = |hash, finding| Record {
            style: "s".into(),
            hash,
            cut,
            finding,
        };
        let usable = Finding::Usable(Usable {
            fingerprint: PerceptualHash {
                across: u64::MAX,
                down: 3,
            },
            width: 7,
            height: 8,
            faceless: true,
            more_frames: true,
        });
        let blank = Finding::Dropped(DropReason::Blank {
            deviation_hundredths: 3,
        });
        let mut journal = Journal::open(folder.path(), settings).unwrap();
        journal.add(&record(one, usable.clone())).unwrap();
        journal.add(&record(two, blank.clone())).unwrap();
        journal.flush().unwrap();
        drop(journal);
        let path = folder.path().join(JOURNAL_FILE);
        let mut text = std::fs::read(&path).unwrap();
        text.extend(b"{\"style\":\"s\",\"ha");
        std::fs::write(&path, text).unwrap();

        assert_eq!(Journal::settings(folder.path()), Some(settings));
        let journal = Journal::open(folder.path(), settings).unwrap();
        assert_eq!(journal.find("s", one, cut), Some(&usable));
        assert_eq!(journal.find("s", two, cut), Some(&blank));
        assert_eq!(journal.find("other", one, cut), None);
        assert_eq!(journal.find("s", one, settings), None);
        assert!(std::fs::read(&path).unwrap().ends_with(b"}\n"));
    }
}
