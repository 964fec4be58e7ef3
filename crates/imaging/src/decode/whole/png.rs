//! Walking over the chunks of a PNG.

const SIGNATURE: usize = 8;
/// Bytes around a chunk's content: length, name and checksum.
const AROUND: usize = 12;

/// Whether all chunks are whole, up to the one that ends the file.
pub(super) fn finds_end(bytes: &[u8]) -> bool {
    find(bytes, b"IEND").is_some()
}

/// The content of the first chunk with this name, anywhere in the file.
fn find<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = bytes.get(SIGNATURE..)?;
    loop {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let whole = rest.get(..length.checked_add(AROUND)?)?;
        if behind.starts_with(name) {
            return whole.get(8..8 + length);
        }
        rest = &rest[whole.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_found_whole_or_not_at_all() {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(b"\0\0\0\x05tEXtIEND!SUMS");
        assert!(!finds_end(&png));
        png.extend(b"\0\0\0\x02eXIfokSUMS");
        assert_eq!(find(&png, b"eXIf"), Some(&b"ok"[..]));
        assert_eq!(find(&png[..png.len() - 1], b"eXIf"), None);
        png.extend(b"\0\0\0\0IENDSUMS");
        assert!(finds_end(&png));
        png.extend(b"trailing bytes");
        assert!(finds_end(&png));
        assert_eq!(
            find(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf", b"eXIf"),
            None
        );
    }
}
