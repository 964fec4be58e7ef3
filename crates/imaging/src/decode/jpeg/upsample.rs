//! Upsampling of components with fewer samples to the size of the picture, as libjpeg does it:
//! halved ones by a triangle filter, others by repetition.

/// The samples of one component.
pub(super) struct Plane<'a> {
    pub(super) samples: &'a [u8],
    /// Distance from one row to the next, in samples.
    pub(super) stride: usize,
    /// Number of samples in a row, without the padding of blocks.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Sampling factors of this component, and the largest of all components.
    pub(super) factors: (usize, usize),
    pub(super) largest: (usize, usize),
}

impl Plane<'_> {
    fn row(&self, row: usize) -> &[u8] {
        let start = row.min(self.height - 1) * self.stride;
        &self.samples[start..start + self.width]
    }

    /// Writes row `y` of the picture to `target`, which is as long as the picture is wide.
    pub(super) fn upsampled(&self, y: usize, target: &mut [u8]) {
        let ((across, down), (most_across, most_down)) = (self.factors, self.largest);
        let (twice_across, twice_down) = (most_across == 2 * across, most_down == 2 * down);
        // Above an upper row lies the row before, below a lower one the row after.
        let near = y * down / most_down;
        let upper = y.is_multiple_of(2);
        let far = if upper {
            near.saturating_sub(1)
        } else {
            near + 1
        };
        if most_across == across && most_down == down {
            target.copy_from_slice(&self.row(y)[..target.len()]);
        } else if twice_across && most_down == down && self.width > 2 {
            let row = self.row(y);
            triangle(target, self.width, |place| u32::from(row[place]), (2, 1, 2));
        } else if most_across == across && twice_down {
            let bias = if upper { 1 } else { 2 };
            for ((target, &near), &far) in target.iter_mut().zip(self.row(near)).zip(self.row(far))
            {
                *target = ((3 * u32::from(near) + u32::from(far) + bias) >> 2) as u8;
            }
        } else if twice_across && twice_down && self.width > 2 {
            let (near, far) = (self.row(near), self.row(far));
            let column = |place: usize| 3 * u32::from(near[place]) + u32::from(far[place]);
            triangle(target, self.width, column, (4, 8, 7));
        } else {
            let row = self.row(near);
            for (x, target) in target.iter_mut().enumerate() {
                *target = row[(x * across / most_across).min(self.width - 1)];
            }
        }
    }
}

/// Doubles a row by a triangle filter: each new sample is three parts of the nearer old one and one
/// part of the farther. Sums are shifted by `shift` after adding `left` or `right`, for samples on
/// that side of their old one, for rounding.
fn triangle(
    target: &mut [u8],
    width: usize,
    old: impl Fn(usize) -> u32,
    (shift, left, right): (u32, u32, u32),
) {
    let (mut before, mut here) = (old(0), old(0));
    for (place, pair) in target.chunks_mut(2).enumerate() {
        let after = old((place + 1).min(width - 1));
        // At both ends all four parts are of the same sample, which comes out as it is.
        pair[0] = ((3 * here + before + left) >> shift) as u8;
        if let Some(second) = pair.get_mut(1) {
            *second = ((3 * here + after + right) >> shift) as u8;
        }
        (before, here) = (here, after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane<'a>(samples: &'a [u8], width: usize, largest: (usize, usize)) -> Plane<'a> {
        Plane {
            samples,
            stride: width,
            width,
            height: samples.len() / width,
            factors: (1, 1),
            largest,
        }
    }

    #[test]
    fn halved_rows_and_columns_are_smoothed() {
        let mut row = [0; 6];
        plane(&[0, 100, 40], 3, (2, 1)).upsampled(0, &mut row);
        assert_eq!(row, [0, 25, 75, 85, 55, 40]);
        let mut row = [0; 1];
        let column = [0, 100];
        let upper: Vec<u8> = (0..4)
            .map(|y| {
                plane(&column, 1, (1, 2)).upsampled(y, &mut row);
                row[0]
            })
            .collect();
        assert_eq!(upper, [0, 25, 75, 100]);
        let mut row = [0; 5];
        plane(&[0, 100, 40, 100, 200, 140], 3, (2, 2)).upsampled(1, &mut row);
        assert_eq!(row, [25, 50, 100, 110, 80]);
    }

    #[test]
    fn other_shares_are_repeated() {
        let mut row = [0; 7];
        plane(&[10, 20], 2, (4, 1)).upsampled(0, &mut row);
        assert_eq!(row, [10, 10, 10, 10, 20, 20, 20]);
        let mut row = [0; 3];
        plane(&[10, 20], 2, (2, 1)).upsampled(0, &mut row);
        assert_eq!(row, [10, 10, 20], "two samples are too few to smooth");
    }
}
