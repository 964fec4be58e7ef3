//! A picture to be moved along directions.

use bytes::Bytes;
use utsushi_imaging::OutputFormat;
use utsushi_range::EditMode;
use utsushi_transfer::StyleCode;

use super::look::{look, pixels};
use super::work::check_strength;
use super::{DIRECTIONS, Shared, Size, Subject, WorkError};

/// How far a picture may be moved along a direction, either way.
const FARTHEST: f32 = 10.0;

/// A picture to be moved along directions that the model has by itself
/// ([`Engine::directions`](crate::Engine::directions)).
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The bytes of a picture file.
    pub content: Bytes,
    /// Directions, at least one, counted from 0 and each once, and how far to go along them, −10…10. A step of 1
    /// is the standard deviation of styles that the model makes up.
    pub amounts: Vec<(usize, f32)>,
    /// How the change is applied.
    pub mode: EditMode,
    /// How far to go, from 0 (unchanged) to 1.
    pub strength: f32,
    /// The format of the result.
    pub format: OutputFormat,
}

impl Edit {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let painter = shared.painter()?;
        check_strength(self.strength, shared)?;
        if self.amounts.is_empty() {
            return Err(WorkError::NoDirection);
        }
        let found = DIRECTIONS.min(StyleCode::STAGES * painter.config().style_dim);
        for (place, &(index, amount)) in self.amounts.iter().enumerate() {
            if index >= found {
                return Err(WorkError::NoSuchDirection { index, found });
            }
            if self.amounts[..place]
                .iter()
                .any(|(other, _)| *other == index)
            {
                return Err(WorkError::DirectionTwice { index });
            }
            if amount.is_nan() || amount.abs() > FARTHEST {
                let limit = FARTHEST;
                return Err(WorkError::Amount { amount, limit });
            }
        }
        let limit = shared.options.limits.pixels;
        let content = pixels(look(&self.content, Subject::Content, limit)?);
        // Two paintings stand beside the picture.
        Ok(Size {
            painted: content,
            held: content * 3,
        })
    }
}
