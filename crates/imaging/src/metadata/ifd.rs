//! Image file directories (IFDs) of TIFF and EXIF, which can be read, changed and written
//! elsewhere.

use std::collections::BTreeMap;

/// Tag of the entry that points to the EXIF directory.
pub(crate) const EXIF: u16 = 0x8769;
/// Tag of the entry that points to the GPS directory.
pub(crate) const GPS: u16 = 0x8825;
/// Tag of the entry that points to the interoperability directory.
const INTEROPERABILITY: u16 = 0xa005;

/// Largest depth of directories in directories.
const DEEPEST: usize = 3;

/// Largest size in bytes of a directory's values.
const LARGEST: usize = 16 << 20;

/// The entries of a directory by their tags.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ifd {
    entries: BTreeMap<u16, Value>,
}

/// The value of a directory entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Integers of 16 bits.
    Shorts(Vec<u16>),
    /// Integers of 32 bits.
    Longs(Vec<u32>),
    /// A value of any kind, by the kind's number, with little-endian bytes.
    Raw(u16, Vec<u8>),
    /// Another directory.
    Directory(Ifd),
}

impl Ifd {
    /// Reads the first directory of a TIFF, or of EXIF; damaged entries are left out.
    pub(crate) fn first(bytes: &[u8]) -> Option<Self> {
        let big = match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => false,
            [b'M', b'M', 0, 42] => true,
            _ => return None,
        };
        let mut left = LARGEST;
        Self::read(bytes, number(bytes, 4, 4, big)?, big, &mut left, 0)
    }

    fn read(bytes: &[u8], start: usize, big: bool, left: &mut usize, depth: usize) -> Option<Self> {
        let count = number(bytes, start, 2, big)?;
        let mut found = Self::default();
        for index in 0..count {
            let entry = start + 2 + 12 * index;
            let (Some(tag), Some(kind), Some(count)) = (
                number(bytes, entry, 2, big),
                number(bytes, entry + 2, 2, big),
                number(bytes, entry + 4, 4, big),
            ) else {
                break;
            };
            let (tag, kind) = (tag as u16, kind as u16);
            if matches!(tag, EXIF | GPS | INTEROPERABILITY) {
                let place = number(bytes, entry + 8, 4, big);
                let below = place.filter(|_| depth < DEEPEST);
                let below = below.and_then(|start| Self::read(bytes, start, big, left, depth + 1));
                if let Some(below) = below {
                    found.entries.insert(tag, Value::Directory(below));
                }
                continue;
            }
            let Some(size) = size_of(kind) else {
                continue;
            };
            let Some(length) = count.checked_mul(size).filter(|length| length <= left) else {
                continue;
            };
            let place = match length {
                0..=4 => Some(entry + 8),
                _ => number(bytes, entry + 8, 4, big),
            };
            let value = place.and_then(|start| bytes.get(start..start.checked_add(length)?));
            if let Some(value) = value {
                *left -= length;
                let mut value = value.to_vec();
                if big {
                    swap(kind, &mut value);
                }
                found.entries.insert(tag, Value::Raw(kind, value));
            }
        }
        Some(found)
    }

    #[cfg(test)]
    fn get(&self, tag: u16) -> Option<&Value> {
        self.entries.get(&tag)
    }

    pub(crate) fn set(&mut self, tag: u16, value: Value) {
        self.entries.insert(tag, value);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keeps only the entries with these tags.
    pub(crate) fn only(mut self, tags: &[u16]) -> Self {
        self.entries.retain(|tag, _| tags.contains(tag));
        self
    }

    /// Adds entries of another directory that this one does not have.
    pub(crate) fn add_missing(&mut self, other: Self) {
        for (tag, value) in other.entries {
            self.entries.entry(tag).or_insert(value);
        }
    }

    /// A small TIFF with only this directory, the form of EXIF.
    pub(crate) fn alone(&self) -> Vec<u8> {
        let mut bytes = b"II\x2a\0\0\0\0\0".to_vec();
        self.append_to(&mut bytes);
        bytes
    }

    /// Appends the directory to the bytes of a little-endian TIFF, as its first.
    pub(crate) fn append_to(&self, bytes: &mut Vec<u8>) {
        let start = self.put(bytes).to_le_bytes();
        bytes[4..8].copy_from_slice(&start);
    }

    /// Writes values and subdirectories, then this directory; returns its position.
    fn put(&self, bytes: &mut Vec<u8>) -> u32 {
        let mut entries = Vec::new();
        for (tag, value) in &self.entries {
            let (kind, count, value) = match value {
                Value::Directory(below) => (4, 1, below.put(bytes).to_le_bytes().to_vec()),
                Value::Shorts(values) => {
                    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                    (3, values.len(), bytes.collect())
                }
                Value::Longs(values) => {
                    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                    (4, values.len(), bytes.collect())
                }
                Value::Raw(kind, value) => {
                    let count = value.len() / size_of(*kind).unwrap_or(1);
                    (*kind, count, value.clone())
                }
            };
            entries.extend(tag.to_le_bytes());
            entries.extend(kind.to_le_bytes());
            entries.extend((count as u32).to_le_bytes());
            let mut short = value;
            if short.len() > 4 {
                even(bytes);
                let place = bytes.len() as u32;
                bytes.extend(short);
                short = place.to_le_bytes().to_vec();
            }
            short.resize(4, 0);
            entries.extend(short);
        }
        even(bytes);
        let start = bytes.len() as u32;
        bytes.extend((self.entries.len() as u16).to_le_bytes());
        bytes.extend(entries);
        bytes.extend([0; 4]);
        start
    }
}

/// Pads to an even position, at which values and directories must begin.
fn even(bytes: &mut Vec<u8>) {
    if !bytes.len().is_multiple_of(2) {
        bytes.push(0);
    }
}

fn number(bytes: &[u8], start: usize, length: usize, big: bool) -> Option<usize> {
    let bytes = bytes.get(start..start.checked_add(length)?)?.iter();
    let join = |number: usize, &byte: &u8| number << 8 | usize::from(byte);
    Some(if big {
        bytes.fold(0, join)
    } else {
        bytes.rev().fold(0, join)
    })
}

/// Size in bytes of one value; `None` for unknown kinds.
fn size_of(kind: u16) -> Option<usize> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => return None,
    })
}

/// Reverses the bytes of each number.
fn swap(kind: u16, value: &mut [u8]) {
    let width = match kind {
        3 | 8 => 2,
        // Fractions are two numbers.
        4 | 5 | 9 | 10 | 11 | 13 => 4,
        12 => 8,
        _ => return,
    };
    value.chunks_exact_mut(width).for_each(<[u8]>::reverse);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_move_with_all_that_they_say() {
        let mut below = Ifd::default();
        below.set(0x9003, Value::Raw(2, b"2026:11:28 21:00:00\0".to_vec()));
        below.set(0x829a, Value::Raw(5, [1, 0, 0, 0, 60, 0, 0, 0].to_vec()));
        let mut ifd = Ifd::default();
        ifd.set(0x010f, Value::Raw(2, b"Maker\0".to_vec()));
        ifd.set(0x0112, Value::Raw(3, vec![6, 0]));
        ifd.set(EXIF, Value::Directory(below));
        let bytes = ifd.alone();
        assert_eq!(Ifd::first(&bytes), Some(ifd.clone()));
        // Elsewhere, with other things in front.
        let mut longer = b"II\x2a\0\0\0\0\0pixels!".to_vec();
        ifd.append_to(&mut longer);
        assert_eq!(Ifd::first(&longer), Some(ifd.clone()));
        for end in 0..bytes.len() {
            Ifd::first(&bytes[..end]);
        }
    }

    #[test]
    fn the_other_order_of_bytes_is_turned() {
        let mut bytes = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        bytes.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
        bytes.extend([1, 0x1a, 0, 5, 0, 0, 0, 1, 0, 0, 0, 38]);
        bytes.extend([0, 0, 0, 0]);
        bytes.extend([0, 0, 1, 44, 0, 0, 0, 1]);
        let ifd = Ifd::first(&bytes).unwrap();
        assert_eq!(ifd.get(0x0112), Some(&Value::Raw(3, vec![6, 0])));
        let fraction = vec![44, 1, 0, 0, 1, 0, 0, 0];
        assert_eq!(ifd.get(0x011a), Some(&Value::Raw(5, fraction)));
    }

    #[test]
    fn a_directory_in_itself_ends() {
        let mut bytes = b"II\x2a\0\x08\0\0\0\x01\0".to_vec();
        bytes.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
        assert!(Ifd::first(&bytes).is_some());
    }
}
