//! Windows: rectangular parts of a framed picture.

use crate::backend::Pixels;

/// A rectangular part of a framed picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Window {
    /// Number of values of the window's pixels: three for each.
    pub(crate) fn values(self) -> usize {
        self.width * self.height * 3
    }

    /// The values of the window, or of several pictures of its size, as a backend takes them.
    pub(crate) fn pixels(self, values: &[f32]) -> Pixels<'_> {
        Pixels {
            values,
            width: self.width,
            height: self.height,
        }
    }
}
