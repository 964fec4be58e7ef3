//! The part of the work that runs on many threads: one file at a time, no order.

use super::cut::cut;
use super::journal::{Finding, Journal};
use super::output::Output;
use super::settings::CutSettings;
use crate::{ContentHash, DropReason, FindFace};

/// Data shared by all files of a source.
pub(super) struct Bench<'a> {
    pub style: &'a str,
    pub settings: &'a CutSettings,
    pub cut_hash: ContentHash,
    pub journal: &'a Journal,
    pub output: &'a Output,
    pub faces: Option<&'a dyn FindFace>,
}

/// A file after the work on it.
pub(super) struct Worked {
    /// Missing where there were no bytes to hash.
    pub hash: Option<ContentHash>,
    pub finding: Finding,
    /// The picture, where it was cut just now.
    pub png: Option<Vec<u8>>,
    /// Whether the journal knows this already.
    pub known: bool,
}

impl Bench<'_> {
    /// Cuts a file, or recalls what came of it in an earlier run.
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
