//! Targets: the maps that the network should give for a picture whose parts and landmarks are
//! known.

use crate::network::{ALIGNMENT, PARTS_STRIDE, POINTS_STRIDE};
use crate::{Landmark, Part};

/// Standard deviation of the bell around a landmark, in cells.
pub(crate) const SPREAD: f32 = 1.5;

/// Knowledge of a landmark in a training picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum PointTarget {
    /// Nothing is known: any output of the network is right.
    #[default]
    Unknown,
    /// The landmark is not in the picture.
    Absent,
    /// The landmark is at this place, in pixels from the top left of the picture; outside of the
    /// picture it counts as absent.
    At([f32; 2]),
}

/// The target maps of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetMaps {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Shares of the parts in each cell of 2×2 pixels; zeros if they are not known.
    pub(crate) shares: Vec<[f32; Part::COUNT]>,
    pub(crate) points: [PointTarget; Landmark::COUNT],
}

impl TargetMaps {
    /// Makes the targets from the part's index of each pixel, row by row, and what is known of each
    /// landmark. Any other number stands for an unknown pixel, and a cell counts if at least half
    /// of it is known.
    ///
    /// # Panics
    /// When the sides are no multiples of [`AnatomyNetwork::ALIGNMENT`], or there are not as many
    /// numbers as pixels.
    ///
    /// [`AnatomyNetwork::ALIGNMENT`]: crate::AnatomyNetwork::ALIGNMENT
    pub fn new(
        width: usize,
        height: usize,
        classes: &[u8],
        points: [PointTarget; Landmark::COUNT],
    ) -> Self {
        assert!(
            width.is_multiple_of(ALIGNMENT) && height.is_multiple_of(ALIGNMENT),
            "sides of {width}×{height} pixels are no multiples of {ALIGNMENT}"
        );
        assert_eq!(classes.len(), width * height, "a number for each pixel");
        let columns = width / PARTS_STRIDE;
        let cells = columns * (height / PARTS_STRIDE);
        let shares = (0..cells).map(|cell| {
            let (row, column) = (cell / columns, cell % columns);
            let mut counts = [0.0; Part::COUNT];
            for y in row * PARTS_STRIDE..(row + 1) * PARTS_STRIDE {
                for x in column * PARTS_STRIDE..(column + 1) * PARTS_STRIDE {
                    if let Some(count) = counts.get_mut(usize::from(classes[y * width + x])) {
                        *count += 1.0;
                    }
                }
            }
            let known: f32 = counts.iter().sum();
            if known * 2.0 >= (PARTS_STRIDE * PARTS_STRIDE) as f32 {
                counts.map(|count| count / known)
            } else {
                [0.0; Part::COUNT]
            }
        });
        Self {
            width,
            height,
            shares: shares.collect(),
            points,
        }
    }

    /// Place of a landmark in cells of the landmarks' maps, with the row and column of its cell;
    /// none if it is not in the picture.
    pub(crate) fn place(&self, landmark: usize) -> Option<([f32; 2], [usize; 2])> {
        let PointTarget::At(place) = self.points[landmark] else {
            return None;
        };
        let [x, y] = place.map(|value| value / POINTS_STRIDE as f32);
        let (columns, rows) = (self.width / POINTS_STRIDE, self.height / POINTS_STRIDE);
        let inside = (0.0..columns as f32).contains(&x) && (0.0..rows as f32).contains(&y);
        inside.then_some(([x, y], [y as usize, x as usize]))
    }

    /// Weight of "not here" for a landmark in a cell: 0 in its own cell and if the landmark is
    /// unknown, and less near it than far from it (Zhou et al. 2019, equation 1, with β = 4).
    pub(crate) fn elsewhere(&self, landmark: usize, row: usize, column: usize) -> f32 {
        match self.points[landmark] {
            PointTarget::Unknown => 0.0,
            PointTarget::Absent => 1.0,
            PointTarget::At([x, y]) => {
                let distance = |place: f32, cell: usize| {
                    let distance = place / POINTS_STRIDE as f32 - (cell as f32 + 0.5);
                    distance * distance
                };
                let distance = distance(x, column) + distance(y, row);
                let own = self.place(landmark).map(|(_, cell)| cell);
                if own == Some([row, column]) {
                    0.0
                } else {
                    (1.0 - (-distance / (2.0 * SPREAD * SPREAD)).exp()).powi(4)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_shares_of_what_is_known() {
        let mut classes = [255; 32 * 32];
        // Half hair, half face; one pixel of four; three of four.
        for (x, y, class) in [(0, 0, 1), (1, 0, 1), (0, 1, 2), (1, 1, 2), (2, 0, 3)] {
            classes[y * 32 + x] = class;
        }
        for (x, y) in [(4, 0), (5, 0), (4, 1)] {
            classes[y * 32 + x] = 6;
        }
        let maps = TargetMaps::new(32, 32, &classes, [PointTarget::Unknown; 25]);
        assert_eq!(maps.shares[0], [0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(maps.shares[1], [0.0; 7]);
        assert_eq!(maps.shares[2], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_landmark_is_a_bell() {
        let mut points = [PointTarget::Unknown; 25];
        points[3] = PointTarget::At([10.0, 6.0]);
        points[4] = PointTarget::Absent;
        points[5] = PointTarget::At([-2.0, 2.0]);
        let maps = TargetMaps::new(32, 32, &[0; 32 * 32], points);
        assert_eq!(maps.place(3), Some(([2.5, 1.5], [1, 2])));
        assert_eq!(maps.elsewhere(3, 1, 2), 0.0);
        // Two cells off: 1 − e^(−4 / 4.5), to the fourth.
        let beside = (1.0 - (-4.0_f32 / 4.5).exp()).powi(4);
        assert!((maps.elsewhere(3, 1, 4) - beside).abs() < 1e-6);
        assert_eq!(
            (maps.elsewhere(0, 1, 2), maps.elsewhere(4, 1, 2)),
            (0.0, 1.0)
        );
        // Beyond the border it has no cell, and the bell reaches in.
        assert_eq!(maps.place(5), None);
        assert!(maps.elsewhere(5, 0, 0) < 0.1);
    }
}
