//! Pictures to be told the parts of.

use bytes::Bytes;

use super::look::look;
use super::{PIXEL_BYTES, Shared, Size, Subject, WorkError};

/// A picture whose pixels are to be told by their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// Whether the result is the picture with the colours of its parts laid over it, and not the map
    /// itself.
    pub overlay: bool,
}

/// A picture in whose faces landmarks are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindLandmarks {
    /// The bytes of a picture file.
    pub content: Bytes,
}

impl Segment {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        check(&self.content, shared)
    }
}

impl FindLandmarks {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        check(&self.content, shared)
    }
}

fn check(content: &[u8], shared: &Shared) -> Result<Size, WorkError> {
    let content = look(content, Subject::Content, shared.options.limits.pixels)?;
    // The picture, the same in 8 bits, and the map of its parts with what it is made into.
    let maps = content.pixels().saturating_mul(2 * PIXEL_BYTES);
    Ok(Size {
        painted: content.pixels(),
        held: content.bytes.saturating_add(maps),
    })
}
