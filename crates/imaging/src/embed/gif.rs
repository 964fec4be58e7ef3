//! Embedding in GIF, as a block of XMP.

use super::Parts;
use crate::metadata::GIF_XMP;

/// Adds a block of XMP before the byte that ends the file. It has the plain text, followed by bytes
/// that lead a reader which takes the text for blocks to its end (XMP specification, part 3).
pub(super) fn embedded(mut bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    const TRAILER: u8 = 0x3b;
    let Some(xmp) = &parts.xmp else {
        return bytes;
    };
    if bytes.pop() != Some(TRAILER) {
        return bytes;
    }
    bytes.extend(GIF_XMP);
    bytes.extend(xmp);
    bytes.push(1);
    bytes.extend((0..=u8::MAX).rev());
    bytes.extend([0, TRAILER]);
    bytes
}
