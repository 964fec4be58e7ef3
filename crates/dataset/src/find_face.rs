//! What finds faces for this crate, which knows no networks.

use utsushi_imaging::Picture;

use crate::PixelBox;

/// The part of a picture that shows a face as training pictures do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceCrop {
    /// The square that becomes the training picture, once the picture is turned.
    pub square: PixelBox,
    /// About this point in pixels the picture is turned: the middle of the face.
    pub middle: [f32; 2],
    /// By so much the line from the left eye to the right one is turned clockwise, in radians. The picture
    /// is turned back by it, so that eyes are level; 0 leaves its pixels as they are.
    pub turn: f32,
}

/// Finds the face that a picture is of.
pub trait FindFace: Sync {
    /// What becomes the training picture, or nothing where there is no face. The same picture gives the
    /// same crop.
    fn crop(&self, picture: &Picture) -> Option<FaceCrop>;

    /// Tells finders apart that may find other crops. A prepared set is of one finder.
    fn version(&self) -> String;
}
