//! Metadata of GIF, in blocks.

use super::Metadata;

/// Start of the block that has XMP.
pub(crate) const XMP: &[u8] = b"\x21\xff\x0bXMP DataXMP";

/// Length of the bytes after the XMP text: 1, then 255 down to 0, and the end of the block.
const BEHIND: usize = 258;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    for (start, end) in crate::decode::gif_extensions(bytes) {
        let text = bytes[start..end].strip_prefix(XMP);
        let text = text.and_then(|text| text.get(..text.len().checked_sub(BEHIND)?));
        if let Some(text) = text {
            found.xmp = Some(text.to_vec());
        }
    }
    found
}
