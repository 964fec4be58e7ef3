//! Peaks: from a landmark's map to its place.

use crate::network::POINTS_STRIDE;

/// Number of cells on each side of the most probable one over which the place is averaged.
pub(crate) const REACH: usize = 3;

/// Number of times that the square of cells is moved to the place they average to.
const MOVES: usize = 2;

/// Locates a landmark in its map of logits (`[rows, columns]`, row by row). Returns the place in
/// pixels of the network's picture and its probability, 0…1: the place is the mean of the cells
/// around the most probable one, weighted by the softmax. Returns `None` if there are no cells, or
/// if a logit is NaN.
pub fn located(likelihood: &[f32], columns: usize) -> Option<([f32; 2], f32)> {
    let rows = likelihood.len().checked_div(columns)?;
    let mut best = 0;
    for (cell, &value) in likelihood.iter().enumerate() {
        if value.is_nan() {
            return None;
        }
        if value > likelihood[best] {
            best = cell;
        }
    }
    let most = *likelihood.get(best)?;
    let (mut row, mut column) = (best / columns, best % columns);
    let mut place = [0.0; 2];
    for _ in 0..=MOVES {
        let mut sum = 0.0;
        place = [0.0; 2];
        for y in row.saturating_sub(REACH)..(row + REACH + 1).min(rows) {
            for x in column.saturating_sub(REACH)..(column + REACH + 1).min(columns) {
                let weight = (likelihood[y * columns + x] - most).exp();
                sum += weight;
                place[0] += weight * (x as f32 + 0.5);
                place[1] += weight * (y as f32 + 0.5);
            }
        }
        // The square may have left the most likely cell, but never by so much that nothing counts.
        if sum <= 0.0 || sum.is_nan() {
            return None;
        }
        place = place.map(|value| value / sum);
        let next = [place[1], place[0]].map(|value| value as usize);
        if next == [row, column] {
            break;
        }
        [row, column] = next;
    }
    let score = 1.0 / (1.0 + (-most).exp());
    Some((place.map(|value| value * POINTS_STRIDE as f32), score))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lies_between_cells() {
        let mut map = vec![-30.0; 12 * 10];
        map[5 * 12 + 4] = 1.0;
        let (place, score) = located(&map, 12).unwrap();
        assert!((place[0] - 18.0).abs() < 1e-3 && (place[1] - 22.0).abs() < 1e-3);
        assert!((score - 1.0 / (1.0 + (-1.0_f32).exp())).abs() < 1e-6);
        map[5 * 12 + 5] = 1.0;
        let (place, _) = located(&map, 12).unwrap();
        assert!((place[0] - 20.0).abs() < 1e-3, "{place:?}");
    }

    #[test]
    fn borders_and_broken_maps_are_no_trouble() {
        let mut map = vec![-30.0; 9];
        map[8] = 4.0;
        let (place, _) = located(&map, 3).unwrap();
        assert!((place[0] - 10.0).abs() < 1e-3 && (place[1] - 10.0).abs() < 1e-3);
        assert_eq!(located(&[], 0), None);
        assert_eq!(located(&[], 4), None);
        assert_eq!(located(&[0.0, f32::NAN], 2), None);
        assert_eq!(located(&[f32::NEG_INFINITY; 4], 2), None);
    }
}
