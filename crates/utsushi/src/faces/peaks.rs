//! Peaks: from the network's maps to faces, and from many sightings of a face to one.

use crate::faces::Face;
use crate::faces::target::{Extent, SIZES, face_of};

/// Overlap ([`Face::overlap`]) up to which two sightings are different faces.
const SAME: f32 = 0.3;

/// Finds faces at the peaks of the map of logits (`[rows, columns]`) with a probability of at least
/// `least` (0…1), in pixels of the network's picture.
pub(crate) fn peaks(
    likelihood: &[f32],
    extents: &[Extent],
    columns: usize,
    least: f32,
) -> Vec<Face> {
    let rows = likelihood.len() / columns.max(1);
    let mut found = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let cell = row * columns + column;
            let here = likelihood[cell];
            let score = 1.0 / (1.0 + (-here).exp());
            if score.is_nan() || score < least || beaten(likelihood, rows, columns, row, column) {
                continue;
            }
            let face = face_of(extents[cell], row, column, score);
            // A face beyond these sizes is seen better at another size of the picture.
            let (low, high) = (SIZES.start() * 0.8, SIZES.end() * 1.25);
            if (low..=high).contains(&face.size()) {
                found.push(face);
            }
        }
    }
    found
}

/// Whether a neighbouring cell has a higher logit; of equal ones, the first is the peak.
fn beaten(likelihood: &[f32], rows: usize, columns: usize, row: usize, column: usize) -> bool {
    let here = likelihood[row * columns + column];
    let around = |middle: usize, count: usize| middle.saturating_sub(1)..(middle + 2).min(count);
    around(row, rows).any(|other_row| {
        around(column, columns).any(|other_column| {
            let other = likelihood[other_row * columns + other_column];
            let before = (other_row, other_column) < (row, column);
            other > here || (before && other == here)
        })
    })
}

/// Keeps the surest of each group of sightings of the same face, and sorts by score, the surest
/// first.
///
/// Two sightings are of the same face if they overlap by much, or if the centre of one lies in the
/// other: an eye that was taken for a face lies within the face.
pub(crate) fn distinct(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        let same = |other: &Face| {
            face.overlap(other) > SAME || other.holds(face.centre()) || face.holds(other.centre())
        };
        if !kept.iter().any(same) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, side: f32, score: f32) -> Face {
        Face {
            x,
            y,
            width: side,
            height: side,
            score,
        }
    }

    #[test]
    fn a_peak_is_more_than_all_around_it() {
        #[rustfmt::skip]
        let likelihood = [
            0.0, 1.0, 2.0, -9.0,
            3.0, 1.0, 0.0, -9.0,
            0.0, -9.0, -9.0, 4.0,
        ];
        let found = peaks(&likelihood, &[[0.0; 4]; 12], 4, 0.5);
        let centres: Vec<_> = found.iter().map(Face::centre).collect();
        assert_eq!(centres, [[20.0, 4.0], [4.0, 12.0], [28.0, 20.0]]);
        assert!((found[1].score - 1.0 / (1.0 + (-3.0_f32).exp())).abs() < 1e-6);
        assert_eq!((found[0].width, found[0].height), (32.0, 32.0));
        // The surest alone.
        assert_eq!(peaks(&likelihood, &[[0.0; 4]; 12], 4, 0.97).len(), 1);
    }

    #[test]
    fn a_plateau_is_one_peak_and_what_is_no_number_is_none() {
        let plateau = peaks(&[1.0; 3], &[[0.0; 4]; 3], 3, 0.5);
        assert_eq!(plateau.len(), 1);
        assert_eq!(plateau[0].centre(), [4.0, 4.0]);
        assert!(peaks(&[f32::NAN; 2], &[[0.0; 4]; 2], 2, 0.0).is_empty());
        assert!(peaks(&[], &[], 0, 0.5).is_empty());
    }

    #[test]
    fn sizes_that_were_never_trained_are_no_faces() {
        let of = |log: f32| peaks(&[5.0], &[[0.0, 0.0, log, log]], 1, 0.5).len();
        assert_eq!((of(0.0), of(2.0), of(-2.0)), (1, 0, 0));
    }

    #[test]
    fn one_face_is_kept_once() {
        let sure = face(10.0, 10.0, 40.0, 0.9);
        let again = face(14.0, 12.0, 40.0, 0.8);
        let eye = face(12.0, 20.0, 10.0, 0.7);
        let other = face(60.0, 10.0, 40.0, 0.6);
        assert_eq!(distinct(vec![again, other, sure, eye]), [sure, other]);
        assert!(distinct(Vec::new()).is_empty());
    }
}
