//! Eigenvectors of small symmetric matrices.

/// Number of sweeps of Jacobi's method after which a matrix of any size met here is diagonal to the
/// last bit.
const SWEEPS: usize = 32;

/// Computes the eigenvalues of a symmetric matrix of `size` rows, from the largest, each with its
/// eigenvector of length 1 (Jacobi's method, Golub and Van Loan, section 8.5). The largest
/// component of each vector is positive, so that the same matrix always gives the same signs.
pub(crate) fn eigenvectors(matrix: &[f64], size: usize) -> Vec<(f64, Vec<f64>)> {
    let mut a = matrix.to_vec();
    let mut vectors = vec![0.0; size * size];
    for index in 0..size {
        vectors[index * size + index] = 1.0;
    }
    for _ in 0..SWEEPS {
        let mut rest = 0.0;
        for p in 0..size {
            for q in p + 1..size {
                rest += a[p * size + q].powi(2);
                rotate(&mut a, &mut vectors, size, p, q);
            }
        }
        if rest < 1e-24 {
            break;
        }
    }
    let mut found: Vec<_> = (0..size)
        .map(|column| {
            let vector = (0..size).map(|row| vectors[row * size + column]).collect();
            (a[column * size + column], upright(vector))
        })
        .collect();
    found.sort_by(|left: &(f64, Vec<f64>), right| right.0.total_cmp(&left.0));
    found
}

/// Jacobi rotation in the plane of axes `p` and `q`, which makes their off-diagonal element 0.
fn rotate(a: &mut [f64], vectors: &mut [f64], size: usize, p: usize, q: usize) {
    let shared = a[p * size + q];
    if shared == 0.0 {
        return;
    }
    let theta = (a[q * size + q] - a[p * size + p]) / (2.0 * shared);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let tangent = if theta == 0.0 { 1.0 } else { tangent };
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |values: &mut [f64], first: usize, second: usize| {
        let (one, two) = (values[first], values[second]);
        values[first] = cosine * one - sine * two;
        values[second] = sine * one + cosine * two;
    };
    for k in 0..size {
        turn(a, k * size + p, k * size + q);
    }
    for k in 0..size {
        turn(a, p * size + k, q * size + k);
    }
    for k in 0..size {
        turn(vectors, k * size + p, k * size + q);
    }
}

fn upright(vector: Vec<f64>) -> Vec<f64> {
    let largest = vector.iter().copied().fold(0.0f64, |best, value| {
        if value.abs() > best.abs() {
            value
        } else {
            best
        }
    });
    if largest < 0.0 {
        vector.into_iter().map(|value| -value).collect()
    } else {
        vector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_worked_out_by_hand() {
        // Eigenvalues 3 and 1 along the diagonals.
        let found = eigenvectors(&[2.0, 1.0, 1.0, 2.0], 2);
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert!((found[0].0 - 3.0).abs() < 1e-12 && (found[1].0 - 1.0).abs() < 1e-12);
        for (value, wanted) in found[0].1.iter().zip([half, half]) {
            assert!((value - wanted).abs() < 1e-12);
        }
    }

    #[test]
    fn vectors_are_turned_into_multiples_of_themselves() {
        let size = 12;
        let entry = |row: usize, column: usize| ((row * column + row + column) as f64).sin();
        let matrix: Vec<f64> = (0..size * size)
            .map(|i| entry(i / size, i % size))
            .collect();
        let found = eigenvectors(&matrix, size);
        assert!(found.windows(2).all(|pair| pair[0].0 >= pair[1].0));
        for (value, vector) in found {
            for row in 0..size {
                let product: f64 = (0..size).map(|c| matrix[row * size + c] * vector[c]).sum();
                assert!((product - value * vector[row]).abs() < 1e-9);
            }
        }
    }
}
