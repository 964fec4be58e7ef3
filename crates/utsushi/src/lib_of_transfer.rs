//! A model, a picture and a style in; a repainted picture out.
//!
//! A [`Painter`] holds the networks of one model. It reads the [`StyleCode`] of a reference
//! painting ([`Painter::style_of`]), looks up the mean of a style it was trained on
//! ([`Painter::named_style`]) or draws one from a seed ([`Painter::sampled_style`]); codes can be
//! mixed ([`StyleCode::blend`]). [`Painter::paint`] then repaints a picture of any size,
//! [`Painter::paint_regions`] in several styles at once, and [`Painter::content_of`] keeps what a
//! picture shows for many paintings. [`Painter::sketch`] makes up what a new painting shows. What stands between that and files and folders is in
//! [`jobs`].
//!
//! Nothing here depends on training.

pub mod jobs;

mod brush;
mod canvas;
mod content_code;
mod film;
mod mask;
mod model;
mod noise;
mod octaves;
mod one_way;
mod options;
mod order;
mod painter;
mod reference;
mod spelling;
mod strips;
mod student;
mod style_code;
mod style_error;
mod stylizer;
mod window;

#[cfg(test)]
mod testing;

pub use content_code::{ContentCode, ContentError};
pub use film::{FilmPainter, FilmState, FrameChange};
pub use mask::{Mask, MaskError};
pub use model::{LoadModelError, Model, PaintStyle};
pub use one_way::{Network, OneWayPainter};
pub use options::{PaintError, PaintOptions, Progress};
pub use order::Order;
pub use painter::{Painter, StyleRegion};
pub use reference::Framing;
pub use student::{StudentNetwork, StudentPainter};
pub use style_code::{BlendPath, StyleCode};
pub use style_error::StyleError;
pub use stylizer::Stylizer;
