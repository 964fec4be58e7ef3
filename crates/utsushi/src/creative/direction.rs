//! Directions in which a style can be moved.

mod file;
mod find;
mod label;
mod learn;
mod shape;

pub use file::DirectionError;
pub use find::{Found, find};
pub use learn::{FacesLearned, LearnError, Learned, learn};
pub use shape::ShapeStep;

use utsushi_anatomy::FacePoints;
use utsushi_imaging::AnyPicture;

use super::landmark_warp::LandmarkWarp;
use crate::{Painter, StyleCode, StyleError};

/// A step in the space of one model's style codes, and one of the shape of faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// The step for an amount of 1, `[stages, style_dim]`.
    pub step: StyleCode,
    /// Where the landmarks of a face go for an amount of 1; nowhere unless it was learned.
    pub shape: ShapeStep,
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

/// A picture whose faces have the shape to which the directions lead, each by its amount. What lies farther
/// from a face than its width stays bit for bit, and alpha goes along. `None` where no face has another shape:
/// the directions have none, or eyes or mouth of no face are found.
pub fn reshaped_along(
    picture: &AnyPicture,
    faces: &[FacePoints],
    directions: &[(Direction, f32)],
) -> Option<AnyPicture> {
    let steps = directions
        .iter()
        .map(|(direction, amount)| (&direction.shape, *amount));
    let step = ShapeStep::sum(steps);
    if step.is_none() {
        return None;
    }
    let warps = faces
        .iter()
        .filter_map(|face| Some(LandmarkWarp::of_face(face, &step.applied(face)?)));
    let warps: Vec<_> = warps.collect();
    if warps.is_empty() {
        return None;
    }
    let mut reshaped = picture.clone();
    for warp in warps {
        reshaped = match &reshaped {
            AnyPicture::Eight(picture) => AnyPicture::from(warp.carried(picture, 0.0, 1.0)),
            AnyPicture::Sixteen(picture) => AnyPicture::from(warp.carried(picture, 0.0, 1.0)),
        };
    }
    Some(reshaped)
}

impl Direction {
    fn new(painter: &Painter, step: Vec<f32>, note: String) -> Result<Self, StyleError> {
        Ok(Self {
            step: StyleCode::new(step)?,
            shape: ShapeStep::default(),
            note,
            model: painter.fingerprint(),
        })
    }
}
