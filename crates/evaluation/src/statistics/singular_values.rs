/// Largest number of sweeps, after which the rows count as orthogonal in any case; some ten are
/// usual.
const MOST_SWEEPS: usize = 60;

/// Computes the singular values of the matrix with these rows, in no particular order.
///
/// It rotates pairs of rows until all are orthogonal (one-sided Jacobi rotations, Hestenes 1958);
/// the remaining lengths are the values. This is exact to the last digits even for small values,
/// which squaring the matrix would lose.
pub(crate) fn singular_values(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..MOST_SWEEPS {
        let mut turned = false;
        for second in 1..rows.len() {
            for first in 0..second {
                let (head, tail) = rows.split_at_mut(second);
                let (a, b) = (&mut head[first], &mut tail[0]);
                let (aa, bb, ab) = (product(a, a), product(b, b), product(a, b));
                if ab == 0.0 || ab * ab <= 1e-30 * aa * bb {
                    continue;
                }
                turned = true;
                // The smaller root of t² + 2 zeta t − 1.
                let zeta = (bb - aa) / (2.0 * ab);
                let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = cosine * tangent;
                for (x, y) in a.iter_mut().zip(b.iter_mut()) {
                    (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
                }
            }
        }
        if !turned {
            break;
        }
    }
    rows.iter().map(|row| product(row, row).sqrt()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(rows: &[&[f64]]) -> Vec<f64> {
        let mut values = singular_values(rows.iter().map(|row| row.to_vec()).collect());
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn known_matrices() {
        assert_eq!(sorted(&[&[3.0, 0.0], &[0.0, -2.0]]), [2.0, 3.0]);
        // The squares of the singular values of [[1, 1], [0, 1]] are (3 ± √5) / 2.
        let found = sorted(&[&[1.0, 1.0], &[0.0, 1.0]]);
        let expected = [0.381_966_011_250_105, 2.618_033_988_749_895].map(f64::sqrt);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        // Rank one: lengths multiply.
        let found = sorted(&[&[1.0, 2.0, 2.0], &[2.0, 4.0, 4.0], &[0.0; 3]]);
        assert!((found[2] - 45f64.sqrt()).abs() < 1e-12 && found[1] < 1e-12);
        assert!(singular_values(Vec::new()).is_empty());
    }
}
