//! Directions, along which styles and the shape of faces are moved.

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

/// A direction: a step in the space of one model's style codes, and a step in the shape of faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// The step of the style code for an amount of 1, `[stages, code_length]`.
    pub step: StyleCode,
    /// Movements of the landmarks of a face for an amount of 1; none unless the direction was
    /// learned.
    pub shape: ShapeStep,
    /// A description in its maker's words.
    pub note: String,
    /// The [`Painter::fingerprint`] of the model for which the direction was made.
    pub model: u64,
}

/// Moves a style along several directions, each by its amount. An amount of 0 changes nothing.
///
/// # Errors
/// A direction has another length, or the sum is not finite.
pub fn moved(style: &StyleCode, directions: &[(Direction, f32)]) -> Result<StyleCode, StyleError> {
    let mut style = style.clone();
    for (direction, amount) in directions {
        if *amount != 0.0 {
            style = style.moved(&direction.step, *amount)?;
        }
    }
    Ok(style)
}

/// Warps the faces of a picture to the shape to which the directions lead, each by its amount.
/// Pixels farther from a face than its width keep their bits, and alpha is warped, too. Returns
/// `None` if no face changes: the directions have no shape, or no face shows eyes and mouth.
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
