//! Regions of a picture, and their treatment.

use bytes::Bytes;
use utsushi::anatomy::Area;

use super::{PartSource, Subject};

/// A region of a picture, and its treatment.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRegion {
    /// Place of the region.
    pub place: RegionPlace,
    /// Width of the region's soft edge in pixels, 0…4096; by default that of
    /// [`Mask::new`](utsushi::Mask::new) or [`Area::mask`].
    pub feather: Option<f32>,
    /// Treatment of the region.
    pub role: RegionRole,
}

/// The place of a region.
#[derive(Clone, Debug, PartialEq)]
pub enum RegionPlace {
    /// The white part of a mask.
    Mask {
        /// The bytes of a picture file with the aspect ratio of the content.
        bytes: Bytes,
        /// The mask's name in errors.
        subject: Subject,
    },
    /// An area, which is looked for in the content.
    Area(Area),
}

/// The treatment of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionRole {
    /// The region is painted in a style of its own.
    Style(PartSource),
    /// The region stays as it is in the content.
    Keep,
    /// Only the region is painted; the rest stays as it is.
    Only,
}
