//! The work on single files, on many threads and in any order.

use super::cut::cut;
use super::journal::{Finding, Journal};
use super::output::Output;
use super::settings::CutSettings;
use crate::{ContentHash, DropReason, FindFace};

/// Data shared by the work on all files of a source.
pub(super) struct Bench<'a> {
    pub style: &'a str,
    pub settings: &'a CutSettings,
    pub cut_hash: ContentHash,
    pub journal: &'a Journal,
    pub output: &'a Output,
    pub faces: Option<&'a dyn FindFace>,
}

/// The outcome of the work on one file.
pub(super) struct Worked {
    /// Hash of the file's content; missing if it could not be read.
    pub hash: Option<ContentHash>,
    pub finding: Finding,
    /// The encoded picture, if it was cut just now.
    pub png: Option<Vec<u8>>,
    /// Whether the finding was in the journal already.
    pub known: bool,
}

impl Bench<'_> {
    /// Cuts a file, or looks up the finding of an earlier run.
    pub fn work(&self, bytes: Result<Vec<u8>, DropReason>) -> Worked {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(reason) => {
                let finding = Finding::Dropped(reason);
                return Worked {
                    hash: None,
                    finding,
                    png: None,
                    known: false,
                };
            }
        };
        let hash = ContentHash::of(&bytes);
        if let Some(finding) = self.journal.find(self.style, hash, self.cut_hash) {
            let there = match finding {
                Finding::Usable(_) => self.output.has_picture(self.style, &hash),
                Finding::Dropped(_) => true,
            };
            if there {
                return Worked {
                    hash: Some(hash),
                    finding: finding.clone(),
                    png: None,
                    known: true,
                };
            }
        }
        match cut(&bytes, &hash, self.settings, self.faces) {
            Ok(picture) => Worked {
                hash: Some(hash),
                finding: Finding::Usable(picture.noted),
                png: Some(picture.png),
                known: false,
            },
            Err(reason) => Worked {
                hash: Some(hash),
                finding: Finding::Dropped(reason),
                png: None,
                known: false,
            },
        }
    }
}
