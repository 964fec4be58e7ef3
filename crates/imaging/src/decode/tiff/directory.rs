//! The first directory of a TIFF, of the classic kind or for more than 4 GiB (BigTIFF).

use super::Fault;

/// The byte order of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    /// Converts up to eight bytes to a number.
    pub(crate) fn number(self, bytes: &[u8]) -> u64 {
        let join = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        match self {
            Self::Big => bytes.iter().fold(0, join),
            Self::Little => bytes.iter().rev().fold(0, join),
        }
    }
}

/// The entries of a directory.
pub(crate) struct Directory<'a> {
    bytes: &'a [u8],
    pub(super) order: Order,
    entries: Vec<Entry>,
    /// Whether another directory follows.
    pub(super) more_pages: bool,
}

struct Entry {
    tag: u16,
    kind: u16,
    count: usize,
    /// Position of the entry's values.
    start: usize,
}

impl<'a> Directory<'a> {
    pub(crate) fn first(bytes: &'a [u8]) -> Result<Self, Fault> {
        let head = bytes.get(..4).ok_or(Fault::CutShort)?;
        let order = if head[0] == b'I' {
            Order::Little
        } else {
            Order::Big
        };
        let big = order.number(&head[2..4]) == 43;
        // Lengths of: a place in the file, the number of entries, an entry.
        let (word, counter, entry) = if big { (8, 8, 20) } else { (4, 2, 12) };
        let number = |start: usize, length: usize| -> Result<usize, Fault> {
            let end = start.checked_add(length).ok_or(Fault::CutShort)?;
            let bytes = bytes.get(start..end).ok_or(Fault::CutShort)?;
            usize::try_from(order.number(bytes)).map_err(|_| Fault::CutShort)
        };
        let start = number(if big { 8 } else { 4 }, word)?;
        let count = number(start, counter)?;
        let first = start + counter;
        let end = count
            .checked_mul(entry)
            .and_then(|length| length.checked_add(first))
            .filter(|&end| end <= bytes.len())
            .ok_or(Fault::CutShort)?;
        let mut entries = Vec::new();
        for place in (first..end).step_by(entry) {
            let kind = number(place + 2, 2)? as u16;
            let count = number(place + 4, word)?;
            let inside = place + 4 + word;
            let fits = count
                .checked_mul(size_of_kind(kind))
                .is_some_and(|length| length <= word);
            entries.push(Entry {
                tag: number(place, 2)? as u16,
                kind,
                count,
                start: if fits { inside } else { number(inside, word)? },
            });
        }
        Ok(Self {
            bytes,
            order,
            entries,
            more_pages: number(end, word).is_ok_and(|next| next != 0 && next < bytes.len()),
        })
    }

    fn find(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The bytes of a tag's values.
    pub(crate) fn raw(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.find(tag)?;
        let length = entry.count.checked_mul(size_of_kind(entry.kind))?;
        self.bytes
            .get(entry.start..entry.start.checked_add(length)?)
    }

    /// A tag's integers; `None` if the tag is missing.
    pub(crate) fn numbers(&self, tag: u16) -> Result<Option<Vec<u64>>, Fault> {
        let Some(entry) = self.find(tag) else {
            return Ok(None);
        };
        if !matches!(entry.kind, 1 | 3 | 4 | 6 | 7 | 8 | 9 | 13 | 16 | 18) {
            return Err(Fault::damaged(format!("tag {tag} is no whole number")));
        }
        let raw = self.raw(tag).ok_or(Fault::CutShort)?;
        let numbers = raw.chunks_exact(size_of_kind(entry.kind));
        Ok(Some(
            numbers.map(|bytes| self.order.number(bytes)).collect(),
        ))
    }

    /// A tag's first integer.
    pub(crate) fn number(&self, tag: u16) -> Result<Option<u64>, Fault> {
        Ok(self
            .numbers(tag)?
            .and_then(|numbers| numbers.first().copied()))
    }

    /// A tag's fractions.
    pub(crate) fn fractions(&self, tag: u16) -> Option<Vec<f64>> {
        if self.find(tag)?.kind != 5 {
            return None;
        }
        let part = |bytes: &[u8]| self.order.number(bytes) as f64;
        let fraction = |bytes: &[u8; 8]| part(&bytes[..4]) / part(&bytes[4..]);
        Some(
            self.raw(tag)?
                .as_chunks::<8>()
                .0
                .iter()
                .map(fraction)
                .collect(),
        )
    }
}

/// Size in bytes of one value; unknown kinds count as bytes.
fn size_of_kind(kind: u16) -> usize {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_both_orders_and_sizes() {
        let mut big = b"MM\0\x2a\0\0\0\x0a\0\0".to_vec();
        big.extend([0, 2]);
        big.extend([1, 0, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0]);
        big.extend([1, 2, 0, 3, 0, 0, 0, 3, 0, 0, 0, 1]);
        big.extend([0, 0, 0, 0]);
        let directory = Directory::first(&big).unwrap();
        assert_eq!(directory.number(256), Ok(Some(9)));
        assert_eq!(directory.numbers(258), Ok(Some(vec![0x4d00, 0x2a00, 0])));
        assert_eq!(directory.number(257), Ok(None));
        assert!(!directory.more_pages);
        for end in 0..big.len() - 5 {
            assert!(Directory::first(&big[..end]).is_err());
        }
        let mut long = b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec();
        long.extend(1u64.to_le_bytes());
        long.extend([0, 1, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0]);
        long.extend(8u64.to_le_bytes());
        let directory = Directory::first(&long).unwrap();
        assert_eq!(directory.numbers(256), Ok(Some(vec![5, 6])));
        assert!(directory.more_pages);
        assert!(Directory::first(b"II\x2a\0\xff\xff\xff\xff").is_err());
    }
}
