//! Distances within and between sets of descriptions.

use std::cmp::Ordering;

use crate::Samples;
use crate::samples::{distance, mean};

/// For each row, the index of the nearest row of the pool, and its distance.
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

/// Mean distance between two different rows; `None` if there are fewer than two.
pub(super) fn spread<'a>(rows: impl Iterator<Item = &'a [f64]>) -> Option<f64> {
    let rows: Vec<&[f64]> = rows.collect();
    let mut all = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        all.extend(rows[..place].iter().map(|other| distance(row, other)));
    }
    mean(&all)
}

/// Distances of an output from its own reference, and from each of the other references used.
pub(super) struct OwnAndOthers {
    own: f64,
    others: Vec<f64>,
}

impl OwnAndOthers {
    /// Splits the distances to all references; `own` is the index of the output's own.
    pub(super) fn new(distances: impl Iterator<Item = f64>, own: usize) -> Self {
        let mut others: Vec<f64> = distances.collect();
        let own = others.remove(own);
        Self { own, others }
    }

    /// Share of the other references that are farther; one at the same distance counts half.
    fn nearer(&self) -> Option<f64> {
        let point = |other: &f64| match self.own.total_cmp(other) {
            Ordering::Less => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Greater => 0.0,
        };
        mean(&self.others.iter().map(point).collect::<Vec<_>>())
    }
}

/// Share of outputs that are nearer to their own reference than to another: 0.5 by chance. `None`
/// if there is only one reference.
pub(super) fn nearer(all: &[OwnAndOthers]) -> Option<f64> {
    let shares = all.iter().filter_map(OwnAndOthers::nearer);
    mean(&shares.collect::<Vec<_>>())
}

/// Mean distance to the own reference, divided by the mean distance to the others: 1 by chance.
pub(super) fn ratio(all: &[OwnAndOthers]) -> Option<f64> {
    let own: f64 = all.iter().map(|apart| apart.own).sum();
    let others: f64 = all.iter().filter_map(|apart| mean(&apart.others)).sum();
    (others > 0.0).then(|| own / others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_references_and_others() {
        let of = |distances: &[f64], own| OwnAndOthers::new(distances.iter().copied(), own);
        // Two of three are farther in the first, one is as far in the second.
        let all = [of(&[1.0, 0.5, 2.0, 3.0], 0), of(&[9.0, 4.0, 4.0, 2.0], 1)];
        assert_eq!(nearer(&all[..1]), Some(2.0 / 3.0));
        assert_eq!(nearer(&all), Some((2.0 / 3.0 + 1.5 / 3.0) / 2.0));
        // (1 + 4) over (5.5 / 3 + 15 / 3).
        assert!((ratio(&all).unwrap() - 15.0 / 20.5).abs() < 1e-12);
        let alone = [of(&[1.0], 0)];
        assert_eq!((nearer(&alone), ratio(&alone)), (None, None));
        // One output after all references: what it looks like gives nothing away.
        let distances = [3.0, 1.0, 2.0];
        let same: Vec<_> = (0..3).map(|own| of(&distances, own)).collect();
        assert_eq!((nearer(&same), ratio(&same)), (Some(0.5), Some(1.0)));
    }

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
