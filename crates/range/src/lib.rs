//! What one model can do besides repainting a picture in a style.
//!
//! - [`Grid`]s of styles on one picture: mixes of two and three, stages of one reference with
//!   those of another, samples.
//!
//! Everything here works through a [`Painter`](utsushi_transfer::Painter); nothing depends on
//! training.

mod grid;
mod mix;

#[cfg(test)]
mod testing;

pub use grid::{Cell, Grid, GridOptions};
pub use mix::{line, samples, stages, table, triangle};
