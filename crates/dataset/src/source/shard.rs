//! A tar as a source: one pass over its headers, then members are read where they lie. Nothing is
//! unpacked.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::archive::objection_to_name;
use super::folder::read_limited;
use crate::{DatasetError, DropReason};

mod header;

use header::{BLOCK, Header};

/// Bytes of a long name, and of the records before a member.
const MAX_EXTENSION: u64 = 1 << 16;

/// An open tar.
pub(super) struct Shard {
    file: File,
    entries: Vec<ShardEntry>,
}

/// A member that is no folder.
pub(super) struct ShardEntry {
    pub name: String,
    place: Result<Place, DropReason>,
}

/// Where the bytes of a member lie.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    size: u64,
}

/// What records before a member say of it.
#[derive(Default)]
struct Extension {
    name: Option<String>,
    size: Option<u64>,
}

impl Shard {
    /// Reads all headers. What comes after a damaged one is one member that cannot be read, so
    /// that the report tells of it.
    pub fn open(path: &Path) -> Result<Self, DatasetError> {
        let failed = |reason| DatasetError::file("read", path)(reason);
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut reader = BufReader::new(file);
        let mut entries = Vec::new();
        let mut extension = Extension::default();
        let mut at = 0;
        loop {
            let mut block = [0; BLOCK];
            let header = match length.saturating_sub(at) {
                // Written by programs that leave out the two empty blocks at the end.
                0 if at > 0 => break,
                left if left < BLOCK as u64 => None,
                _ => {
                    reader.read_exact(&mut block).map_err(failed)?;
                    if block == [0; BLOCK] {
                        break;
                    }
                    Header::parse(&block)
                }
            };
            let Some(header) = header else {
                if at == 0 {
                    return Err(DatasetError::Source {
                        path: PathBuf::from(path),
                        message: "not a tar, or a compressed one; give an uncompressed tar of \
                                  pictures"
                            .into(),
                    });
                }
                entries.push(damaged(at, "the header is damaged or cut short"));
                break;
            };
            let start = at + BLOCK as u64;
            let size = match header.is_extension() {
                true => header.size,
                false => extension.size.take().unwrap_or(header.size),
            };
            let end = size.checked_next_multiple_of(BLOCK as u64);
            let Some(next) = end.and_then(|size| start.checked_add(size)) else {
                entries.push(damaged(
                    at,
                    "the header claims more bytes than there can be",
                ));
                break;
            };
            let whole = start.checked_add(size).is_some_and(|end| end <= length);
            if header.is_extension() {
                if size > MAX_EXTENSION || !whole {
                    entries.push(damaged(at, "a name or its records are too long"));
                    break;
                }
                let mut bytes = vec![0; size as usize];
                reader.read_exact(&mut bytes).map_err(failed)?;
                extension.read(header.kind, &bytes);
            } else {
                let name = extension.name.take().unwrap_or(header.name);
                extension = Extension::default();
                let place = match whole {
                    true => place(header.kind, &name, Place { start, size }),
                    false => Err(DropReason::Unreadable {
                        detail: "the archive ends within it".into(),
                    }),
                };
                if header.kind != b'5' && !name.ends_with('/') {
                    entries.push(ShardEntry { name, place });
                }
            }
            if next > length {
                break;
            }
            let here = reader.stream_position().map_err(failed)?;
            // Small steps stay within the buffer.
            reader
                .seek_relative(next as i64 - here as i64)
                .map_err(failed)?;
            at = next;
        }
        Ok(Self {
            file: reader.into_inner(),
            entries,
        })
    }

    /// All members that are not folders, in their order; refused ones too.
    pub fn entries(&self) -> &[ShardEntry] {
        &self.entries
    }

    /// The bytes of a member, or why there are none.
    pub fn read(&self, index: usize, limit_bytes: u64) -> Result<Vec<u8>, DropReason> {
        let Place { start, size } = self.entries[index].place.clone()?;
        if size > limit_bytes {
            return Err(DropReason::TooLarge { limit_bytes });
        }
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start))
            .map_err(|error| DropReason::Unreadable {
                detail: error.to_string(),
            })?;
        read_limited(file.take(size), limit_bytes)
    }
}

impl Extension {
    /// GNU's long name, or the records of POSIX: `length key=value\n` each.
    fn read(&mut self, kind: u8, bytes: &[u8]) {
        if kind == b'L' {
            let name = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            self.name = Some(String::from_utf8_lossy(name).into_owned());
        }
        if kind != b'x' {
            return;
        }
        let mut rest = bytes;
        while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&rest[..space]).ok();
            let length = length.and_then(|length| length.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| rest.get(space + 1..length)) else {
                return;
            };
            rest = &rest[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(name) = record.strip_prefix(b"path=") {
                self.name = Some(String::from_utf8_lossy(name).into_owned());
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size)
                    .ok()
                    .and_then(|it| it.parse().ok());
            }
        }
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

/// What stands in the list for all that cannot be found any more.
fn damaged(at: u64, detail: &str) -> ShardEntry {
    ShardEntry {
        name: format!("(all from byte {at} on)"),
        place: Err(DropReason::Unreadable {
            detail: detail.into(),
        }),
    }
}
