//! How a picture is painted, and why it may not be.

use utsushi_model::ModelConfig;

use crate::pipeline::octaves;
use crate::{BackendError, MaskError, StyleError};

/// Options for painting a picture, whatever its style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaintOptions {
    /// The share of the way from the content, 0, to the painting in the style, 1, or beyond it, up
    /// to [`PaintOptions::MOST_STRENGTH`].
    ///
    /// At 0 the content comes back unchanged, bit for bit. Up to 1 the colours of the painting are
    /// mixed with those of the content, pixel by pixel. Painting with codes between its own style
    /// and the target's, and adding what the content has more than its painting in its own style,
    /// was tried in place of that: wherever the one painting had lines that the other had not,
    /// flat faces came out covered with them. Beyond 1, the line from the picture's own style to
    /// the target is followed on; networks that know one style follow the colours on.
    pub strength: f32,
    /// Side in pixels of the square that is painted at once, a multiple of 8 from 256 to 4096.
    /// Pictures with no more pixels than this square has are painted whole, larger ones in strips
    /// of no more pixels (but 32 rows at least), so that memory hardly grows with the picture.
    pub tile: u32,
    /// The number of times that the picture is halved to take the tones from smaller paintings of
    /// it, 0 to 5: for faces that are 2, 4, … times as large as those the model was trained on,
    /// whose tones it would get wrong. 0 paints the picture at its own size alone, and each further
    /// octave costs a quarter of the one before. Absent: as
    /// [`Painter::octaves`](crate::Painter::octaves) finds, in cels a little more and in brushwork fewer; and
    /// pictures of up to 512×512 pixels whose face is too small for the networks are painted at twice their
    /// size. Networks that know one style have no octaves.
    pub octaves: Option<u32>,
    /// Whether the painting has the colours of the content: line, shading and texture are the
    /// style's, hue and saturation and the mean colour those of the picture. Skin is then not moved
    /// to the colour that it has in the style.
    pub keep_colours: bool,
    /// Whether the painting is what the networks make of the picture and nothing else: faces are neither
    /// lit nor shaded and eyes not kept, parts do not have the colours of the reference's
    /// ([`PartColours`](crate::PartColours)), and there are no flat areas, screens and grids
    /// ([`Surface`](crate::Surface)).
    pub networks_alone: bool,
}

impl Default for PaintOptions {
    /// Full strength, 1280 px at once: about one gigabyte with the networks' default sizes.
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
    /// The most [`strength`](Self::strength): as far beyond the style as the style is from the
    /// content.
    pub const MOST_STRENGTH: f32 = 2.0;

    /// Checks the settings; [`Painter::paint`](crate::Painter::paint) does so too.
    ///
    /// # Errors
    /// The first setting out of range.
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

/// Error returned when a picture cannot be painted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PaintError {
    /// A strength that is not from 0 to 2.
    #[error(
        "the strength {0} is out of range: expected a number from 0 to {most}",
        most = PaintOptions::MOST_STRENGTH
    )]
    Strength(f32),
    /// A steadiness that is not from 0 to 1.
    #[error("the steadiness {0} is out of range: expected a number from 0 to 1")]
    Steady(f32),
    /// A tile size that cannot be used.
    #[error("the tile size {0} is out of range: expected a multiple of 8 from 256 to 4096")]
    Tile(u32),
    /// More octaves than there are.
    #[error("{0} octaves are out of range: expected a number from 0 to 5")]
    Octaves(u32),
    /// The style cannot be used.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// A mask does not fit the picture.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// A network cannot be run.
    #[error("the network cannot paint {width}×{height} pixels: {reason}")]
    Network {
        /// Width of what it was given.
        width: usize,
        /// Height of it.
        height: usize,
        /// The fault.
        reason: BackendError,
    },
    /// The networks gave something that is not a colour.
    #[error(
        "the painted value at row {row}, column {column} is not a number; the model's weights \
         are damaged or come from a training that diverged"
    )]
    NotANumber {
        /// Row of the first such value, from the top of the picture.
        row: usize,
        /// Column, from the left.
        column: usize,
    },
    /// The caller asked to stop.
    #[error("stopped before the picture was finished")]
    Stopped,
}
