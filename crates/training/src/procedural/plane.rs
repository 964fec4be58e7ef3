//! Planes, single channels of a picture, and filters that look at a pixel's neighbours.

use utsushi_imaging::luma;

/// A single channel of a picture, with values in −1…1 unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    width: usize,
    height: usize,
    /// Values of the pixels, row by row.
    pub values: Vec<f32>,
}

impl Plane {
    /// A plane of `values`, row by row.
    ///
    /// # Panics
    /// When `width` does not divide the number of values.
    pub fn new(width: usize, values: Vec<f32>) -> Self {
        assert!(
            width > 0 && values.len().is_multiple_of(width),
            "whole rows"
        );
        let height = values.len() / width;
        Self {
            width,
            height,
            values,
        }
    }

    /// Splits a square picture, `[size, size, 3]`, into its channels.
    pub fn channels(pixels: &[f32], size: usize) -> [Self; 3] {
        [0, 1, 2].map(|channel| {
            let values = pixels.chunks_exact(3).map(|pixel| pixel[channel]);
            Self::new(size, values.collect())
        })
    }

    /// Luma of a square picture, `[size, size, 3]`, with the weights of ITU-R BT.601.
    pub fn luminance(pixels: &[f32], size: usize) -> Self {
        let pixels = pixels.as_chunks::<3>().0.iter();
        Self::new(size, pixels.map(|&pixel| luma(pixel)).collect())
    }

    /// Luma of three channels, with the weights of ITU-R BT.601.
    pub fn luminance_of([red, green, blue]: &[Self; 3]) -> Self {
        let colours = red.values.iter().zip(&green.values).zip(&blue.values);
        let values = colours.map(|((&red, &green), &blue)| luma([red, green, blue]));
        Self {
            values: values.collect(),
            ..*red
        }
    }

    /// Applies `change` to each value.
    pub fn map(&self, change: impl Fn(f32) -> f32) -> Self {
        let values = self.values.iter().map(|&value| change(value)).collect();
        Self { values, ..*self }
    }

    /// Applies `change` to each value and that of another plane of the same size.
    pub fn zip(&self, other: &Self, change: impl Fn(f32, f32) -> f32) -> Self {
        let pairs = self.values.iter().zip(&other.values);
        let values = pairs.map(|(&one, &other)| change(one, other)).collect();
        Self { values, ..*self }
    }

    /// Box filter: the mean over the square of `2 * reach + 1` pixels around each pixel; pixels
    /// outside do not count.
    pub fn smooth(&self, reach: usize) -> Self {
        let mean = |sum: f32, count: usize| sum / count as f32;
        let across = self.windows_across(reach, 0.0, |sum, value| sum + value, mean);
        let turned = across.turned();
        let down = turned.windows_across(reach, 0.0, |sum, value| sum + value, mean);
        down.turned()
    }

    /// Minimum filter: the smallest value of the 3×3 pixels around each; dark lines grow.
    pub fn lowest(&self) -> Self {
        self.extreme(f32::INFINITY, f32::min)
    }

    /// Maximum filter: the largest value of the 3×3 pixels around each; dark lines shrink.
    pub fn highest(&self) -> Self {
        self.extreme(f32::NEG_INFINITY, f32::max)
    }

    fn extreme(&self, start: f32, choose: fn(f32, f32) -> f32) -> Self {
        let across = self.windows_across(1, start, choose, |value, _| value);
        let down = across
            .turned()
            .windows_across(1, start, choose, |value, _| value);
        down.turned()
    }

    fn windows_across(
        &self,
        reach: usize,
        start: f32,
        fold: impl Fn(f32, f32) -> f32,
        finish: impl Fn(f32, usize) -> f32,
    ) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for row in self.values.chunks_exact(self.width) {
            for x in 0..self.width {
                let window = &row[x.saturating_sub(reach)..(x + reach + 1).min(self.width)];
                let folded = window.iter().fold(start, |sum, &value| fold(sum, value));
                values.push(finish(folded, window.len()));
            }
        }
        Self { values, ..*self }
    }

    fn turned(&self) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for x in 0..self.width {
            values.extend((0..self.height).map(|y| self.values[y * self.width + x]));
        }
        Self {
            width: self.height,
            height: self.width,
            values,
        }
    }

    /// Pixelation: sets all pixels of each square of `cell` × `cell` to their mean.
    pub fn cells(&self, cell: usize) -> Self {
        let mut values = self.values.clone();
        for top in (0..self.height).step_by(cell) {
            for left in (0..self.width).step_by(cell) {
                let rows = top..(top + cell).min(self.height);
                let right = (left + cell).min(self.width);
                let inside = |y: usize| y * self.width + left..y * self.width + right;
                let sum: f32 = rows.clone().flat_map(|y| &self.values[inside(y)]).sum();
                let mean = sum / (rows.len() * (right - left)) as f32;
                for y in rows {
                    values[inside(y)].fill(mean);
                }
            }
        }
        Self { values, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_count_and_what_is_outside_does_not() {
        let dot = Plane::new(4, vec![0., 0., 0., 0., 0., 9., 0., 0., 0., 0., 0., 0.]);
        assert_eq!(
            dot.smooth(1).values,
            [
                9. / 4.,
                9. / 6.,
                9. / 6.,
                0.,
                9. / 6.,
                1.,
                1.,
                0.,
                9. / 4.,
                9. / 6.,
                9. / 6.,
                0.
            ]
        );
        let high = dot.highest().values;
        assert_eq!(high, [9., 9., 9., 0., 9., 9., 9., 0., 9., 9., 9., 0.]);
        assert_eq!(
            dot.map(|v| -v).lowest().values,
            dot.highest().map(|v| -v).values
        );
    }

    #[test]
    fn cells_are_means_also_where_the_picture_ends_within_one() {
        let plane = Plane::new(3, vec![1., 3., 5., 5., 7., 9., 2., 4., 8.]);
        let cells = plane.cells(2).values;
        assert_eq!(cells, [4., 4., 7., 4., 4., 7., 3., 3., 8.]);
    }
}
