use crate::Samples;
use crate::samples::dot;

/// Share of the identity in the covariance, which keeps it well conditioned if there are fewer rows
/// than columns.
const SHRINKAGE: f64 = 0.1;

/// A classifier by linear discriminant analysis: classes share one covariance and are equally
/// likely.
///
/// The covariance is the mean of those within the classes, a tenth of it replaced by the identity
/// times its mean variance.
#[derive(Clone, Debug)]
pub struct Classifier {
    /// For each class, the weights of a row's numbers and the offset.
    scores: Vec<(Vec<f64>, f64)>,
}

impl Classifier {
    /// Trains a classifier on one set for each class. A class without rows is never predicted.
    ///
    /// # Panics
    /// If no class has a row, or rows differ in length.
    pub fn train(classes: &[&Samples]) -> Self {
        let used: Vec<_> = classes.iter().filter(|set| set.rows() > 0).collect();
        let columns = used.first().expect("a class with rows").columns();
        let mut covariance = vec![vec![0.0; columns]; columns];
        for set in &used {
            // Each class counts alike.
            let weight = 1.0 / (set.rows() * used.len()) as f64;
            for row in set.centred().iter() {
                for (own, line) in row.iter().zip(&mut covariance) {
                    let own = own * weight;
                    for (total, other) in line.iter_mut().zip(row) {
                        *total += own * other;
                    }
                }
            }
        }
        let trace: f64 = (0..columns).map(|index| covariance[index][index]).sum();
        let floor = SHRINKAGE * trace / columns as f64;
        for (index, line) in covariance.iter_mut().enumerate() {
            line.iter_mut().for_each(|value| *value *= 1.0 - SHRINKAGE);
            // Rows that are all alike have no variance at all.
            line[index] += floor.max(1e-12);
        }
        let factor = cholesky(covariance);
        let score = |set: &&Samples| {
            if set.rows() == 0 {
                return (vec![0.0; columns], f64::NEG_INFINITY);
            }
            let mean = set.mean();
            let weights = solve(&factor, &mean);
            let offset = -0.5 * dot(&weights, &mean);
            (weights, offset)
        };
        Self {
            scores: classes.iter().map(score).collect(),
        }
    }

    /// Predicts the class of a row, as an index into the training sets.
    pub fn classify(&self, row: &[f64]) -> usize {
        let mut best = (0, f64::NEG_INFINITY);
        for (class, (weights, offset)) in self.scores.iter().enumerate() {
            let score = dot(weights, row) + offset;
            if score > best.1 {
                best = (class, score);
            }
        }
        best.0
    }

    /// Share of rows that are classified as `class`; `None` if there are no rows, or no other
    /// class.
    pub fn share(&self, rows: &Samples, class: usize) -> Option<f64> {
        let answered = self.scores.iter().filter(|(_, offset)| offset.is_finite());
        if answered.count() < 2 {
            return None;
        }
        let hits = rows.iter().filter(|row| self.classify(row) == class);
        let count = rows.rows();
        (count > 0).then(|| hits.count() as f64 / count as f64)
    }
}

/// Cholesky decomposition: the lower triangle `L` with `L Lᵀ` = the matrix, which must be positive
/// definite.
fn cholesky(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for row in 0..matrix.len() {
        for column in 0..=row {
            let known = dot(&matrix[row][..column], &matrix[column][..column]);
            let rest = matrix[row][column] - known;
            matrix[row][column] = if row == column {
                rest.max(f64::MIN_POSITIVE).sqrt()
            } else {
                rest / matrix[column][column]
            };
        }
        matrix[row][row + 1..].fill(0.0);
    }
    matrix
}

/// Solves `L Lᵀ x = b` for the Cholesky factor `L`.
fn solve(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut x = right.to_vec();
    for row in 0..x.len() {
        x[row] = (x[row] - dot(&factor[row][..row], &x[..row])) / factor[row][row];
    }
    for row in (0..x.len()).rev() {
        x[row] /= factor[row][row];
        let value = x[row];
        for (above, weight) in x[..row].iter_mut().zip(&factor[row]) {
            *above -= weight * value;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, standard_normal, stream};

    #[test]
    fn a_system_of_equations() {
        let matrix = vec![vec![4.0, 2.0], vec![2.0, 3.0]];
        let x = solve(&cholesky(matrix), &[2.0, 5.0]);
        assert!(
            (x[0] + 0.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12,
            "{x:?}"
        );
    }

    /// Test rows along a narrow diagonal band, shifted across it.
    fn band(shift: f64, seed: u64, rows: usize) -> Samples {
        let mut random = stream(seed, Stream::Subsets, 0);
        let mut samples = Samples::new(2);
        for _ in 0..rows {
            let along = 10.0 * standard_normal(&mut random);
            let across = 0.2 * standard_normal(&mut random) + shift;
            samples.push(&[along + across, along - across]);
        }
        samples
    }

    #[test]
    fn separable_sets_are_separated() {
        // Means lie much nearer than the spread, but along the one direction in which the
        // classes differ they are far apart even with the shrunk covariance.
        let (a, b) = (band(-6.0, 1, 200), band(6.0, 2, 50));
        let classifier = Classifier::train(&[&a, &Samples::new(2), &b]);
        assert!(classifier.share(&band(-6.0, 3, 100), 0) > Some(0.97));
        assert!(classifier.share(&band(6.0, 4, 100), 2) > Some(0.97));
        assert_eq!(classifier.share(&band(6.0, 4, 100), 1), Some(0.0));
        assert_eq!(classifier.share(&Samples::new(2), 0), None);
        let alone = Classifier::train(&[&a, &Samples::new(2)]);
        assert_eq!(alone.share(&band(-6.0, 3, 100), 0), None);
    }

    #[test]
    fn sets_that_do_not_differ_are_told_by_chance() {
        let (a, b) = (band(0.0, 1, 200), band(0.0, 2, 200));
        let classifier = Classifier::train(&[&a, &b]);
        let share = classifier.share(&band(0.0, 3, 400), 0).unwrap();
        assert!((0.2..0.8).contains(&share), "{share}");
        // Fewer rows than columns, and rows that are all alike.
        let mut flat = Samples::new(3);
        flat.push(&[1.0, 1.0, 1.0]);
        let mut other = Samples::new(3);
        other.push(&[0.0, 1.0, 1.0]);
        let classifier = Classifier::train(&[&flat, &other]);
        assert_eq!(classifier.classify(&[0.9, 1.0, 1.0]), 0);
        assert_eq!(classifier.classify(&[0.1, 1.0, 1.0]), 1);
    }
}
