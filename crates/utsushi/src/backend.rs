//! Backends, the networks that paint below the pipeline, and the sizes that they can take.

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
/// holds, and networks that know one style, such as students and ONNX networks, which
/// [`OneStylePainter`](crate::OneStylePainter) holds. Framing, octaves, strips and tiles, alpha,
/// strength and regions are left to the pipeline.
pub trait Backend: Debug + Send + Sync {
    /// The sizes that [`Backend::forward`] takes.
    fn capabilities(&self) -> Capabilities;

    /// Repaints pictures of one size, and returns as many values in the same order. `styles` has
    /// one style for each picture; each comes out with the same bits as if it were painted alone.
    ///
    /// # Errors
    /// The reason, in words that need no context but the size.
    fn forward(&self, pictures: Pixels<'_>, styles: &[Style]) -> Result<Vec<f32>, BackendError>;

    /// The interface that steers the networks by style codes; `None` for networks of a single
    /// style.
    fn steering(&self) -> Option<&dyn Steering> {
        None
    }
}

/// Abilities of networks that are steered by style codes, beyond those of a [`Backend`].
pub trait Steering {
    /// Length of these networks' style codes.
    fn code_length(&self) -> usize;

    /// Reads the style of a content, which strengths between its own style and another start from.
    ///
    /// # Errors
    /// The networks' weights are damaged.
    fn style_of_content(&self, content: &Picture) -> Result<StyleCode, StyleError>;

    /// Finds the faces in a picture, the surest first; by default none.
    fn faces(&self, _content: &Picture) -> Vec<Face> {
        Vec::new()
    }

    /// Finds the part of a figure that each pixel of a picture with these faces belongs to, within
    /// `extent`. `None` by default, and if there are no faces.
    fn anatomy(&self, _content: &Picture, _faces: &[Face], _extent: Extent) -> Option<Anatomy> {
        None
    }

    /// Whether the number of octaves of a picture can depend on its faces; if not, it is 0.
    fn may_have_octaves(&self, content: &Picture) -> bool;

    /// Chooses the sizes at which a picture with these faces is best painted in a style of that
    /// surface ([`PaintOptions::octaves`](crate::PaintOptions::octaves)).
    fn sizing(&self, content: &Picture, faces: &[Face], surface: &Surface) -> Sizing;

    /// The surface of a style, its look at the scale of single pixels, which the pipeline adds
    /// before and after the networks; by default a surface that asks for nothing.
    fn surface(&self, _style: &StyleCode) -> Surface {
        Surface::default()
    }

    /// Begins a picture that is too large for one pass. `reduced` is the whole picture at a smaller
    /// size, from which statistics over the whole are taken.
    fn begin_strips<'a>(
        &'a self,
        reduced: Pixels<'_>,
        style: &StyleCode,
    ) -> Box<dyn StripPainter + 'a>;
}

/// Extent of the search for parts in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The surroundings of its faces; everything else counts as background.
    Faces,
    /// The whole picture.
    Whole,
}

/// Paints one picture from its top in strips as wide as the picture.
pub trait StripPainter {
    /// Takes the next rows, `[1, height, width, 3]`, and returns the rows that are finished by
    /// them, `[rows, width, 3]`; after the `last` rows, all that are missing.
    fn paint(&mut self, rows: Pixels<'_>, last: bool) -> Vec<f32>;
}

/// Sizes of pictures that a backend takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Number of pixels of which both sides must be multiples; at least 1.
    pub alignment: usize,
    /// Smallest length of a side in pixels.
    pub shortest: usize,
    /// Width and height in pixels, each of them only if the backend takes no other.
    pub size: [Option<usize>; 2],
}

impl Default for Capabilities {
    /// Capabilities of a backend that takes any size.
    fn default() -> Self {
        Self {
            alignment: 1,
            shortest: 1,
            size: [None; 2],
        }
    }
}

impl Capabilities {
    /// The smallest length from `length` on that the backend takes, in one piece or in several, for
    /// the width (axis 0) or the height (axis 1).
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

/// A batch of pictures of one size as networks take them: `[pictures, height, width, 3]`, RGB,
/// −1…1.
#[derive(Clone, Copy, Debug)]
pub struct Pixels<'a> {
    /// The values in row order.
    pub values: &'a [f32],
    /// Width of each picture in pixels.
    pub width: usize,
    /// Height of each picture in pixels.
    pub height: usize,
}

impl<'a> Pixels<'a> {
    /// Number of pictures.
    pub fn count(&self) -> usize {
        self.values.len() / (self.width * self.height * 3).max(1)
    }

    /// Iterates over the pictures' values, `[height, width, 3]` each.
    pub fn each(&self) -> impl Iterator<Item = &'a [f32]> {
        self.values.chunks((self.width * self.height * 3).max(1))
    }
}

/// The error that a backend cannot paint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BackendError(String);

impl BackendError {
    /// An error with this reason, in words that need no context but the size of the picture.
    pub fn new(reason: impl Display) -> Self {
        Self(reason.to_string())
    }
}

/// Lets several owners share a backend of any kind.
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
