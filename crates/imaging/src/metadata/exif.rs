//! EXIF: a small TIFF with the notes of a camera (CIPA DC-008).

use std::ops::Range;

const ORIENTATION: u16 = 0x0112;
const ACROSS: u16 = 0x011a;
const DOWN: u16 = 0x011b;
const DETAILS: u16 = 0x8769;
const COLOUR_SPACE: u16 = 0xa001;
const SIDES: [u16; 2] = [0xa002, 0xa003];
const INTEROPERABILITY: u16 = 0xa005;
const ADOBE_RGB: u16 = 2;

/// EXIF data that can be read and changed in place.
pub(crate) struct Exif<'a> {
    bytes: &'a [u8],
    big: bool,
}

impl<'a> Exif<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let big = match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => false,
            [b'M', b'M', 0, 42] => true,
            _ => return None,
        };
        Some(Self { bytes, big })
    }

    /// Orientation of the picture, 1…8; 1 if it is not given.
    pub(crate) fn orientation(&self) -> u8 {
        let value = self
            .first()
            .and_then(|start| self.value(start, ORIENTATION));
        match value {
            Some(value @ 1..=8) => value as u8,
            _ => 1,
        }
    }

    /// Whether the orientation includes a quarter turn, so that rows become columns.
    pub(crate) fn lies(&self) -> bool {
        self.orientation() >= 5
    }

    /// Whether the colours are marked as Adobe RGB.
    pub(crate) fn is_adobe_rgb(&self) -> bool {
        let found = || {
            let details = self.long(self.entry(self.first()?, DETAILS)?.end - 4)?;
            let colours = self.value(details, COLOUR_SPACE)?;
            if colours == ADOBE_RGB {
                return Some(true);
            }
            let index = self.long(self.entry(details, INTEROPERABILITY)?.end - 4)?;
            let name = self.entry(index, 1)?;
            Some(self.bytes.get(name.end - 4..name.end)? == b"R03\0")
        };
        found().unwrap_or(false)
    }

    /// This EXIF for a picture of that width and height whose pixels have been rotated already and,
    /// if `srgb`, are in sRGB; without its thumbnail.
    pub(crate) fn turned(&self, size: [u32; 2], srgb: bool) -> Vec<u8> {
        let mut bytes = self.bytes.to_vec();
        let Some(first) = self.first() else {
            return bytes;
        };
        if let Some(entry) = self.entry(first, ORIENTATION) {
            let one: [u8; 4] = match (self.big, self.width(&entry)) {
                (true, Some(4)) => [0, 0, 0, 1],
                (true, Some(2)) => [0, 1, 0, 0],
                _ => [1, 0, 0, 0],
            };
            bytes[entry.end - 4..entry.end].copy_from_slice(&one);
        }
        // Each names the place of its fraction.
        if self.lies()
            && let (Some(across), Some(down)) = (self.entry(first, ACROSS), self.entry(first, DOWN))
        {
            bytes[across.end - 4..across.end].copy_from_slice(&self.bytes[down.end - 4..down.end]);
            bytes[down.end - 4..down.end].copy_from_slice(&self.bytes[across.end - 4..across.end]);
        }
        if let Some(details) = self
            .entry(first, DETAILS)
            .and_then(|entry| self.long(entry.end - 4))
        {
            self.put_details(&mut bytes, details, (size, srgb));
        }
        // The thumbnail has a directory of its own behind the first.
        let count = usize::from(self.short(first).unwrap_or(0));
        let next = first + 2 + 12 * count;
        if let Some(thumbnail) = self.long(next).filter(|&thumbnail| thumbnail > 0) {
            bytes[next..next + 4].fill(0);
            let part = |tag| self.long(self.entry(thumbnail, tag)?.end - 4);
            if let (Some(start), Some(length)) = (part(0x0201), part(0x0202)) {
                let end = start.saturating_add(length).min(bytes.len());
                // It mostly stands at the very end; elsewhere, cutting it out would move the rest.
                if end + 1 >= bytes.len() && start > next {
                    bytes.truncate(start);
                } else if start < end {
                    bytes[start..end].fill(0);
                }
            }
        }
        bytes
    }

    /// Writes the size and, if `srgb`, that colours are sRGB.
    fn put_details(&self, bytes: &mut [u8], details: usize, (size, srgb): ([u32; 2], bool)) {
        /// Kinds of integers, of two bytes and of four.
        const KINDS: [u16; 2] = [3, 4];
        let long = |value: u32| {
            if self.big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        for (tag, side) in SIDES.into_iter().zip(size) {
            if let Some(entry) = self.entry(details, tag) {
                let kind = self.short(entry.start + 2);
                if kind.is_some_and(|kind| KINDS.contains(&kind)) {
                    self.put_short(&mut bytes[entry.start + 2..], KINDS[1]);
                    bytes[entry.end - 4..entry.end].copy_from_slice(&long(side));
                }
            }
        }
        if !srgb {
            return;
        }
        if let Some(entry) = self.entry(details, COLOUR_SPACE) {
            self.put_short(&mut bytes[entry.end - 4..], 1);
        }
        let interoperability = || {
            let index = self.long(self.entry(details, INTEROPERABILITY)?.end - 4)?;
            let name = self.entry(index, 1)?;
            (self.bytes.get(name.end - 4..name.end)? == b"R03\0").then_some(name)
        };
        if let Some(name) = interoperability() {
            bytes[name.end - 4..name.end].copy_from_slice(b"R98\0");
        }
    }

    fn put_short(&self, bytes: &mut [u8], value: u16) {
        let value = if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        bytes[..2].copy_from_slice(&value);
    }

    fn first(&self) -> Option<usize> {
        self.long(4)
    }

    /// Position of the entry with this tag in a directory.
    fn entry(&self, directory: usize, tag: u16) -> Option<Range<usize>> {
        let count = usize::from(self.short(directory)?);
        let entries = directory.checked_add(2)?;
        (0..count)
            .map(|index| entries + 12 * index)
            .take_while(|start| start + 12 <= self.bytes.len())
            .find(|&start| self.short(start) == Some(tag))
            .map(|start| start..start + 12)
    }

    /// Bytes of an entry's integers: usually two, but some programs write others.
    fn width(&self, entry: &Range<usize>) -> Option<usize> {
        match self.short(entry.start + 2)? {
            1 | 6 | 7 => Some(1),
            3 | 8 => Some(2),
            4 | 9 | 13 => Some(4),
            _ => None,
        }
    }

    /// A single integer of an entry.
    fn value(&self, directory: usize, tag: u16) -> Option<u16> {
        let entry = self.entry(directory, tag)?;
        match self.width(&entry)? {
            1 => self.bytes.get(entry.end - 4).map(|&byte| byte.into()),
            2 => self.short(entry.end - 4),
            _ => self.long(entry.end - 4)?.try_into().ok(),
        }
    }

    fn short(&self, start: usize) -> Option<u16> {
        let bytes = self
            .bytes
            .get(start..start.checked_add(2)?)?
            .try_into()
            .ok()?;
        Some(if self.big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn long(&self, start: usize) -> Option<usize> {
        let bytes = self
            .bytes
            .get(start..start.checked_add(4)?)?
            .try_into()
            .ok()?;
        let value = if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        };
        value.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test EXIF of orientation 6 and Adobe RGB, with a thumbnail of four bytes at the end.
    fn camera() -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
        bytes.extend([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        bytes.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
        bytes.extend([56, 0, 0, 0]);
        bytes.extend([1, 0, 1, 0xa0, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend([2, 0, 1, 2, 4, 0, 1, 0, 0, 0, 86, 0, 0, 0]);
        bytes.extend([2, 2, 4, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(b"JPEG");
        bytes
    }

    #[test]
    fn orientations_are_read_from_numbers_of_any_width() {
        for (kind, big) in [1, 3, 4, 6, 7, 8, 9]
            .into_iter()
            .flat_map(|kind| [(kind, false), (kind, true)])
        {
            let mut bytes = if big {
                b"MM\0*\0\0\0\x08\0\x01\x01\x12".to_vec()
            } else {
                b"II*\0\x08\0\0\0\x01\0\x12\x01".to_vec()
            };
            bytes.extend(if big {
                [0, kind, 0, 0, 0, 1]
            } else {
                [kind, 0, 1, 0, 0, 0]
            });
            bytes.extend(match (kind, big) {
                (3 | 8, true) => [0, 6, 0, 0],
                (4 | 9, true) => [0, 0, 0, 6],
                _ => [6, 0, 0, 0],
            });
            bytes.extend([0; 4]);
            let exif = Exif::new(&bytes).unwrap();
            assert_eq!(exif.orientation(), 6, "{kind} {big}");
            let turned = exif.turned([4, 3], true);
            let turned = Exif::new(&turned).unwrap();
            assert_eq!(turned.orientation(), 1, "{kind} {big}");
        }
    }

    #[test]
    fn turned_exif_has_neither_orientation_nor_thumbnail() {
        let bytes = camera();
        let exif = Exif::new(&bytes).unwrap();
        assert_eq!(exif.orientation(), 6);
        assert!(exif.is_adobe_rgb());
        // Colours that were brought to sRGB must not be taken for others again.
        for srgb in [false, true] {
            let turned = exif.turned([4, 3], srgb);
            assert_eq!(turned.len(), 86);
            let turned = Exif::new(&turned).unwrap();
            assert_eq!(turned.orientation(), 1);
            assert_eq!(turned.is_adobe_rgb(), !srgb);
        }
        for end in 0..bytes.len() {
            if let Some(exif) = Exif::new(&bytes[..end]) {
                exif.orientation();
                exif.is_adobe_rgb();
                exif.turned([4, 3], true);
            }
        }
    }

    #[test]
    fn sides_and_the_other_name_of_adobe_rgb_are_those_of_the_painting() {
        for big in [false, true] {
            let short = |value: u16| {
                if big {
                    value.to_be_bytes()
                } else {
                    value.to_le_bytes()
                }
            };
            let long = |value: u32| {
                if big {
                    value.to_be_bytes()
                } else {
                    value.to_le_bytes()
                }
            };
            let entry = |tag: u16, kind: u16, value: [u8; 4]| {
                [&short(tag)[..], &short(kind), &long(1), &value].concat()
            };
            let mut bytes = if big {
                b"MM\0*".to_vec()
            } else {
                b"II*\0".to_vec()
            };
            bytes.extend(long(8));
            bytes.extend([&short(1)[..], &entry(DETAILS, 4, long(26)), &long(0)].concat());
            let wide = short(7);
            bytes.extend(short(3));
            bytes.extend(entry(SIDES[0], 3, [wide[0], wide[1], 0, 0]));
            bytes.extend(entry(SIDES[1], 4, long(9)));
            bytes.extend(entry(INTEROPERABILITY, 4, long(68)));
            bytes.extend(long(0));
            bytes.extend([&short(1)[..], &entry(1, 2, *b"R03\0"), &long(0)].concat());
            let exif = Exif::new(&bytes).unwrap();
            // It counts where the colour space is said to be another.
            let turned = exif.turned([70_000, 5], true);
            let turned = Exif::new(&turned).unwrap();
            let side = |tag| turned.long(turned.entry(26, tag).unwrap().end - 4);
            assert_eq!(SIDES.map(side), [Some(70_000), Some(5)], "{big}");
            assert!(turned.bytes.windows(4).any(|part| part == b"R98\0"));
            for end in 0..bytes.len() {
                if let Some(exif) = Exif::new(&bytes[..end]) {
                    exif.turned([4, 3], true);
                }
            }
        }
    }
}
