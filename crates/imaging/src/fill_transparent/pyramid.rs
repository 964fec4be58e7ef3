//! A pyramid of a picture's colours at half, quarter, … size, down to one pixel, with every hole
//! closed.
//!
//! On the way up each pixel is the weighted mean of the four below it; a hole that is wider than a
//! pixel at one size is closed at the next. On the way down each pixel takes from the coarser level
//! as much as it lacks in weight. This takes time in proportion to the number of pixels, however
//! wide the holes are.

/// The levels above the picture, the finest, at half its size, first.
pub(super) struct Pyramid {
    finest: Level,
}

struct Level {
    width: usize,
    height: usize,
    /// Red, green, blue in the range of the picture, and the weight (0…1) of each pixel.
    pixels: Vec<[f32; 4]>,
}

impl Pyramid {
    /// Builds the levels above a picture of that width and height, from each pixel's colour and
    /// weight. `None` if no pixel has any weight.
    pub(super) fn above(
        [width, height]: [u32; 2],
        colour: impl Fn(usize) -> [f32; 3],
        weight: impl Fn(usize) -> f32,
    ) -> Option<Self> {
        let first = Level::halved(width as usize, height as usize, |index| {
            let [red, green, blue] = colour(index);
            [red, green, blue, weight(index)]
        });
        let mut levels = vec![first];
        while let Some(last) = levels.last().filter(|level| level.pixels.len() > 1) {
            let next = Level::halved(last.width, last.height, |index| last.pixels[index]);
            levels.push(next);
        }
        let mut coarser = levels.pop().filter(|top| top.pixels[0][3] > 0.0)?;
        while let Some(mut level) = levels.pop() {
            level.close_holes(&coarser);
            coarser = level;
        }
        Some(Self { finest: coarser })
    }

    /// The colour that flows to a pixel of the picture.
    pub(super) fn colour_at(&self, row: usize, column: usize) -> [f32; 3] {
        self.finest.between(row, column)
    }
}

impl Level {
    /// Halves a level of `width` × `height` pixels, `finer` at each index.
    fn halved(width: usize, height: usize, finer: impl Fn(usize) -> [f32; 4]) -> Self {
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let mut pixels = Vec::with_capacity(half_width * half_height);
        for row in 0..half_height {
            for column in 0..half_width {
                let mut sum = [0.0; 4];
                for below in 2 * row..(2 * row + 2).min(height) {
                    for right in 2 * column..(2 * column + 2).min(width) {
                        let [red, green, blue, weight] = finer(below * width + right);
                        for (total, value) in sum.iter_mut().zip([red, green, blue, 1.0]) {
                            *total += value * weight;
                        }
                    }
                }
                let [red, green, blue, weight] = sum;
                pixels.push(if weight > 0.0 {
                    [red / weight, green / weight, blue / weight, weight.min(1.0)]
                } else {
                    [0.0; 4]
                });
            }
        }
        Self {
            width: half_width,
            height: half_height,
            pixels,
        }
    }

    fn close_holes(&mut self, coarser: &Self) {
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let [.., weight] = *pixel;
            if weight < 1.0 {
                let flowed = coarser.between(index / self.width, index % self.width);
                for (own, other) in pixel.iter_mut().zip(flowed) {
                    *own = *own * weight + other * (1.0 - weight);
                }
            }
        }
    }

    /// The level's colour at a pixel of the next finer level, interpolated between the four
    /// nearest.
    fn between(&self, row: usize, column: usize) -> [f32; 3] {
        let [top, bottom] = neighbours(row, self.height);
        let [left, right] = neighbours(column, self.width);
        let mut colour = [0.0; 3];
        for (line, vertical) in [(top, 0.75), (bottom, 0.25)] {
            for (place, horizontal) in [(left, 0.75), (right, 0.25)] {
                let pixel = self.pixels[line * self.width + place];
                for (total, value) in colour.iter_mut().zip(pixel) {
                    *total += value * vertical * horizontal;
                }
            }
        }
        colour
    }
}

/// Indices of the two nearest pixels of a level at half the size: the one that contains the
/// position, which weighs three quarters, and its neighbour on the nearer side.
fn neighbours(position: usize, length: usize) -> [usize; 2] {
    let near = (position / 2).min(length - 1);
    let far = if position.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        (near + 1).min(length - 1)
    };
    [near, far]
}
