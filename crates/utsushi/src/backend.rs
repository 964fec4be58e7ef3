//! What paints below the pipeline: networks, and what they can take.

use std::fmt::{Debug, Display};
use std::sync::Arc;

use utsushi_anatomy::Anatomy;
use utsushi_imaging::Picture;
use utsushi_model::Surface;

use crate::faces::Face;
use crate::pipeline::octaves::Sizing;
use crate::{Style, StyleCode, StyleError};

/// Networks that repaint pictures of sizes that they can take.
///
/// There are two kinds: networks that are steered by style codes, which [`Painter`](crate::Painter)
/// holds, and networks that know one style, such as students and ONNX networks, which are painted
/// with through [`OneStylePainter`](crate::OneStylePainter). Framing, octaves, strips and tiles,
/// alpha, strength and regions are no matter of theirs.
pub trait Backend: Debug + Send + Sync {
    /// The sizes that [`Backend::forward`] takes.
    fn capabilities(&self) -> Capabilities;

    /// Repaints pictures of one size, each in its style and as it would be painted alone, bit for
    /// bit, and gives as many values back in the same order. `styles` has one for each picture.
    ///
    /// # Errors
    /// What went wrong, in words that need no more context than the size.
    fn forward(&self, pictures: Pixels<'_>, styles: &[Style]) -> Result<Vec<f32>, BackendError>;

    /// The interface that steers the networks by style codes; `None` for those that know one style.
    fn steering(&self) -> Option<&dyn Steering> {
        None
    }
}

/// Further abilities of networks that are steered by style codes.
pub trait Steering {
    /// Numbers in a style code of these networks.
    fn code_length(&self) -> usize;

    /// The style that a picture has itself, from which the strength leads to another.
    ///
    /// # Errors
    /// Weights that are damaged.
    fn style_of_content(&self, content: &Picture) -> Result<StyleCode, StyleError>;

    /// The faces in a picture, the surest first; by default none.
    fn faces(&self, _content: &Picture) -> Vec<Face> {
        Vec::new()
    }

    /// The part of a figure that each pixel of a picture with these faces belongs to, around the faces
    /// or in all of it; by default, and where there are no faces, nothing.
    fn anatomy(&self, _content: &Picture, _faces: &[Face], _extent: Extent) -> Option<Anatomy> {
        None
    }

    /// Whether the number of octaves of a picture depends on its faces; 0 of others.
    fn may_have_octaves(&self, content: &Picture) -> bool;

    /// At which sizes a picture with these faces is best painted in a style of that surface
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)).
    fn sizing(&self, content: &Picture, faces: &[Face], surface: &Surface) -> Sizing;

    /// What paintings of a style are like at the scale of pixels, which is seen to before and after
    /// the networks; by default nothing is done.
    fn surface(&self, _style: &StyleCode) -> Surface {
        Surface::default()
    }

    /// Begins a picture that is too large for one pass. `reduced` is the whole of it at a smaller
    /// size, for what the networks must know of all of it.
    fn begin_strips<'a>(
        &'a self,
        reduced: Pixels<'_>,
        style: &StyleCode,
    ) -> Box<dyn StripPainter + 'a>;
}

/// Where in a picture parts are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Around its faces; all else counts as background.
    Faces,
    /// Everywhere.
    Whole,
}

/// A picture that is painted from the top in strips as wide as it is.
pub trait StripPainter {
    /// Takes the next rows, `[1, height, width, 3]`, and gives those that are finished by them,
    /// `[rows, width, 3]`; after the `last` rows, all that are missing.
    fn paint(&mut self, rows: Pixels<'_>, last: bool) -> Vec<f32>;
}

/// The sizes that a backend takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Both sides are multiples of this; at least 1.
    pub alignment: usize,
    /// The shortest side.
    pub shortest: usize,
    /// Width and height, where no others are taken.
    pub size: [Option<usize>; 2],
}

impl Default for Capabilities {
    /// Any size.
    fn default() -> Self {
        Self {
            alignment: 1,
            shortest: 1,
            size: [None; 2],
        }
    }
}

impl Capabilities {
    /// The least length that is not below `length` and can be taken, or made up of several parts
    /// that can, for the width (axis 0) or the height (axis 1).
    pub(crate) fn side(&self, axis: usize, length: usize) -> usize {
        match self.size[axis] {
            Some(size) => length.max(size),
            None => length.next_multiple_of(self.step()).max(self.shortest),
        }
    }

    /// The alignment, which is at least 1.
    pub(crate) fn step(&self) -> usize {
        self.alignment.max(1)
    }
}

/// Pictures of one size as networks take them: `[pictures, height, width, 3]`, RGB, −1…1.
#[derive(Clone, Copy, Debug)]
pub struct Pixels<'a> {
    /// The values in row order.
    pub values: &'a [f32],
    /// Pixels in a row.
    pub width: usize,
    /// Rows of a picture.
    pub height: usize,
}

impl<'a> Pixels<'a> {
    /// The number of pictures.
    pub fn count(&self) -> usize {
        self.values.len() / (self.width * self.height * 3).max(1)
    }

    /// The values of each picture, `[height, width, 3]`.
    pub fn each(&self) -> impl Iterator<Item = &'a [f32]> {
        self.values.chunks((self.width * self.height * 3).max(1))
    }
}

/// Error returned when a backend cannot paint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BackendError(String);

impl BackendError {
    /// An error with this reason, which needs no more context than the size of the picture.
    pub fn new(reason: impl Display) -> Self {
        Self(reason.to_string())
    }
}

/// A backend that several own, of whatever kind.
impl<B: Backend + ?Sized> Backend for Arc<B> {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn forward(&self, pictures: Pixels<'_>, styles: &[Style]) -> Result<Vec<f32>, BackendError> {
        (**self).forward(pictures, styles)
    }

    fn steering(&self) -> Option<&dyn Steering> {
        (**self).steering()
    }
}
