//! Embedding in JPEG XL, as boxes.

use super::Parts;
use crate::container::put_box;
use crate::encode::JPEG_XL_START;

/// Puts the picture into a container, which has room for metadata. A profile could only be part of
/// the picture itself.
pub(super) fn embedded(bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    if parts.exif.is_none() && parts.xmp.is_none() {
        return bytes;
    }
    let mut whole = if bytes.starts_with(&JPEG_XL_START) {
        bytes
    } else {
        let mut whole = JPEG_XL_START.to_vec();
        put_box(&mut whole, b"jxlc", &bytes);
        whole
    };
    if let Some(exif) = &parts.exif {
        put_box(&mut whole, b"Exif", &[&[0; 4], &exif[..]].concat());
    }
    if let Some(xmp) = &parts.xmp {
        put_box(&mut whole, b"xml ", xmp);
    }
    whole
}
