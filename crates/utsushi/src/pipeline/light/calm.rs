//! Areas that are even in a content, even in its painting.
//!
//! Networks fill even grounds with strokes that the content does not have. In styles with smooth areas
//! whatever is fine is taken out of the painting where the content has no edge.

use rayon::prelude::*;
use utsushi_imaging::Filter;
use utsushi_imaging::guided_filter::box_mean;

use super::values::{largest_around, sampled, share};
use crate::faces::skin::Tone;
use crate::pipeline::Depth;

/// A change in luma, of 2, within five pixels of the copy, below which the content is even, and from which
/// on it has an edge.
const EDGES: [f32; 2] = [0.075, 0.15];
/// How far from an edge lines may be, in pixels of the copy.
const BESIDE: usize = 3;

/// How even a picture is around each pixel of its copy, 0…1.
pub(super) fn evenness(tones: &[Tone], width: usize) -> Vec<f32> {
    let height = tones.len() / width.max(1);
    let luma = |x: usize, y: usize| tones[y * width + x][0];
    let change = |at: usize| {
        let (x, y) = (at % width, at / width);
        let across = luma(x.saturating_sub(2), y) - luma((x + 2).min(width - 1), y);
        let down = luma(x, y.saturating_sub(2)) - luma(x, (y + 2).min(height - 1));
        1.25 * across.hypot(down)
    };
    let changes: Vec<f32> = (0..tones.len()).map(change).collect();
    let changes = largest_around(&changes, width, BESIDE);
    let shares = changes.iter().map(|&change| 1.0 - share(change, EDGES));
    let shares: Vec<f32> = shares.collect();
    box_mean(&shares, width)
}

/// Makes a painting as even as the copy of its content, of that size, is: so far as `weight` says, 0…1.
pub(super) fn make_calm<P: Depth>(
    painting: &mut P,
    evenness: &[f32],
    size: [usize; 2],
    weight: f32,
) {
    let full = [painting.width() as usize, painting.height() as usize];
    let small = painting.resized(size[0] as u32, size[1] as u32, Filter::Box);
    let means = [0, 1, 2].map(|channel| {
        let values = small.rgb().as_chunks::<3>().0.iter();
        let values: Vec<f32> = values.map(|pixel| P::seen(pixel[channel])).collect();
        box_mean(&values, size[0])
    });
    let calm: Vec<[f32; 4]> = (0..evenness.len())
        .map(|at| [evenness[at], means[0][at], means[1][at], means[2][at]])
        .collect();
    let rows = painting.rgb_mut().par_chunks_exact_mut(full[0] * 3);
    rows.enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let [even, mean @ ..] = sampled(&calm, size, [x, y], full);
            if even > 0.0 {
                let own = pixel.map(P::seen);
                *pixel = [0, 1, 2].map(|channel| {
                    P::stored(own[channel] + weight * even * (mean[channel] - own[channel]))
                });
            }
        }
    });
}
