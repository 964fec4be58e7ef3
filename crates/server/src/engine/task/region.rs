//! Parts of a picture, and what becomes of each.

use bytes::Bytes;
use utsushi::anatomy::Area;

use super::{PartSource, Subject};

/// A part of a picture, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRegion {
    /// Where the part is.
    pub place: RegionPlace,
    /// Width of its soft edge in pixels, 0…4096. Without one it is that of
    /// [`Mask::new`](utsushi::Mask::new) or [`Area::mask`].
    pub feather: Option<f32>,
    /// What becomes of the part.
    pub role: RegionRole,
}

/// Where a part of a picture is.
#[derive(Clone, Debug, PartialEq)]
pub enum RegionPlace {
    /// Where a mask is white.
    Mask {
        /// The bytes of a picture file in the proportions of the content.
        bytes: Bytes,
        /// What errors call it: one of the masks.
        subject: Subject,
    },
    /// Wherever this is found in the content.
    Area(Area),
}

/// What becomes of a part of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionRole {
    /// It is painted in a style of its own.
    Style(PartSource),
    /// It stays as it is in the content.
    Keep,
    /// It alone is painted; the rest stays as it is.
    Only,
}
