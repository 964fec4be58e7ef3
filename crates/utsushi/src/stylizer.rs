//! What turns pictures into paintings: a model with its styles, or a network that knows one way.

use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

use utsushi_imaging::{DecodeLimits, Picture};

use crate::jobs::{StyleSource, StyleSourceError};
use crate::{PaintError, PaintOptions, Painter, Progress, StyleCode, StyleError, StyleRegion};

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

    /// The style that a picture has itself, where the painter can tell.
    ///
    /// # Errors
    /// A model whose weights are damaged.
    fn own_style(&self, picture: &Picture) -> Result<Option<StyleCode>, StyleError> {
        let _ = picture;
        Ok(None)
    }

    /// How many octaves a picture is best painted with ([`PaintOptions::octaves`]).
    fn octaves(&self, picture: &Picture) -> u32 {
        let _ = picture;
        0
    }

    /// A number that tells painters apart that paint differently.
    ///
    /// One that has no code to look at paints a small card, and the number is made of that.
    fn fingerprint(&self) -> u64 {
        let byte = |index: usize| (index * 7 % 256) as u8;
        let card = Picture::new(64, 64, (0..64 * 64 * 3).map(byte).collect());
        let card = card.expect("three bytes a pixel");
        let (options, stop) = (PaintOptions::default(), AtomicBool::new(false));
        let painted = StyleCode::new(Vec::new())
            .map_err(PaintError::from)
            .and_then(|code| self.paint_regions(&card, &code, &[], &options, &mut |_| {}, &stop));
        let painted = painted.unwrap_or(card);
        painted
            .rgb()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }

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

    fn octaves(&self, picture: &Picture) -> u32 {
        Painter::octaves(self, picture)
    }

    fn own_style(&self, picture: &Picture) -> Result<Option<StyleCode>, StyleError> {
        self.style_of(picture).map(Some)
    }

    fn fingerprint(&self) -> u64 {
        Painter::fingerprint(self)
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
