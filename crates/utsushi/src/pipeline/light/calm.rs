//! Calming: areas that are even in a content become even in its painting.
//!
//! Networks fill even grounds with strokes that the content does not have, a halo around the figure
//! and a frame along the border. So in styles with smooth areas, fine detail is removed from the
//! painting where the content has no edge, and the ground behind a figure becomes of one colour
//! wherever the content's is.

use rayon::prelude::*;
use utsushi_anatomy::Part;
use utsushi_imaging::Filter;
use utsushi_imaging::guided_filter::box_mean;

use super::values::{largest_around, pieces, sampled, share};
use crate::faces::skin::Tone;
use crate::pipeline::Depth;

/// Bounds of the change in luma, on a scale from −1 to 1, within five pixels of the copy: below the
/// first the content is even, from the second on it has an edge.
const EDGES: [f32; 2] = [0.075, 0.15];
/// Distance from an edge up to which lines may lie, in pixels of the copy.
const BESIDE: usize = 3;
/// Smallest share of the copy's pixels in a piece of ground that is treated as such; smaller pieces
/// are calmed as other areas are.
const PIECE: f32 = 0.005;
/// Variance of luma in a piece of ground, on a scale from −1 to 1, at which its painting follows
/// the content's luma half way; with less it is one colour.
const FOLLOWED: f32 = 0.002;

/// Areas in which a content is even, in a reduced copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Calm {
    /// Evenness of the copy around each pixel, 0…1.
    evenness: Vec<f32>,
    /// Luma of each pixel of the copy.
    luma: Vec<f32>,
    /// The pixels of each even piece of the ground.
    grounds: Vec<Vec<usize>>,
}

impl Calm {
    /// Finds the even areas in the copy of a content, whose parts are given.
    pub(super) fn of(tones: &[Tone], parts: &[u8], width: usize) -> Self {
        let evenness = evenness(tones, width);
        let is_ground = |(part, even): (&u8, &f32)| {
            usize::from(*part) == Part::Background.index() && *even > 0.0
        };
        let ground: Vec<bool> = parts.iter().zip(&evenness).map(is_ground).collect();
        let mut grounds = pieces(&ground, width);
        grounds.retain(|piece| piece.len() as f32 >= PIECE * tones.len() as f32);
        Self {
            evenness,
            luma: tones.iter().map(|tone| tone[0]).collect(),
            grounds,
        }
    }

    /// Makes a painting as even as the content, whose copy has that size, to the degree `weight`,
    /// 0…1.
    pub(super) fn make_calm<P: Depth>(&self, painting: &mut P, size: [usize; 2], weight: f32) {
        let full = [painting.width() as usize, painting.height() as usize];
        let small = painting.resized(size[0] as u32, size[1] as u32, Filter::Box);
        let channels = [0, 1, 2].map(|channel| {
            let values = small.rgb().as_chunks::<3>().0.iter();
            let values: Vec<f32> = values.map(|pixel| P::seen(pixel[channel])).collect();
            self.calmed(&values, size[0])
        });
        let calm: Vec<[f32; 4]> = (0..self.evenness.len())
            .map(|at| {
                [
                    self.evenness[at],
                    channels[0][at],
                    channels[1][at],
                    channels[2][at],
                ]
            })
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

    /// Calms a channel of the painting: means around each pixel and, in a piece of ground, the
    /// values that follow from the content's luma alone, by a line fitted to the whole piece.
    fn calmed(&self, values: &[f32], width: usize) -> Vec<f32> {
        let mut calmed = box_mean(values, width);
        for piece in &self.grounds {
            let mean = |of: &dyn Fn(usize) -> f32| {
                let (sum, count) = piece.iter().fold((0.0, 0.0), |(sum, count), &at| {
                    let weight = f64::from(self.evenness[at]);
                    (sum + weight * f64::from(of(at)), count + weight)
                });
                (sum / count) as f32
            };
            let (luma, value) = (mean(&|at| self.luma[at]), mean(&|at| values[at]));
            let variance = mean(&|at| (self.luma[at] - luma).powi(2));
            let common = mean(&|at| (self.luma[at] - luma) * (values[at] - value));
            let slope = common / (variance + FOLLOWED);
            for &at in piece {
                calmed[at] = value + slope * (self.luma[at] - luma);
            }
        }
        calmed
    }
}

/// Computes the evenness of a picture around each pixel of its copy, 0…1.
fn evenness(tones: &[Tone], width: usize) -> Vec<f32> {
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
