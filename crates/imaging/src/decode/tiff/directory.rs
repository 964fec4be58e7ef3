//! The first directory of a classic TIFF, read without the decoder.

use std::borrow::Cow;

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const PHOTOMETRIC: u16 = 262;
const PALETTE: u32 = 3;
const BLACK_IS_ZERO: u16 = 1;
const ENTRY: usize = 12;

/// The size that the file claims. The decoder holds a size against the rest of the directory
/// before it tells it, and a picture that is too large should be refused for that.
pub(in crate::decode) fn claimed_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let directory = Directory::first(bytes)?;
    Some((directory.find(WIDTH)?.value, directory.find(HEIGHT)?.value))
}

/// The file with its palette declared to be grey, if it has one, so that the decoder, which knows
/// no palettes, hands out the places in it; and whether that was so.
pub(super) fn without_palette(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let Some(directory) = Directory::first(bytes) else {
        return (Cow::Borrowed(bytes), false);
    };
    let entry = directory
        .find(PHOTOMETRIC)
        .filter(|entry| entry.value == PALETTE);
    let Some(entry) = entry else {
        return (Cow::Borrowed(bytes), false);
    };
    let value = match directory.order {
        Order::Big => BLACK_IS_ZERO.to_be_bytes(),
        Order::Little => BLACK_IS_ZERO.to_le_bytes(),
    };
    let mut patched = bytes.to_vec();
    patched[entry.position..entry.position + 2].copy_from_slice(&value);
    (Cow::Owned(patched), true)
}

#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
}

struct Directory<'a> {
    bytes: &'a [u8],
    order: Order,
    start: usize,
    entries: usize,
}

/// A single number of a directory, and where in the file it stands.
struct Entry {
    value: u32,
    position: usize,
}

impl<'a> Directory<'a> {
    /// Only classic TIFF: of the kind for more than 4 GiB, none fits the limits anyway.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let order = match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => Order::Little,
            [b'M', b'M', 0, 42] => Order::Big,
            _ => return None,
        };
        let mut directory = Self {
            bytes,
            order,
            start: 0,
            entries: 0,
        };
        directory.start = usize::try_from(directory.long(4)?).ok()?;
        directory.entries = usize::from(directory.short(directory.start)?);
        Some(directory)
    }

    fn find(&self, tag: u16) -> Option<Entry> {
        let start = (0..self.entries)
            .map(|entry| self.start + 2 + entry * ENTRY)
            .find(|&start| self.short(start) == Some(tag))?;
        let position = start + 8;
        let value = match self.short(start + 2)? {
            1 => u32::from(*self.bytes.get(position)?),
            3 => u32::from(self.short(position)?),
            4 => self.long(position)?,
            _ => return None,
        };
        Some(Entry { value, position })
    }

    fn short(&self, position: usize) -> Option<u16> {
        let pair = self
            .bytes
            .get(position..position.checked_add(2)?)?
            .try_into()
            .ok()?;
        Some(match self.order {
            Order::Big => u16::from_be_bytes(pair),
            Order::Little => u16::from_le_bytes(pair),
        })
    }

    fn long(&self, position: usize) -> Option<u32> {
        let word = self
            .bytes
            .get(position..position.checked_add(4)?)?
            .try_into()
            .ok()?;
        Some(match self.order {
            Order::Big => u32::from_be_bytes(word),
            Order::Little => u32::from_le_bytes(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big_endian() -> Vec<u8> {
        let mut file = b"MM\0\x2a\0\0\0\x0a\0\0".to_vec();
        file.extend([0, 3]);
        file.extend([1, 0, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0]);
        file.extend([1, 1, 0, 4, 0, 0, 0, 1, 0, 1, 0, 0]);
        file.extend([1, 6, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0]);
        file
    }

    #[test]
    fn sizes_are_read_in_short_and_long() {
        assert_eq!(claimed_size(&big_endian()), Some((9, 65_536)));
        let mut little = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
        little.extend([0, 1, 4, 0, 1, 0, 0, 0, 0x60, 0xea, 0, 0]);
        little.extend([1, 1, 3, 0, 1, 0, 0, 0, 7, 0, 0xff, 0xff]);
        assert_eq!(claimed_size(&little), Some((60_000, 7)));
        assert_eq!(claimed_size(b"II\x2a\0\xff\xff\xff\xff"), None);
    }

    #[test]
    fn only_the_value_of_a_palette_is_patched() {
        let file = big_endian();
        let (patched, palette) = without_palette(&file);
        assert!(palette);
        let differing: Vec<_> = (0..file.len()).filter(|&i| file[i] != patched[i]).collect();
        assert_eq!(differing, [45]);
        assert_eq!(patched[45], 1);
        assert!(!without_palette(&patched).1);
        for end in 0..46 {
            assert!(!without_palette(&file[..end]).1);
        }
    }
}
