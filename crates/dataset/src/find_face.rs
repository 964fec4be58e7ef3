//! What finds faces for this crate, which knows no networks.

use utsushi_imaging::Picture;

use crate::PixelBox;

/// Finds the face that a picture is of.
pub trait FindFace: Sync {
    /// The square that becomes the training picture, or nothing where there is no face. The same
    /// picture gives the same square.
    fn square(&self, picture: &Picture) -> Option<PixelBox>;

    /// Tells finders apart that may find other squares. A prepared set is of one finder.
    fn version(&self) -> String;
}
