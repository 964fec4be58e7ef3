use super::singular_values::singular_values;
use crate::Samples;
use crate::samples::dot;

/// The Fréchet distance between the Gaussians with the means and covariances of two sets: `|m₁ −
/// m₂|² + tr C₁ + tr C₂ − 2 tr (C₁ C₂)^½` (Dowson and Landau 1982; Heusel et al. 2017). It is a
/// squared distance, as usually published, and at least 0.
///
/// The trace of the root is the sum of the singular values of `A Bᵀ`, where `A` and `B` are the
/// centred rows over the root of their number less one. So no matrix of the size of the dimensions
/// is made, and fewer rows than dimensions need no regularisation. The estimate from few rows is
/// too large all the same, the more so the fewer they are: compare only distances taken with equal
/// numbers.
///
/// # Panics
/// If a set has fewer than two rows, or the rows of the two differ in length.
pub fn frechet_distance(a: &Samples, b: &Samples) -> f64 {
    assert!(a.rows() > 1 && b.rows() > 1, "a covariance needs two rows");
    assert_eq!(a.columns(), b.columns(), "both sets are of one space");
    let means: f64 = a
        .mean()
        .iter()
        .zip(b.mean())
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    let (few, many) = if a.rows() <= b.rows() { (a, b) } else { (b, a) };
    let (few, many) = (few.centred(), many.centred());
    let trace = |set: &Samples| {
        let sum: f64 = set.iter().map(|row| dot(row, row)).sum();
        sum / (set.rows() - 1) as f64
    };
    let product = |row: &[f64]| many.iter().map(|other| dot(row, other)).collect();
    let products: Vec<Vec<f64>> = few.iter().map(product).collect();
    let scale = ((few.rows() - 1) as f64 * (many.rows() - 1) as f64).sqrt();
    let root: f64 = singular_values(products).iter().sum::<f64>() / scale;
    (means + trace(&few) + trace(&many) - 2.0 * root).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test rows whose covariance is exactly the diagonal `variances` and whose mean is `mean`.
    fn set(mean: [f64; 3], variances: [f64; 3]) -> Samples {
        let mut samples = Samples::new(3);
        // Six rows on the axes: the sum of squares along each is 2 r², over 5.
        for axis in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut row = mean;
                row[axis] += sign * (variances[axis] * 5.0 / 2.0).sqrt();
                samples.push(&row);
            }
        }
        samples
    }

    #[test]
    fn gaussians_with_diagonal_covariances() {
        let a = set([0.0; 3], [1.0, 4.0, 9.0]);
        let b = set([1.0, 2.0, -2.0], [4.0, 1.0, 9.0]);
        // 9 + (1 − 2)² + (2 − 1)² + 0.
        assert!((frechet_distance(&a, &b) - 11.0).abs() < 1e-12);
        assert!((frechet_distance(&b, &a) - 11.0).abs() < 1e-12);
        assert!(frechet_distance(&a, &a) < 1e-12);
    }

    #[test]
    fn covariances_that_do_not_commute() {
        // C₁ = diag(4, 1); C₂ = [[1, ½], [½, 1]]. tr (C₁C₂)^½ = √(tr C₁C₂ + 2 √det C₁C₂)
        // in two dimensions = √(5 + 2 √3).
        let mut a = Samples::new(2);
        for row in [[2.0, 1.0], [-2.0, -1.0], [2.0, -1.0], [-2.0, 1.0]] {
            a.push(&row.map(|value| value * 0.75f64.sqrt()));
        }
        let mut b = Samples::new(2);
        let along = [0.75f64.sqrt(), 0.75f64.sqrt()];
        let across = [0.5, -0.5];
        for (u, v) in [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)] {
            let coordinate = |axis: usize| (u * along[axis] + v * across[axis]) * 0.75f64.sqrt();
            b.push(&[coordinate(0), coordinate(1)]);
        }
        let expected = 5.0 + 2.0 - 2.0 * (5.0 + 2.0 * 3f64.sqrt()).sqrt();
        let found = frechet_distance(&a, &b);
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn fewer_rows_than_dimensions() {
        let mut a = Samples::new(4);
        a.push(&[1.0, 0.0, 0.0, 0.0]);
        a.push(&[-1.0, 0.0, 0.0, 0.0]);
        let mut b = Samples::new(4);
        b.push(&[0.0, 2.0, 0.0, 0.0]);
        b.push(&[0.0, -2.0, 0.0, 0.0]);
        b.push(&[0.0, 0.0, 0.0, 0.0]);
        // No direction in common: the traces, 2 and 8 / 2, add up.
        assert!((frechet_distance(&a, &b) - 6.0).abs() < 1e-12);
    }
}
