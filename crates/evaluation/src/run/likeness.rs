//! Distances within and between sets of descriptions.

use crate::Samples;
use crate::samples::{distance, mean};

/// Each row's nearest row of the pool, and how far it is.
pub(super) fn nearest(rows: &Samples, pool: &Samples) -> Vec<(usize, f64)> {
    let of_row = |row: &[f64]| {
        let mut best = (0, f64::INFINITY);
        for (place, other) in pool.iter().enumerate() {
            let apart = distance(row, other);
            if apart < best.1 {
                best = (place, apart);
            }
        }
        best
    };
    rows.iter().map(of_row).collect()
}

/// The mean distance between two different rows; nothing where there are not two.
pub(super) fn spread<'a>(rows: impl Iterator<Item = &'a [f64]>) -> Option<f64> {
    let rows: Vec<&[f64]> = rows.collect();
    let mut all = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        all.extend(rows[..place].iter().map(|other| distance(row, other)));
    }
    mean(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_and_spread() {
        let mut pool = Samples::new(1);
        let mut rows = Samples::new(1);
        for value in [0.0, 10.0] {
            pool.push(&[value]);
        }
        rows.push(&[8.0]);
        assert_eq!(nearest(&rows, &pool), [(1, 2.0)]);
        assert_eq!(spread(rows.iter()), None);
        rows.push(&[1.0]);
        rows.push(&[2.0]);
        // 7, 6 and 1.
        assert!((spread(rows.iter()).unwrap() - 14.0 / 3.0).abs() < 1e-12);
    }
}
