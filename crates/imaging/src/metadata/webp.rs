//! Metadata of WebP, in chunks.

use super::{Metadata, bare_exif};

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    for (name, content) in chunks(bytes.get(12..).unwrap_or_default()) {
        match name {
            b"EXIF" => found.exif = Some(bare_exif(content)),
            b"XMP " => found.xmp = Some(content.to_vec()),
            b"ICCP" => found.profile = Some(content.to_vec()),
            _ => {}
        }
    }
    found
}

/// Iterates over names and contents of RIFF chunks, up to the first that is not whole.
pub(crate) fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (name, behind) = rest.split_first_chunk::<4>()?;
        let (length, behind) = behind.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let content = behind.get(..length)?;
        // The byte that makes a length even may be missing at the end.
        rest = behind
            .get(length.checked_next_multiple_of(2)?..)
            .unwrap_or_default();
        Some((name, content))
    })
}
