//! Directions in which a style can be moved.

mod file;
mod find;
mod label;
mod learn;

pub use file::DirectionError;
pub use find::{Found, find};
pub use learn::{LearnError, Learned, learn};

use crate::{Painter, StyleCode, StyleError};

/// A step in the space of one model's style codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// The step for an amount of 1, `[stages, style_dim]`.
    pub step: StyleCode,
    /// A description, in the words of whoever made it.
    pub note: String,
    /// [`Painter::fingerprint`] of the model that it is for.
    pub model: u64,
}

/// A style moved along several directions, each by its amount. No amount leaves it as it is.
///
/// # Errors
/// A direction of another length, or a sum that is not finite.
pub fn moved(style: &StyleCode, directions: &[(Direction, f32)]) -> Result<StyleCode, StyleError> {
    let mut style = style.clone();
    for (direction, amount) in directions {
        if *amount != 0.0 {
            style = style.moved(&direction.step, *amount)?;
        }
    }
    Ok(style)
}

impl Direction {
    fn new(painter: &Painter, step: Vec<f32>, note: String) -> Result<Self, StyleError> {
        Ok(Self {
            step: StyleCode::new(step)?,
            note,
            model: painter.fingerprint(),
        })
    }
}
