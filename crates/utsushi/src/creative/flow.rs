//! How the parts of one picture lie to those of another.

use utsushi_imaging::{Alpha, Picture, fit_within, lightness, resize};

/// Longest side at which pictures are compared, in pixels.
const SIDE: u32 = 96;

/// Steps from coarse to fine, each twice as fine.
const LEVELS: u32 = 4;

/// The number of times that the pictures are moved along the flow found so far, at each step.
const MOVES: usize = 4;

/// Sweeps of the solver between two moves.
const SWEEPS: usize = 40;

/// Weight of smoothness against likeness: outlines lead, and plain parts follow them.
const SMOOTHNESS: f32 = 0.5;

/// For each place half way between two pictures, the way from where it was to where it will be.
///
/// Found where the two look alike when each is moved half of the way (Horn and Schunck 1981, from
/// coarse to fine, and the same for both pictures). What is compared is brightness against its
/// surroundings, so that the same outline in other colours is the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    width: usize,
    height: usize,
    /// `[height, width]` steps right and down, in shares of the picture's sides.
    steps: Vec<[f32; 2]>,
}

impl Flow {
    /// The flow from one picture to another of the same size.
    pub(crate) fn between(from: &Picture, to: &Picture) -> Self {
        let whole = fit_within((from.width(), from.height()), SIDE, SIDE);
        let mut flow = Self {
            width: 1,
            height: 1,
            steps: vec![[0.0; 2]],
        };
        for level in (0..LEVELS).rev() {
            let side = |side: u32| (side >> level).max(4).min(side.max(1));
            let (width, height) = (side(whole.0), side(whole.1));
            let [from, to] = [from, to].map(|picture| Plane::of(picture, width, height));
            flow = flow.resized(width as usize, height as usize);
            for _ in 0..MOVES {
                flow.improve(&from, &to);
            }
        }
        flow
    }

    /// A picture moved by a share of the flow: that of the first picture backwards by how far the
    /// time is from it (`-share`), that of the second forwards.
    pub(crate) fn moved(&self, picture: &Picture, share: f32) -> Picture {
        if share == 0.0 {
            return picture.clone();
        }
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let alpha = picture.alpha().map(Alpha::to_eight);
        let (mut rgb, mut clear) = (Vec::with_capacity(picture.rgb().len()), Vec::new());
        let colours = picture.rgb();
        for row in 0..height {
            for column in 0..width {
                let centre = [
                    (column as f32 + 0.5) / width as f32,
                    (row as f32 + 0.5) / height as f32,
                ];
                let [right, down] = self.at(centre);
                let spot = Spot::new(
                    (centre[0] + share * right) * width as f32 - 0.5,
                    (centre[1] + share * down) * height as f32 - 0.5,
                    (width, height),
                );
                let mix = |values: &[u8], channels: usize, channel: usize| {
                    let value = spot.mix(|index| f32::from(values[index * channels + channel]));
                    value.round() as u8
                };
                rgb.extend([0, 1, 2].map(|channel| mix(colours, 3, channel)));
                if let Some(alpha) = &alpha {
                    clear.push(mix(alpha, 1, 0));
                }
            }
        }
        let moved = Picture::new(picture.width(), picture.height(), rgb);
        let moved = moved.expect("three bytes a pixel");
        match alpha {
            None => moved,
            Some(_) => moved
                .with_alpha(Alpha::Eight(clear))
                .expect("a value a pixel"),
        }
    }

    /// The step at a place in shares of the sides.
    fn at(&self, [across, down]: [f32; 2]) -> [f32; 2] {
        let spot = Spot::new(
            across * self.width as f32 - 0.5,
            down * self.height as f32 - 0.5,
            (self.width, self.height),
        );
        [0, 1].map(|axis| spot.mix(|index| self.steps[index][axis]))
    }

    fn resized(&self, width: usize, height: usize) -> Self {
        let place = |index: usize| {
            [
                ((index % width) as f32 + 0.5) / width as f32,
                ((index / width) as f32 + 0.5) / height as f32,
            ]
        };
        Self {
            width,
            height,
            steps: (0..width * height)
                .map(|index| self.at(place(index)))
                .collect(),
        }
    }

    /// Moves both pictures half of the way each and finds what is still missing.
    fn improve(&mut self, from: &Plane, to: &Plane) {
        let (width, height) = (self.width, self.height);
        let sides = [width as f32, height as f32];
        // In pixels of this step from here on.
        let mut steps: Vec<[f32; 2]> = self
            .steps
            .iter()
            .map(|step| [step[0] * sides[0], step[1] * sides[1]])
            .collect();
        let half = |plane: &Plane, share: f32| {
            let values = steps.iter().enumerate().map(|(index, step)| {
                let (column, row) = (index % width, index / width);
                plane.at(
                    column as f32 + share * step[0],
                    row as f32 + share * step[1],
                )
            });
            Plane {
                width,
                height,
                values: values.collect(),
            }
        };
        let (before, after) = (half(from, -0.5), half(to, 0.5));
        let slopes: Vec<[f32; 2]> = (0..width * height)
            .map(|index| {
                let [left, right] = [before.slope(index), after.slope(index)];
                [0, 1].map(|axis| (left[axis] + right[axis]) / 2.0)
            })
            .collect();
        let start = steps.clone();
        for _ in 0..SWEEPS {
            let around = smooth(&steps, width, height);
            for (index, step) in steps.iter_mut().enumerate() {
                let [mean, first, slope] = [around[index], start[index], slopes[index]];
                let missing = after.values[index] - before.values[index]
                    + slope[0] * (mean[0] - first[0])
                    + slope[1] * (mean[1] - first[1]);
                let steep = slope[0] * slope[0] + slope[1] * slope[1];
                let pull = missing / (SMOOTHNESS + steep);
                *step = [mean[0] - slope[0] * pull, mean[1] - slope[1] * pull];
            }
        }
        let back = |step: [f32; 2]| [step[0] / sides[0], step[1] / sides[1]];
        self.steps = steps.into_iter().map(back).collect();
    }
}

/// The mean of the eight neighbours of each place, the nearer four counting double.
fn smooth(steps: &[[f32; 2]], width: usize, height: usize) -> Vec<[f32; 2]> {
    let place = |index: usize| {
        let (column, row) = (index % width, index / width);
        let [left, right] = [column.saturating_sub(1), (column + 1).min(width - 1)];
        let [up, down] = [row.saturating_sub(1), (row + 1).min(height - 1)];
        let at = |row: usize, column: usize| steps[row * width + column];
        let near = [
            at(row, left),
            at(row, right),
            at(up, column),
            at(down, column),
        ];
        let far = [at(up, left), at(up, right), at(down, left), at(down, right)];
        let sum = |of: &[[f32; 2]; 4], axis: usize| of.iter().map(|step| step[axis]).sum::<f32>();
        [0, 1].map(|axis| (2.0 * sum(&near, axis) + sum(&far, axis)) / 12.0)
    };
    (0..width * height).map(place).collect()
}

/// One value a pixel.
struct Plane {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Plane {
    /// The brightness of a picture against its surroundings, in deviations.
    fn of(picture: &Picture, width: u32, height: u32) -> Self {
        let small = resize(picture, width, height);
        let values = lightness(&small).into_iter();
        let values: Vec<f32> = values.map(|light| light / 255.0).collect();
        let (width, height) = (width as usize, height as usize);
        let reach = width.max(height) / 5 + 1;
        let mean = box_mean(&values, width, height, reach);
        let apart: Vec<f32> = values.iter().zip(&mean).map(|(v, m)| v - m).collect();
        let squares: Vec<f32> = apart.iter().map(|value| value * value).collect();
        let spread = box_mean(&squares, width, height, reach);
        let values = apart.iter().zip(spread);
        let values = values.map(|(value, spread)| value / (spread.max(0.0).sqrt() + 0.05));
        Self {
            width,
            height,
            values: values.collect(),
        }
    }

    fn at(&self, column: f32, row: f32) -> f32 {
        let spot = Spot::new(column, row, (self.width, self.height));
        spot.mix(|index| self.values[index])
    }

    /// The change of brightness to the right and down.
    fn slope(&self, index: usize) -> [f32; 2] {
        let (column, row) = (index % self.width, index / self.width);
        let at = |row: usize, column: usize| self.values[row * self.width + column];
        let [left, right] = [column.saturating_sub(1), (column + 1).min(self.width - 1)];
        let [up, down] = [row.saturating_sub(1), (row + 1).min(self.height - 1)];
        let per = |difference: f32, pixels: usize| difference / pixels.max(1) as f32;
        [
            per(at(row, right) - at(row, left), right - left),
            per(at(down, column) - at(up, column), down - up),
        ]
    }
}

/// The mean over the square that reaches that far, along rows and then along columns.
fn box_mean(values: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let along = |values: &[f32], length: usize, step: usize, starts: Vec<usize>| {
        let mut means = vec![0.0; values.len()];
        for start in starts {
            for place in 0..length {
                let span = place.saturating_sub(reach)..(place + reach + 1).min(length);
                let count = span.len() as f32;
                let sum: f32 = span.map(|at| values[start + at * step]).sum();
                means[start + place * step] = sum / count;
            }
        }
        means
    };
    let rows = along(
        values,
        width,
        1,
        (0..height).map(|row| row * width).collect(),
    );
    along(&rows, height, width, (0..width).collect())
}

/// A place between four pixels; what lies outside is as the edge.
struct Spot {
    corners: [usize; 4],
    shares: [f32; 2],
}

impl Spot {
    fn new(column: f32, row: f32, (width, height): (usize, usize)) -> Self {
        let column = column.clamp(0.0, (width - 1) as f32);
        let row = row.clamp(0.0, (height - 1) as f32);
        let (left, up) = (column as usize, row as usize);
        let (right, down) = ((left + 1).min(width - 1), (up + 1).min(height - 1));
        Self {
            corners: [
                up * width + left,
                up * width + right,
                down * width + left,
                down * width + right,
            ],
            shares: [column - left as f32, row - up as f32],
        }
    }

    fn mix(&self, value: impl Fn(usize) -> f32) -> f32 {
        let [first, second, third, fourth] = self.corners.map(value);
        let [across, down] = self.shares;
        let upper = first + (second - first) * across;
        let lower = third + (fourth - third) * across;
        upper + (lower - upper) * down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disc on paper, in colours of its own.
    fn disc(left: i32, top: i32, ink: u8, paper: u8) -> Picture {
        let mut rgb = Vec::new();
        for row in 0..64i32 {
            for column in 0..80i32 {
                let away = (column - left).pow(2) + (row - top).pow(2);
                rgb.extend([if away < 150 { ink } else { paper }; 3]);
            }
        }
        Picture::new(80, 64, rgb).unwrap()
    }

    #[test]
    fn what_has_moved_is_followed_whatever_its_colours() {
        let (from, to) = (disc(30, 30, 40, 220), disc(44, 36, 10, 140));
        let flow = Flow::between(&from, &to);
        // Half way its middle lies at 37, 33.
        let [right, down] = flow.at([37.5 / 80.0, 33.5 / 64.0]);
        assert!((right * 80.0 - 14.0).abs() < 3.0, "{}", right * 80.0);
        assert!((down * 64.0 - 6.0).abs() < 2.5, "{}", down * 64.0);
        let apart =
            |left: &Picture, right: &Picture| crate::creative::morph::difference(left, right);
        let middle = disc(37, 33, 40, 220);
        let moved = flow.moved(&from, -0.5);
        assert!(apart(&moved, &middle) < 0.4 * apart(&from, &middle));
        let middle = disc(37, 33, 10, 140);
        let moved = flow.moved(&to, 0.5);
        assert!(apart(&moved, &middle) < 0.4 * apart(&to, &middle));
    }

    #[test]
    fn what_is_alike_stays_and_no_share_changes_nothing() {
        let picture = crate::creative::testing::drawing(70, 50);
        let flow = Flow::between(&picture, &picture);
        assert!(flow.steps.iter().flatten().all(|step| step.abs() < 1e-3));
        let other = Flow::between(&picture, &disc(1, 1, 0, 255));
        assert_eq!(other.moved(&picture, 0.0), picture);
        for (width, height) in [(1, 1), (3, 200), (64, 2)] {
            let picture = Picture::filled(width, height, [9, 9, 9]);
            assert_eq!(
                Flow::between(&picture, &picture).moved(&picture, 0.7),
                picture
            );
        }
    }
}
