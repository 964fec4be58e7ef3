//! The lightness of a painting's areas without its lines and texture.

use utsushi_imaging::guided_filter::box_mean;
use utsushi_imaging::{Filter, fit_within};

use super::super::Depth;
use super::{luma, share};

/// The longest side of the copies in which areas are looked at: lines and brushwork are within the
/// reach of a mean there.
const SIDE: u32 = 256;
/// The variance of lightness, 0 to 1, from which on an edge of the content is one of the base.
const EDGE: f32 = 0.003;

/// What the lightness of a painting is around each place, told from the lightness of the content
/// there by a local linear regression (the guided filter, He, Sun and Tang 2013), whose two numbers
/// are found in small copies (He and Sun 2015).
pub(super) struct Bases {
    /// `[height, width]`, slope and constant.
    lines: Vec<[f32; 2]>,
    width: usize,
    height: usize,
    /// From a pixel of the picture to one of the copy.
    scale: [f32; 2],
}

impl Bases {
    pub(super) fn of<P: Depth>(content: &P, painting: &P) -> Self {
        let (wide, high) = (content.width(), content.height());
        let (width, height) = if wide.max(high) > SIDE {
            fit_within((wide, high), SIDE, SIDE)
        } else {
            (wide, high)
        };
        let lights = |picture: &P| -> Vec<f32> {
            let small = picture.resized(width, height, Filter::Box);
            let pixels = small.rgb().as_chunks::<3>().0.iter();
            pixels
                .map(|pixel| luma(pixel.map(|sample| share(P::seen(sample)))))
                .collect()
        };
        let (guide, own) = (lights(content), lights(painting));
        let (width, height) = (width as usize, height as usize);
        let mean = |values: Vec<f32>| box_mean(&values, width);
        let products = |left: &[f32], right: &[f32]| {
            let pairs = left.iter().zip(right);
            mean(pairs.map(|(left, right)| left * right).collect())
        };
        let (covariances, variances) = (products(&guide, &own), products(&guide, &guide));
        let (guide, own) = (mean(guide), mean(own));
        let slopes = (0..guide.len()).map(|at| {
            let covariance = covariances[at] - guide[at] * own[at];
            let variance = variances[at] - guide[at] * guide[at];
            covariance / (variance.max(0.0) + EDGE)
        });
        let slopes: Vec<f32> = slopes.collect();
        let constants = (0..guide.len()).map(|at| own[at] - slopes[at] * guide[at]);
        let constants = mean(constants.collect());
        let slopes = mean(slopes);
        let scale = [width as f32 / wide as f32, height as f32 / high as f32];
        Self {
            lines: slopes
                .into_iter()
                .zip(constants)
                .map(|(slope, constant)| [slope, constant])
                .collect(),
            width,
            height,
            scale,
        }
    }

    /// The lightness of the painting around a pixel where the content has the lightness `area`.
    pub(super) fn at(&self, x: usize, y: usize, area: f32) -> f32 {
        let near = |at: usize, scale: f32, end: usize| {
            let place = (at as f32 + 0.5) * scale - 0.5;
            let place = place.clamp(0.0, end as f32 - 1.0);
            let first = place as usize;
            (first, (first + 1).min(end - 1), place - first as f32)
        };
        let (left, right, across) = near(x, self.scale[0], self.width);
        let (top, bottom, down) = near(y, self.scale[1], self.height);
        let mixed = |one: [f32; 2], other: [f32; 2], share: f32| {
            [0, 1].map(|index| one[index] + share * (other[index] - one[index]))
        };
        let row = |y: usize| {
            let row = &self.lines[y * self.width..(y + 1) * self.width];
            mixed(row[left], row[right], across)
        };
        let [slope, constant] = mixed(row(top), row(bottom), down);
        slope * area + constant
    }
}
