//! Embedding in WebP, as chunks.

use super::Parts;
use crate::animation::put_webp_chunk;
use crate::metadata::webp_chunks;

/// Puts the picture into an extended container, which has room for metadata.
pub(super) fn embedded(
    bytes: Vec<u8>,
    [width, height]: [u32; 2],
    has_alpha: bool,
    parts: &Parts,
) -> Vec<u8> {
    if parts.exif.is_none() && parts.xmp.is_none() && parts.profile.is_none() {
        return bytes;
    }
    let flag = |present: bool, bit: u8| if present { bit } else { 0 };
    let flags = flag(parts.profile.is_some(), 0b10_0000)
        | flag(has_alpha, 0b1_0000)
        | flag(parts.exif.is_some(), 0b1000)
        | flag(parts.xmp.is_some(), 0b100);
    let stored: Vec<_> = webp_chunks(bytes.get(12..).unwrap_or_default()).collect();
    let mut header = match stored.first() {
        // An animation has this header already.
        Some((b"VP8X", header)) => header.to_vec(),
        _ => {
            let mut header = vec![0; 4];
            for side in [width, height] {
                header.extend(&(side - 1).to_le_bytes()[..3]);
            }
            header
        }
    };
    header[0] |= flags;
    let mut body = b"WEBP".to_vec();
    put_webp_chunk(&mut body, b"VP8X", &header);
    if let Some(profile) = &parts.profile {
        put_webp_chunk(&mut body, b"ICCP", profile);
    }
    for (name, content) in stored {
        if matches!(name, b"VP8L" | b"VP8 " | b"ALPH" | b"ANIM" | b"ANMF") {
            put_webp_chunk(&mut body, name, content);
        }
    }
    if let Some(exif) = &parts.exif {
        put_webp_chunk(&mut body, b"EXIF", exif);
    }
    if let Some(xmp) = &parts.xmp {
        put_webp_chunk(&mut body, b"XMP ", xmp);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}
