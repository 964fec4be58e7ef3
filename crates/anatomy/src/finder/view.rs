//! Views: pictures as the network sees them, whole or around a face.

use utsushi_imaging::Picture;

/// A grid of points on a picture. Positions on the picture count from its upper left corner, so
/// that the centre of the first pixel is at 0.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    /// Position of the upper left corner of the grid, in pixels of the picture; it may lie outside.
    pub origin: [f64; 2],
    /// Distance from point to point in pixels of the picture, across and down, above 0.
    pub step: [f64; 2],
    /// Number of points in a row.
    pub width: usize,
    /// Number of rows of points.
    pub height: usize,
}

/// The pixels along one axis of which a point's colour is the mean, with their weights, which sum
/// to 1.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl View {
    /// Computes the colours at the points, `[height, width, 3]`, −1…1, as means with triangular
    /// weights, so that nothing aliases. Beyond the border the outermost pixels are repeated, and
    /// transparent pixels show white.
    ///
    /// This takes memory for the view and for one row of the picture.
    pub fn colours(&self, picture: &Picture) -> Vec<f32> {
        let [wide, high] = [picture.width(), picture.height()].map(|side| side as usize);
        let across = taps(self.origin[0], self.step[0], self.width, wide);
        let down = taps(self.origin[1], self.step[1], self.height, high);
        let mut values = vec![0.0; self.width * self.height * 3];
        let mut line = vec![[0.0; 3]; wide];
        let mut shrunk = vec![0.0; self.width * 3];
        // Targets reach down in order, so that those which a row counts for lie side by side.
        let mut begin = 0;
        for row in 0..high {
            while begin < down.len() && down[begin].end() <= row {
                begin += 1;
            }
            let users = down[begin..].iter().take_while(|taps| taps.first <= row);
            let end = begin + users.count();
            if begin == end {
                continue;
            }
            read_row(picture, row, &mut line);
            for (point, taps) in shrunk.as_chunks_mut::<3>().0.iter_mut().zip(&across) {
                *point = [0.0; 3];
                for (colour, weight) in line[taps.first..].iter().zip(&taps.weights) {
                    for (sum, value) in point.iter_mut().zip(colour) {
                        *sum += weight * value;
                    }
                }
            }
            for (target, taps) in (begin..end).zip(&down[begin..end]) {
                let Some(weight) = taps.weights.get(row - taps.first) else {
                    continue;
                };
                let target = &mut values[target * self.width * 3..][..self.width * 3];
                for (sum, value) in target.iter_mut().zip(&shrunk) {
                    *sum += weight * value;
                }
            }
        }
        values
    }
}

impl Taps {
    /// Index of the pixel after the last one.
    fn end(&self) -> usize {
        self.first + self.weights.len()
    }
}

/// Taps of `count` points along an axis of `length` pixels.
fn taps(origin: f64, step: f64, count: usize, length: usize) -> Vec<Taps> {
    let reach = step.max(1.0);
    let last = length as f64 - 0.5;
    let of_point = |point: usize| {
        let middle = origin + (point as f64 + 0.5) * step;
        // All of it lies beyond the picture.
        if middle + reach <= 0.5 || length == 1 {
            return Taps {
                first: 0,
                weights: vec![1.0],
            };
        }
        if middle - reach >= last {
            return Taps {
                first: length - 1,
                weights: vec![1.0],
            };
        }
        let from = (middle - reach - 0.5).floor() as i64;
        let to = (middle + reach - 0.5).ceil() as i64;
        let inside = |at: i64| at.clamp(0, length as i64 - 1) as usize;
        let first = inside(from);
        let mut weights = vec![0.0; inside(to) - first + 1];
        let mut sum = 0.0;
        for at in from..=to {
            let weight = (1.0 - (at as f64 + 0.5 - middle).abs() / reach).max(0.0);
            weights[inside(at) - first] += weight;
            sum += weight;
        }
        Taps {
            first,
            weights: weights.iter().map(|weight| (weight / sum) as f32).collect(),
        }
    };
    (0..count).map(of_point).collect()
}

/// Reads a row's colours over white, −1…1.
fn read_row(picture: &Picture, row: usize, line: &mut [[f32; 3]]) {
    let start = row * line.len();
    let colours = picture.rgb().as_chunks::<3>().0;
    for (value, colour) in line.iter_mut().zip(&colours[start..]) {
        *value = colour.map(|byte| f32::from(byte) / 127.5 - 1.0);
    }
    if let Some(alpha) = picture.alpha() {
        for (at, value) in line.iter_mut().enumerate() {
            let alpha = f32::from(alpha.at(start + at)) / 65535.0;
            *value = value.map(|value| 1.0 + alpha * (value - 1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::Alpha;

    fn greys(values: &[f32]) -> Vec<f32> {
        values.iter().step_by(3).copied().collect()
    }

    fn ramp() -> Picture {
        let rgb = (0..4_u8).flat_map(|at| [at * 85; 3]).collect();
        Picture::new(4, 1, rgb).unwrap()
    }

    fn row(origin: f64, step: f64, width: usize) -> View {
        View {
            origin: [origin, 0.0],
            step: [step, 1.0],
            width,
            height: 1,
        }
    }

    #[test]
    fn at_its_own_size_a_picture_stays_and_its_border_goes_on() {
        let near = |one: &[f32], other: &[f32]| {
            assert_eq!(one.len(), other.len());
            assert!(
                one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-6),
                "{one:?}"
            );
        };
        let third = 1.0 / 3.0;
        let own = [-1.0, -third, third, 1.0];
        near(&greys(&row(0.0, 1.0, 4).colours(&ramp())), &own);
        let framed = [-1.0, -1.0, -1.0, -third, third, 1.0, 1.0];
        near(&greys(&row(-2.0, 1.0, 7).colours(&ramp())), &framed);
        near(&greys(&row(1e9, 1.0, 2).colours(&ramp())), &[1.0, 1.0]);
        near(&greys(&row(-1e9, 1.0, 2).colours(&ramp())), &[-1.0, -1.0]);
        // Between two pixels; a mean of all, where weights are 1, 3, 3 and 1 with the border's
        // more.
        near(&greys(&row(0.5, 1.0, 1).colours(&ramp())), &[-2.0 * third]);
        near(&greys(&row(0.0, 4.0, 1).colours(&ramp())), &[0.0]);
    }

    #[test]
    fn nothing_is_white() {
        let black = Picture::filled(2, 1, [0; 3]);
        let half = black.with_alpha(Alpha::Eight(vec![0, 255])).unwrap();
        assert_eq!(greys(&row(0.0, 1.0, 2).colours(&half)), [1.0, -1.0]);
    }
}
