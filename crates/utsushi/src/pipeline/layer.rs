//! Layers: a style painted over the whole picture, or the picture itself, as a part of a request.

use std::cell::OnceCell;

use utsushi_anatomy::Anatomy;

use super::bubbles::Bubbles;
use super::{Depth, LitContent, SkinMask};
use crate::{PartColours, Style};
use utsushi_model::Surface;

/// Largest number of pixels that are painted together: more do not fit into the processor's caches.
/// Pictures of 256×256 pixels went at 36 a second up to this limit, and at 32 with four times as
/// many pixels.
const TOGETHER: u64 = 512 * 512;

/// A layer of a painting, with everything that painting it needs.
pub(super) struct Layer<'a, P> {
    /// Index of the request that the layer belongs to.
    pub(super) request: usize,
    pub(super) content: &'a P,
    /// The style of the layer; `None` for the picture as it is.
    pub(super) style: Option<&'a Style>,
    /// Share of the painting in the mix with the content's colours.
    pub(super) share: f32,
    /// Share of the layer that is seen at each pixel, `[height, width]`, 0…1; without a mask, all
    /// of it.
    pub(super) mask: Option<&'a [f32]>,
    /// Mask of the content's skin.
    pub(super) skin: Option<&'a SkinMask>,
    /// The content's speech bubbles.
    pub(super) bubbles: Option<&'a Bubbles>,
    /// Whether the content is drawn in ink on paper; false if no style depends on it.
    pub(super) on_paper: bool,
    /// The content's faces and parts.
    pub(super) anatomy: Option<&'a Anatomy>,
    /// The content in the light of the style, computed once it is asked for.
    pub(super) lit: OnceCell<Option<LitContent<P>>>,
    /// Whether the painting keeps the content's colours.
    pub(super) keep_colours: bool,
    /// Whether nothing is done besides the networks.
    pub(super) networks_alone: bool,
    pub(super) octaves: u32,
    /// Degree to which each pixel takes the tones of the painting at the largest size, `[height,
    /// width]`, 0…1; if absent, none does.
    pub(super) faces: Option<&'a [f32]>,
    /// Whether each of the layer's sizes takes a single pass.
    pub(super) whole: bool,
    /// Side in pixels of the square that may be painted at once.
    pub(super) tile: usize,
}

impl<P: Depth> Layer<'_, P> {
    /// The content in the light of its style, whose surface is given; `None` if it stays as it is.
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

    /// The colours that the parts of the painting get, if there are any.
    pub(super) fn part_colours(&self) -> Option<&PartColours> {
        self.style.filter(|_| !self.keep_colours)?.part_colours()
    }

    /// Whether both layers may go through the networks together.
    fn fits(&self, other: &Self) -> bool {
        let form = |layer: &Self| {
            let size = [layer.content.width(), layer.content.height()];
            (size, layer.octaves, layer.tile)
        };
        let painted = |layer: &Self| layer.whole && layer.style.is_some();
        painted(self) && painted(other) && form(self) == form(other)
    }
}

/// Divides layers into groups of neighbours that go through the networks together.
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
