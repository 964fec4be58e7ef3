//! What turns pictures into paintings: a model with its styles, or a network that knows one way.

use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

use utsushi_imaging::{DecodeLimits, Picture};

use crate::jobs::{StyleSource, StyleSourceError};
use crate::{PaintError, PaintOptions, Painter, Progress, StyleCode, StyleRegion};

/// What [`jobs::run`](crate::jobs::run) and [`FilmPainter`](crate::FilmPainter) paint with.
///
/// There are two: [`Painter`], a model of this program, which paints in any style that a code
/// stands for; and [`OneWayPainter`](crate::OneWayPainter), a network of another program, which
/// has one style, whose code is empty.
pub trait Stylizer: Debug + Send + Sync {
    /// The code of a style that is asked for.
    ///
    /// # Errors
    /// A reference that cannot be read, or a style that this model does not have.
    fn style(
        &self,
        source: &StyleSource,
        limits: &DecodeLimits,
    ) -> Result<StyleCode, StyleSourceError>;

    /// Repaints a picture of any size in a style, and parts of it in others; alpha comes back bit
    /// for bit. `progress` hears of each tile, first of none.
    ///
    /// # Errors
    /// Options out of range, styles that this model does not have, networks that give no colours,
    /// or [`PaintError::Stopped`] soon after `stop` is set.
    fn paint_regions(
        &self,
        content: &Picture,
        style: &StyleCode,
        regions: &[StyleRegion],
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError>;
}

impl Stylizer for Painter {
    fn style(
        &self,
        source: &StyleSource,
        limits: &DecodeLimits,
    ) -> Result<StyleCode, StyleSourceError> {
        source.resolve(self, limits)
    }

    fn paint_regions(
        &self,
        content: &Picture,
        style: &StyleCode,
        regions: &[StyleRegion],
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        Painter::paint_regions(self, content, style, regions, options, progress, stop)
    }
}
