//! Headers of a tar's members: POSIX 1003.1 ustar, with GNU tar's extensions.

/// Size of a block in bytes: headers are blocks, and members are padded to whole ones.
pub(super) const BLOCK: usize = 512;

/// The header of a member.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Bytes of the name, in the tar's encoding.
    pub name: Vec<u8>,
    pub size: u64,
    /// Kind of member: `0` is a file, `5` a folder.
    pub kind: u8,
}

impl Header {
    /// Parses a header; `None` if the checksum or a number is wrong.
    pub fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        let claimed = number(&block[148..156])?;
        // The checksum counts itself as spaces.
        let sum = |range: std::ops::Range<usize>| {
            block[range].iter().map(|&it| u64::from(it)).sum::<u64>()
        };
        if claimed != sum(0..148) + sum(156..BLOCK) + 8 * 32 {
            return None;
        }
        let text = |range: std::ops::Range<usize>| {
            let text = block[range].split(|byte| *byte == 0).next();
            text.unwrap_or_default()
        };
        let mut name = text(0..100).to_vec();
        // GNU's older format keeps times where POSIX has the front of a long name.
        if &block[257..263] == b"ustar\0" && block[345] != 0 {
            name = [text(345..500), b"/", &name].concat();
        }
        Some(Self {
            name,
            size: number(&block[124..136])?,
            kind: block[156],
        })
    }

    /// Whether the member is an extension of the next one's header.
    pub fn is_extension(&self) -> bool {
        matches!(self.kind, b'x' | b'g' | b'L' | b'K')
    }
}

/// Parses octal digits between spaces, or GNU's binary numbers.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let mut value = u64::from(field[0] & 0x7f);
        for byte in &field[1..] {
            value = value.checked_mul(256)? + u64::from(*byte);
        }
        return Some(value);
    }
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches([' ', '\0']);
    match digits {
        "" => Some(0),
        digits => u64::from_str_radix(digits, 8).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_spellings() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"  17 \0"), Some(15));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"12x\0"), None);
        assert_eq!(number(b"-1\0"), None);
        assert_eq!(number(&[0x80, 0, 1, 2]), Some(258));
        assert_eq!(number(&[0xff; 12]), None);
    }

    #[test]
    fn an_empty_or_random_block_is_no_header() {
        assert_eq!(Header::parse(&[0; BLOCK]), None);
        assert_eq!(Header::parse(&[b'7'; BLOCK]), None);
    }
}
