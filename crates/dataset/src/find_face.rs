//! The interface to a face finder for this crate, which knows no networks.

use utsushi_imaging::Picture;

use crate::PixelBox;

/// The part of a picture that shows a face as training pictures do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceCrop {
    /// The square that becomes the training picture, after the picture is rotated.
    pub square: PixelBox,
    /// The point about which the picture is rotated, in pixels: the middle of the face.
    pub middle: [f32; 2],
    /// Angle in radians by which the line from the left eye to the right one is turned clockwise.
    /// The picture is rotated back by it, so that the eyes are level; 0 leaves its pixels
    /// unchanged.
    pub turn: f32,
}

/// Finds the main face of a picture.
pub trait FindFace: Sync {
    /// The part of a picture that becomes the training picture; none if there is no face. The same
    /// picture must give the same crop.
    fn crop(&self, picture: &Picture) -> Option<FaceCrop>;

    /// Version of the finder, which differs if it may find other crops. All pictures of a prepared
    /// set are cut with one version.
    fn version(&self) -> String;
}
