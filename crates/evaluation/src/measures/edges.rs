use utsushi_imaging::Picture;

use super::to_lab;

/// Side of the coarse maps by which drift and identity are measured.
const COARSE: usize = 32;

/// Largest shift of a picture in cells of the coarse map: an eighth of the side.
const REACH: i64 = COARSE as i64 / 8;

/// Gradient of L* per pixel below which nothing counts as an edge.
const FLOOR: f64 = 4.0;

/// A map of the edges of a picture, regardless of their strength, direction and colour.
///
/// At each pixel the length of the gradient of L* (Sobel's filter, on a picture smoothed once by
/// 1-2-1), divided by the mean length around it plus a floor. So a soft and a hard painting of the
/// same drawing have nearly the same map, and flat paper has no edges.
#[derive(Clone, Debug)]
pub struct EdgeMap {
    width: usize,
    /// Edge strength of each pixel, `[height, width]`, 0 or more.
    values: Vec<f64>,
    /// Means of the map over cells, `[COARSE, COARSE]`.
    coarse: Vec<f64>,
}

impl EdgeMap {
    /// Computes the map of a picture.
    pub fn of(picture: &Picture) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (pixels, _) = picture.rgb().as_chunks::<3>();
        let lightness = pixels.iter().map(|&colour| to_lab(colour)[0]).collect();
        let smooth = Plane {
            width,
            height,
            values: lightness,
        }
        .smoothed();
        let lengths = smooth.gradient_lengths();
        let around = lengths.box_means((width.min(height) / 16).max(1));
        let relative = |(length, around): (&f64, &f64)| length / (around + FLOOR);
        let values: Vec<f64> = lengths.values.iter().zip(&around).map(relative).collect();
        let coarse = pooled(&values, width, height);
        Self {
            width,
            values,
            coarse,
        }
    }

    /// Pearson's correlation of two maps: 1 for the same edges, about 0 for unrelated ones. Two
    /// pictures without any edge agree; one with and one without do not.
    ///
    /// # Panics
    /// If the pictures differ in size.
    pub fn agreement(&self, other: &Self) -> f64 {
        assert_eq!(
            (self.width, self.values.len()),
            (other.width, other.values.len()),
            "maps of one size"
        );
        correlation(&self.values, &other.values)
    }

    /// The correlation of two maps at a resolution of 32 × 32, by which pictures are told apart.
    pub fn likeness(&self, other: &Self) -> f64 {
        correlation(&self.coarse, &other.coarse)
    }

    /// The shift of the drawing, as a share of the side and at most an eighth in each direction, at
    /// which the coarse maps agree best.
    pub fn drift(&self, other: &Self) -> f64 {
        let mut best = (f64::NEG_INFINITY, 0);
        for down in -REACH..=REACH {
            for right in -REACH..=REACH {
                let squared = down * down + right * right;
                let agreement = self.shifted_agreement(other, down, right);
                // Of equals the shortest.
                if agreement > best.0 + 1e-12 || (agreement > best.0 - 1e-12 && squared < best.1) {
                    best = (agreement, squared);
                }
            }
        }
        (best.1 as f64).sqrt() / COARSE as f64
    }

    fn shifted_agreement(&self, other: &Self, down: i64, right: i64) -> f64 {
        let span = |shift: i64| 0.max(-shift)..(COARSE as i64).min(COARSE as i64 - shift);
        let (mut own, mut moved) = (Vec::new(), Vec::new());
        for row in span(down) {
            for column in span(right) {
                own.push(self.coarse[row as usize * COARSE + column as usize]);
                let place = (row + down) as usize * COARSE + (column + right) as usize;
                moved.push(other.coarse[place]);
            }
        }
        correlation(&own, &moved)
    }
}

struct Plane {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

impl Plane {
    /// The value at a place; outside of the map, that of the nearest place inside.
    fn at(&self, row: i64, column: i64) -> f64 {
        let row = row.clamp(0, self.height as i64 - 1) as usize;
        let column = column.clamp(0, self.width as i64 - 1) as usize;
        self.values[row * self.width + column]
    }

    fn map(&self, value: impl Fn(i64, i64) -> f64) -> Self {
        let rows = 0..self.height as i64;
        let places = rows.flat_map(|row| (0..self.width as i64).map(move |column| (row, column)));
        Self {
            width: self.width,
            height: self.height,
            values: places.map(|(row, column)| value(row, column)).collect(),
        }
    }

    fn smoothed(&self) -> Self {
        let line = |a: f64, b: f64, c: f64| (a + 2.0 * b + c) / 4.0;
        let across = self.map(|y, x| line(self.at(y, x - 1), self.at(y, x), self.at(y, x + 1)));
        across.map(|y, x| line(across.at(y - 1, x), across.at(y, x), across.at(y + 1, x)))
    }

    fn gradient_lengths(&self) -> Self {
        self.map(|y, x| {
            let slope = |(ahead, back): ((i64, i64), (i64, i64))| {
                self.at(y + ahead.0, x + ahead.1) - self.at(y + back.0, x + back.1)
            };
            let right = slope(((-1, 1), (-1, -1)))
                + 2.0 * slope(((0, 1), (0, -1)))
                + slope(((1, 1), (1, -1)));
            let down = slope(((1, -1), (-1, -1)))
                + 2.0 * slope(((1, 0), (-1, 0)))
                + slope(((1, 1), (-1, 1)));
            right.hypot(down) / 8.0
        })
    }

    /// Means over squares of `2 radius + 1` pixels, cut off at the borders.
    fn box_means(&self, radius: usize) -> Vec<f64> {
        let (width, height) = (self.width, self.height);
        // Sums over everything above and left of a place.
        let mut sums = vec![0.0; (width + 1) * (height + 1)];
        for y in 0..height {
            for x in 0..width {
                sums[(y + 1) * (width + 1) + x + 1] = self.values[y * width + x]
                    + sums[y * (width + 1) + x + 1]
                    + sums[(y + 1) * (width + 1) + x]
                    - sums[y * (width + 1) + x];
            }
        }
        let mut means = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(height));
            for x in 0..width {
                let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
                let sum = |y: usize, x: usize| sums[y * (width + 1) + x];
                let total =
                    sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left);
                means.push((total / ((bottom - top) * (right - left)) as f64).max(0.0));
            }
        }
        means
    }
}

/// Means over `COARSE` × `COARSE` cells; a small picture's pixels count in several.
fn pooled(values: &[f64], width: usize, height: usize) -> Vec<f64> {
    let span = |cell: usize, side: usize| {
        let start = cell * side / COARSE;
        start..((cell + 1) * side / COARSE).max(start + 1).min(side)
    };
    let mut cells = Vec::with_capacity(COARSE * COARSE);
    for row in 0..COARSE {
        for column in 0..COARSE {
            let (mut sum, mut count) = (0.0, 0);
            for y in span(row, height) {
                for x in span(column, width) {
                    sum += values[y * width + x];
                    count += 1;
                }
            }
            cells.push(sum / f64::from(count.max(1)));
        }
    }
    cells
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        aa += a * a;
        bb += b * b;
        ab += a * b;
    }
    // Variances that are nothing but rounding.
    let (flat_a, flat_b) = (aa < 1e-12 * count, bb < 1e-12 * count);
    match (flat_a, flat_b) {
        (true, true) => 1.0,
        (false, false) => (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test picture of a disc on paper.
    fn disc(side: u32, across: f64, ink: u8, paper: u8) -> Picture {
        let mut rgb = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let place = (f64::from(x) - across, f64::from(y) - f64::from(side) / 2.0);
                let inside = place.0.hypot(place.1) < f64::from(side) / 4.0;
                rgb.extend([if inside { ink } else { paper }; 3]);
            }
        }
        Picture::new(side, side, rgb).unwrap()
    }

    fn map(picture: &Picture) -> EdgeMap {
        EdgeMap::of(picture)
    }

    #[test]
    fn a_picture_agrees_with_itself_and_with_its_negative() {
        let one = map(&disc(64, 32.0, 20, 230));
        assert!((one.agreement(&one) - 1.0).abs() < 1e-12);
        assert!((one.likeness(&one) - 1.0).abs() < 1e-12);
        assert_eq!(one.drift(&one), 0.0);
        let faint = map(&disc(64, 32.0, 90, 160));
        assert!(one.agreement(&faint) > 0.9, "{}", one.agreement(&faint));
        let negative = map(&disc(64, 32.0, 230, 20));
        assert!(one.agreement(&negative) > 0.95);
    }

    #[test]
    fn other_drawings_do_not_agree() {
        let one = map(&disc(64, 20.0, 20, 230));
        let other = map(&disc(64, 44.0, 20, 230));
        assert!(one.agreement(&other) < 0.2, "{}", one.agreement(&other));
        let flat = map(&Picture::filled(64, 64, [9; 3]));
        assert_eq!(one.agreement(&flat), 0.0);
        assert_eq!(flat.agreement(&flat), 1.0);
    }

    #[test]
    fn the_shift_is_found() {
        let one = map(&disc(64, 30.0, 20, 230));
        let moved = map(&disc(64, 34.0, 20, 230));
        // Four of 64 pixels.
        assert!(
            (one.drift(&moved) - 1.0 / 16.0).abs() < 1e-9,
            "{}",
            one.drift(&moved)
        );
        assert!((moved.drift(&one) - 1.0 / 16.0).abs() < 1e-9);
    }

    #[test]
    fn tiny_pictures_have_maps_too() {
        for (width, height) in [(1, 1), (3, 1), (5, 40)] {
            let one = map(&Picture::filled(width, height, [200, 10, 10]));
            assert_eq!(one.agreement(&one), 1.0);
        }
    }
}
