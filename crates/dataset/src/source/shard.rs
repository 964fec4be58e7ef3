//! Tars as sources, compressed with gzip or not: one pass over the headers, then members are read
//! from their places. Nothing is unpacked to the disk.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::archive::objection_to_name;
use super::folder::read_limited;
use super::names::{Western, decode};
use crate::{DatasetError, DropReason, Notice};

mod extension;
mod header;
mod scan;
mod tape;

use scan::{Scan, scan};
use tape::Tape;

/// An open tar.
pub(super) struct Shard {
    path: PathBuf,
    packing: Packing,
    entries: Vec<ShardEntry>,
}

/// Access to the members of a tar.
enum Packing {
    /// Access by position, in an uncompressed file.
    None(File),
    /// Access one after the other, in a compressed stream; `None` before the first member, and
    /// after a failure.
    Gzip(Mutex<Option<Tape>>),
}

/// A member of a tar that is not a folder.
pub(super) struct ShardEntry {
    pub name: String,
    /// Bytes of the name in the tar, if they are not UTF-8.
    raw: Option<Vec<u8>>,
    place: Result<Place, DropReason>,
    /// Content of a file of labels in a compressed tar, kept because it is asked for only after the
    /// members that follow it.
    kept: Option<Vec<u8>>,
}

/// Place of a member's bytes in the decompressed tar.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    size: u64,
}

impl Shard {
    /// Reads all headers. Everything after a damaged one becomes one member that cannot be read, so
    /// that it is reported.
    pub fn open(path: &Path, notices: &mut Vec<Notice>) -> Result<Self, DatasetError> {
        let failed = |reason| DatasetError::file("read", path)(reason);
        let open = || File::open(path).map_err(failed);
        let mut tape = Tape::start(open()?).map_err(failed)?;
        let mut entries = match scan(&mut tape).map_err(failed)? {
            Scan::Entries(entries) => entries,
            Scan::NoTar => {
                let damage = tape.damage().map(|damage| format!(" ({damage})"));
                return Err(DatasetError::Source {
                    path: path.to_path_buf(),
                    message: format!(
                        "not a tar, or one that is compressed otherwise than with gzip{}; give a \
                         .tar or .tar.gz of pictures",
                        damage.unwrap_or_default()
                    ),
                });
            }
        };
        let packing = if tape.is_packed() {
            Packing::Gzip(Mutex::new(None))
        } else {
            Packing::None(open()?)
        };
        notices.extend(decode_names(path, &mut entries));
        Ok(Self {
            path: path.to_path_buf(),
            packing,
            entries,
        })
    }

    /// All members that are not folders, in their order, including those that are refused.
    pub fn entries(&self) -> &[ShardEntry] {
        &self.entries
    }

    /// Whether members should be read in their order, because going back means decompressing from
    /// the start.
    pub fn is_packed(&self) -> bool {
        matches!(self.packing, Packing::Gzip(_))
    }

    /// Reads the bytes of a member, or says why there are none.
    pub fn read(&self, index: usize, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
        let entry = &self.entries[index];
        let Place { start, size } = entry.place.clone()?;
        if size > limit_bytes {
            return Err(DropReason::TooLarge { limit_bytes });
        }
        if let Some(bytes) = &entry.kept {
            return Ok(bytes.clone());
        }
        match &self.packing {
            Packing::None(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(start)).map_err(unreadable)?;
                read_limited(file.take(size), limit_bytes)
            }
            Packing::Gzip(tape) => {
                // Nothing that holds the lock leaves the tape in a state that is not sound.
                let mut held = tape.lock().unwrap_or_else(PoisonError::into_inner);
                let mut tape = match held.take().filter(|tape| tape.at() <= start) {
                    Some(tape) => tape,
                    None => File::open(&self.path)
                        .and_then(Tape::start)
                        .map_err(unreadable)?,
                };
                let bytes = unpacked(&mut tape, start, size)?;
                *held = Some(tape);
                Ok(bytes)
            }
        }
    }
}

/// Decodes names that are not UTF-8 from the encoding that they are probably in.
fn decode_names(path: &Path, entries: &mut [ShardEntry]) -> Option<Notice> {
    let raw: Vec<&[u8]> = entries.iter().filter_map(|it| it.raw.as_deref()).collect();
    if raw.is_empty() {
        return None;
    }
    let decoded = decode(&raw, Western::Windows1252)?;
    let notice = Notice::DecodedNames {
        source: path.to_path_buf(),
        names: decoded.names.len(),
        encoding: decoded.encoding.to_owned(),
        such_as: decoded.names[0].clone(),
    };
    let odd = entries.iter_mut().filter(|entry| entry.raw.is_some());
    for (entry, name) in odd.zip(decoded.names) {
        entry.name = name;
    }
    Some(notice)
}

/// Reads a member of a tape from `start` on; the pass over the headers has seen that it exists.
fn unpacked(tape: &mut Tape, start: u64, size: u64) -> Result<Vec<u8>, DropReason> {
    tape.pass(start - tape.at()).map_err(unreadable)?;
    let mut bytes = vec![0; size as usize];
    if tape.fill(&mut bytes).map_err(unreadable)? == bytes.len() {
        Ok(bytes)
    } else {
        Err(DropReason::Unreadable {
            detail: tape.damage().unwrap_or("the file has changed").to_owned(),
        })
    }
}

fn unreadable(error: std::io::Error) -> DropReason {
    DropReason::Unreadable {
        detail: error.to_string(),
    }
}

fn place(kind: u8, name: &str, place: Place) -> Result<Place, DropReason> {
    let objection = match kind {
        b'0' | b'7' | 0 => objection_to_name(name),
        b'5' => None,
        b'1' | b'2' => Some("it is a link"),
        b'S' => Some("it is a file with holes; pack the archive without --sparse"),
        _ => Some("it is no regular file"),
    };
    match objection {
        None => Ok(place),
        Some(detail) => Err(DropReason::Refused {
            detail: detail.into(),
        }),
    }
}
