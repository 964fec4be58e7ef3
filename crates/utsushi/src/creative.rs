//! Creative uses of a model, besides repainting a picture in a style.
//!
//! - [`Grid`]s of styles on one picture: mixes of two and three, stages of one reference with those
//!   of another, samples.
//! - [`morph`]: from one painting to the next in small steps, eyes to eyes and mouth to mouth if
//!   asked.
//! - [`generate`]: new paintings from a seed.
//! - [`Direction`]s: learned from examples or found in the decoder, and pictures moved along them.
//! - [`colour_lines`]: a line drawing in the colours of a painting's hair, skin and clothes.
//! - [`FaceShape`]: larger eyes, a smile, another age, by a warp that landmarks lead.
//!
//! Everything here works through a [`Painter`](crate::Painter); nothing depends on training.

mod direction;
mod edit;
mod generate;
mod grid;
mod landmark_warp;
mod lines;
mod mix;
mod morph;
mod resampled;
mod shape;
mod symmetric;

#[cfg(test)]
mod testing;

pub use direction::{
    Direction, DirectionError, FacesLearned, Found, LearnError, Learned, ShapeStep, find, learn,
    moved, reshaped_along,
};
pub use edit::{EditMode, edit, edit_any, edits};
pub use generate::{
    GenerateError, GenerateOptions, Generated, Sketched, fit_to_sheet, generate,
    sheet_of_paintings, sketched,
};
pub use grid::{Cell, Grid, GridOptions};
pub use lines::{LinesError, colour_lines};
pub use mix::{line, samples, stages, table, triangle};
pub use morph::{Ease, Keyframe, MorphError, MorphOptions, Steps, fit_to_frame, frame_size, morph};
pub use shape::{FaceShape, FaceShapeError, reshaped};
