//! The pass over the headers of a tar.

use std::io;

use super::extension::Extension;
use super::header::{BLOCK, Header};
use super::tape::Tape;
use super::{Place, ShardEntry, place};
use crate::DropReason;
use crate::source::sidecars;

/// Largest size in bytes of a long name, and of the records before a member.
const MAX_EXTENSION: u64 = 1 << 16;

/// Largest number of members of a compressed tar, in which a header of a few bytes on the disk
/// becomes a name in memory.
const MAX_PACKED: usize = 1_000_000;

/// Largest size in bytes of all labels of a compressed tar, which are kept in memory because nobody
/// can go back to them.
const MAX_LABELS: u64 = 64 << 20;

/// The result of the pass over a tar.
pub(super) enum Scan {
    /// The members, including damaged and refused ones.
    Entries(Vec<ShardEntry>),
    /// The file is not a tar, since the first header is not one.
    NoTar,
}

/// Reads all headers. Everything after a damaged one becomes one member that cannot be read, so
/// that it is reported.
pub(super) fn scan(tape: &mut Tape) -> io::Result<Scan> {
    let mut entries = Vec::new();
    let mut extension = Extension::default();
    let mut labels = 0;
    loop {
        let at = tape.at();
        let mut block = [0; BLOCK];
        let header = match tape.fill(&mut block)? {
            // Written by programs that leave out the two empty blocks at the end.
            0 if at > 0 => break,
            BLOCK if block == [0; BLOCK] => break,
            BLOCK => Header::parse(&block),
            _ => None,
        };
        let Some(header) = header else {
            if at == 0 {
                return Ok(Scan::NoTar);
            }
            if tape.damage().is_none() {
                entries.push(damaged(at, "the header is damaged or cut short"));
            }
            break;
        };
        if tape.is_packed() && entries.len() == MAX_PACKED {
            entries.push(damaged(at, "it has more than a million members"));
            break;
        }
        let start = at + BLOCK as u64;
        let size = if header.is_extension() {
            header.size
        } else {
            extension.size.take().unwrap_or(header.size)
        };
        let end = size.checked_next_multiple_of(BLOCK as u64);
        let Some(end) = end.filter(|size| start.checked_add(*size).is_some()) else {
            let detail = "the header claims more bytes than there can be";
            entries.push(damaged(at, detail));
            break;
        };
        if header.is_extension() {
            let mut bytes = vec![0; size.min(MAX_EXTENSION) as usize];
            if size > MAX_EXTENSION || tape.fill(&mut bytes)? < bytes.len() {
                if tape.damage().is_none() {
                    entries.push(damaged(at, "a name or its records are too long"));
                }
                break;
            }
            extension.read(header.kind, &bytes);
        } else {
            let raw = extension.name.take().unwrap_or(header.name);
            let name = String::from_utf8_lossy(&raw).into_owned();
            extension = Extension::default();
            let mut found = place(header.kind, &name, Place { start, size });
            let mut kept = None;
            let mut passed = 0;
            if tape.is_packed() && found.is_ok() && sidecars::is_label(&name, size) {
                labels += size;
                if labels <= MAX_LABELS {
                    let mut bytes = vec![0; size as usize];
                    passed = tape.fill(&mut bytes)? as u64;
                    kept = Some(bytes);
                } else {
                    found = unreadable("the labels of this packed tar have more than 64 MiB");
                }
            }
            if passed + tape.pass(size - passed)? < size {
                found = unreadable("the archive ends within it");
            }
            if header.kind != b'5' && !name.ends_with('/') {
                entries.push(ShardEntry {
                    raw: std::str::from_utf8(&raw).is_err().then_some(raw),
                    name,
                    place: found,
                    kept,
                });
            }
        }
        tape.pass(end - size)?;
    }
    if tape.is_packed() {
        // What is behind the last member is of no use, but for the checksum at its end.
        tape.pass(u64::MAX)?;
    }
    if let Some(damage) = tape.damage() {
        entries.push(damaged(tape.at(), damage));
    }
    Ok(Scan::Entries(entries))
}

fn unreadable(detail: &str) -> Result<Place, DropReason> {
    let detail = detail.into();
    Err(DropReason::Unreadable { detail })
}

/// An entry that stands for everything that cannot be found any more.
fn damaged(at: u64, detail: &str) -> ShardEntry {
    ShardEntry {
        name: format!("(all from byte {at} on)"),
        raw: None,
        place: unreadable(detail),
        kept: None,
    }
}
