//! The block of a GIF that holds XMP.

use super::Parts;
use crate::metadata::GIF_XMP;

/// The block before the byte that ends the file. It holds the text as it is, and behind it bytes that lead
/// any reader that takes the text for blocks to the end of it (XMP specification, part 3).
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
