//! Options of painting, and errors of painting.

use utsushi_model::ModelConfig;

use crate::pipeline::octaves;
use crate::{BackendError, MaskError, StyleError};

/// Options for painting a picture, whatever its style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaintOptions {
    /// The strength: the share of the way from the content, 0, to the painting in the style, 1, or
    /// beyond it, up to [`PaintOptions::MOST_STRENGTH`].
    ///
    /// At 0 the content is returned with the same bits. Up to 1 the colours of the painting are
    /// mixed with those of the content, pixel by pixel. (An alternative was tried: painting with
    /// codes between the content's own style and the target, and adding the difference between the
    /// content and its painting in its own style. Wherever only one of these paintings had lines,
    /// flat faces came out covered with them.) Beyond 1, the style code is extrapolated on the line
    /// from the content's own style through the target; for networks of a single style, the colours
    /// are extrapolated.
    pub strength: f32,
    /// Tile size: the side in pixels of the square that is painted at once, a multiple of 8 from
    /// 256 to 4096. Pictures with no more pixels than this square has are painted whole, larger
    /// ones in strips of no more pixels (but 32 rows at least), so that memory hardly grows with
    /// the picture.
    pub tile: u32,
    /// Octaves: the number of times that the picture is halved to take its tones from smaller
    /// paintings, 0 to 5: for faces that are 2, 4, … times as large as those the model was trained
    /// on, whose tones it would get wrong. 0 paints the picture at its own size alone, and each
    /// further octave costs a quarter of the one before. By default as
    /// [`Painter::octaves`](crate::Painter::octaves) finds, for cels a little more and for
    /// brushwork fewer; and pictures of up to 512×512 pixels whose face is too small for the
    /// networks are painted at twice their size. Networks of a single style have no octaves.
    pub octaves: Option<u32>,
    /// Whether the painting keeps the colours of the content: line, shading and texture are the
    /// style's; hue, saturation and mean colour are the picture's. Skin is then not given the
    /// style's skin colour.
    pub keep_colours: bool,
    /// Whether the painting is the networks' output and nothing else: faces are neither lit nor
    /// shaded and eyes not kept, parts do not have the colours of the reference's
    /// ([`PartColours`](crate::PartColours)), and there are no flat areas, screens and grids
    /// ([`Surface`](crate::Surface)).
    pub networks_alone: bool,
}

impl Default for PaintOptions {
    /// Options for full strength, painting 1280×1280 pixels at once: about one gigabyte with the
    /// networks' default sizes.
    fn default() -> Self {
        Self {
            strength: 1.0,
            tile: 1280,
            octaves: None,
            keep_colours: false,
            networks_alone: false,
        }
    }
}

impl PaintOptions {
    /// The largest [`strength`](Self::strength): as far beyond the style as the style is from the
    /// content.
    pub const MOST_STRENGTH: f32 = 2.0;

    /// Checks the options; [`Painter::paint`](crate::Painter::paint) does so, too.
    ///
    /// # Errors
    /// The first option that is out of range.
    pub fn validate(&self) -> Result<(), PaintError> {
        if !(0.0..=Self::MOST_STRENGTH).contains(&self.strength) {
            return Err(PaintError::Strength(self.strength));
        }
        let aligned = self.tile.is_multiple_of(ModelConfig::ALIGNMENT as u32);
        if !aligned || !(256..=4096).contains(&self.tile) {
            return Err(PaintError::Tile(self.tile));
        }
        match self.octaves {
            Some(octaves) if octaves > octaves::MOST => Err(PaintError::Octaves(octaves)),
            _ => Ok(()),
        }
    }
}

/// The error that a picture cannot be painted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PaintError {
    /// The strength is not from 0 to 2.
    #[error(
        "the strength {0} is out of range: expected a number from 0 to {most}",
        most = PaintOptions::MOST_STRENGTH
    )]
    Strength(f32),
    /// The steadiness is not from 0 to 1.
    #[error("the steadiness {0} is out of range: expected a number from 0 to 1")]
    Steady(f32),
    /// The tile size cannot be used.
    #[error("the tile size {0} is out of range: expected a multiple of 8 from 256 to 4096")]
    Tile(u32),
    /// There are more octaves than the largest number allowed.
    #[error("{0} octaves are out of range: expected a number from 0 to 5")]
    Octaves(u32),
    /// The style cannot be used.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// A mask does not fit the picture.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// The network cannot be run.
    #[error("the network cannot paint {width}×{height} pixels: {reason}")]
    Network {
        /// Width of its input in pixels.
        width: usize,
        /// Height of its input in pixels.
        height: usize,
        /// Why it cannot be run.
        reason: BackendError,
    },
    /// The networks' output is NaN or infinite somewhere.
    #[error(
        "the painted value at row {row}, column {column} is not a number; the model's weights \
         are damaged or come from a training that diverged"
    )]
    NotANumber {
        /// Row of the first such value, from the top of the picture.
        row: usize,
        /// Column of the first such value, from the left.
        column: usize,
    },
    /// The caller asked to stop.
    #[error("stopped before the picture was finished")]
    Stopped,
}
