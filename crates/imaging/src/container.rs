//! Containers made of boxes (ISO/IEC 14496-12), in which AVIF, HEIC and some JPEG XL pictures lie.

mod heif;

pub(crate) use heif::{Cicp, Heif, Item, Property};

/// Iterates over kind and content of each box, up to the first that is not whole.
pub(crate) fn boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (kind, content, behind) = split(rest)?;
        rest = behind;
        Some((kind, content))
    })
}

/// Whether every box, and so the file, is whole.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        match split(rest) {
            Some((.., behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

fn split(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, behind) = bytes.split_first_chunk::<4>()?;
    let (kind, behind) = behind.split_first_chunk::<4>()?;
    let (head, length, behind) = match u32::from_be_bytes(*length) {
        // To the end of the file.
        0 => return Some((kind, behind, &[])),
        1 => {
            let (length, behind) = behind.split_first_chunk::<8>()?;
            (16, u64::from_be_bytes(*length), behind)
        }
        length => (8, u64::from(length), behind),
    };
    let length = usize::try_from(length).ok()?.checked_sub(head)?;
    Some((kind, behind.get(..length)?, behind.get(length..)?))
}

/// Appends a box.
pub(crate) fn put_box(bytes: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    match u32::try_from(content.len() + 8) {
        Ok(length) => {
            bytes.extend(length.to_be_bytes());
            bytes.extend(kind);
        }
        Err(_) => {
            bytes.extend(1u32.to_be_bytes());
            bytes.extend(kind);
            bytes.extend((content.len() as u64 + 16).to_be_bytes());
        }
    }
    bytes.extend(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_whole_or_missing() {
        let mut bytes = Vec::new();
        put_box(&mut bytes, b"one ", b"abc");
        bytes.extend(b"\0\0\0\x01two \0\0\0\0\0\0\0\x12xy");
        let found: Vec<_> = boxes(&bytes).collect();
        assert_eq!(found, [(b"one ", &b"abc"[..]), (b"two ", b"xy")]);
        assert!(is_whole(&bytes));
        for end in 1..bytes.len() {
            assert_eq!(is_whole(&bytes[..end]), end == 11, "{end}");
        }
        assert_eq!(boxes(b"\0\0\0\x07bad ").count(), 0);
        assert_eq!(boxes(b"\0\0\0\0all to the end").next().unwrap().0, b"all ");
    }
}
