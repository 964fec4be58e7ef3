//! One part of what a request asks for: a style painted over the whole picture, or the picture.

use std::cell::OnceCell;

use utsushi_anatomy::Anatomy;

use super::bubbles::Bubbles;
use super::{Depth, LitContent, SkinMask};
use crate::{PartColours, Style};
use utsushi_model::Surface;

/// The most pixels that are painted together: with more they push each other out of the
/// processor's caches. 256² went at 36 pictures a second up to here, at 32 with four times as many.
const TOGETHER: u64 = 512 * 512;

/// One layer of a painting.
pub(super) struct Layer<'a, P> {
    /// The number of the request that it belongs to.
    pub(super) request: usize,
    pub(super) content: &'a P,
    /// The style that it is painted in; `None` is the picture as it is.
    pub(super) style: Option<&'a Style>,
    /// The part of the painting in the mix with the content's colours.
    pub(super) share: f32,
    /// The share of it that is seen at each pixel, `[height, width]`, 0…1; all of it without a
    /// mask.
    pub(super) mask: Option<&'a [f32]>,
    /// Where the content shows skin.
    pub(super) skin: Option<&'a SkinMask>,
    /// Where the content has speech bubbles.
    pub(super) bubbles: Option<&'a Bubbles>,
    /// Whether the content is drawn in ink on paper, if a style asks for that.
    pub(super) on_paper: bool,
    /// The content's faces and parts.
    pub(super) anatomy: Option<&'a Anatomy>,
    /// The content in the light of the style, once it was asked for.
    pub(super) lit: OnceCell<Option<LitContent<P>>>,
    /// Whether the painting has the content's colours.
    pub(super) keep_colours: bool,
    /// Whether nothing is done besides the networks.
    pub(super) networks_alone: bool,
    pub(super) octaves: u32,
    /// How much of each pixel has the tones of the painting at the largest size, `[height, width]`, 0…1; none
    /// of any without it.
    pub(super) faces: Option<&'a [f32]>,
    /// Whether each of its sizes takes one pass.
    pub(super) whole: bool,
    /// Side of the square that may be painted at once.
    pub(super) tile: usize,
}

impl<P: Depth> Layer<'_, P> {
    /// The content in the light of its style, whose surface is given; `None` where it stays as it is.
    pub(super) fn lit(&self, surface: &Surface) -> Option<&LitContent<P>> {
        let lit = || {
            LitContent::of(
                self.content,
                self.anatomy,
                surface,
                self.style.and_then(Style::part_colours),
            )
        };
        self.lit.get_or_init(lit).as_ref()
    }

    /// The colours of parts that the painting has.
    pub(super) fn part_colours(&self) -> Option<&PartColours> {
        self.style.filter(|_| !self.keep_colours)?.part_colours()
    }

    /// Whether both may go through the networks together.
    fn fits(&self, other: &Self) -> bool {
        let form = |layer: &Self| {
            let size = [layer.content.width(), layer.content.height()];
            (size, layer.octaves, layer.tile)
        };
        let painted = |layer: &Self| layer.whole && layer.style.is_some();
        painted(self) && painted(other) && form(self) == form(other)
    }
}

/// Neighbouring layers that go through the networks together.
pub(super) fn groups<'a, 'b, P: Depth>(
    layers: &'a [Layer<'b, P>],
) -> impl Iterator<Item = &'a [Layer<'b, P>]> {
    let mut rest = layers;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let most = TOGETHER.min((first.tile * first.tile) as u64);
        let pixels = u64::from(first.content.width()) * u64::from(first.content.height());
        let most = (most / pixels.max(1)).max(1);
        let fitting = rest.iter().take_while(|layer| first.fits(layer)).count();
        let (group, after) = rest.split_at(fitting.min(most as usize).max(1));
        rest = after;
        Some(group)
    })
}
