//! One style of a request, painted over the whole picture.

use utsushi_imaging::Picture;

use crate::Style;

/// The most pixels that are painted together: with more they push each other out of the
/// processor's caches. 256² went at 36 pictures a second up to here, at 32 with four times as many.
const TOGETHER: u64 = 512 * 512;

/// A picture in one style.
pub(super) struct Layer<'a> {
    /// The number of the request that it belongs to.
    pub(super) request: usize,
    pub(super) content: &'a Picture,
    pub(super) style: &'a Style,
    /// How much of it is seen at each pixel, `[height, width]`, 0…1; all of it without a mask.
    pub(super) mask: Option<&'a [f32]>,
    pub(super) octaves: u32,
    /// Whether each of its sizes takes one pass.
    pub(super) whole: bool,
    /// Side of the square that may be painted at once.
    pub(super) tile: usize,
}

impl Layer<'_> {
    /// Lays its painting over what came before, through its mask.
    pub(super) fn lay_over(&self, below: &mut Picture, painted: &Picture) {
        let Some(mask) = self.mask else {
            below.clone_from(painted);
            return;
        };
        let below = below.rgb_mut().as_chunks_mut::<3>().0;
        let above = painted.rgb().as_chunks::<3>().0;
        for ((below, above), &share) in below.iter_mut().zip(above).zip(mask) {
            for (below, &above) in below.iter_mut().zip(above) {
                let mixed = f32::from(*below) * (1.0 - share) + f32::from(above) * share;
                *below = mixed.round() as u8;
            }
        }
    }

    /// Whether both may go through the networks together.
    fn fits(&self, other: &Self) -> bool {
        let form = |layer: &Self| {
            let size = [layer.content.width(), layer.content.height()];
            (size, layer.octaves, layer.tile)
        };
        self.whole && other.whole && form(self) == form(other)
    }
}

/// Neighbouring layers that go through the networks together.
pub(super) fn groups<'a, 'b>(layers: &'a [Layer<'b>]) -> impl Iterator<Item = &'a [Layer<'b>]> {
    let mut rest = layers;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let most = TOGETHER.min((first.tile * first.tile) as u64);
        let most = (most / first.content.pixels().max(1)).max(1);
        let fitting = rest.iter().take_while(|layer| first.fits(layer)).count();
        let (group, after) = rest.split_at(fitting.min(most as usize).max(1));
        rest = after;
        Some(group)
    })
}
