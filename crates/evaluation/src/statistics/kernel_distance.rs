use rand_chacha::ChaCha8Rng;
use utsushi_dataset::shuffle;

use crate::Samples;
use crate::samples::dot;

/// Number of subsets from which the confidence interval is computed.
const SUBSETS: usize = 200;

/// A kernel distance with the uncertainty of its estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelDistance {
    /// The unbiased estimate: around 0 for sets of the same distribution, and negative half the
    /// time.
    pub value: f64,
    /// Half the width of the 95 % confidence interval.
    pub margin: f64,
}

/// The kernel distance (Bińkowski et al. 2018, "KID") between two sets: the unbiased estimate of
/// the squared maximum mean discrepancy with the kernel `(x·y / d + 1)³`.
///
/// The interval comes from estimates over random halves of both sets. A half drawn without
/// replacement varies around the whole as the whole does around the truth, so that the spread needs
/// no correction; `margin` is 1.96 of its standard deviations.
///
/// # Panics
/// If a set has fewer than two rows, or the rows of the two differ in length.
pub fn kernel_distance(a: &Samples, b: &Samples, random: &mut ChaCha8Rng) -> KernelDistance {
    assert!(a.rows() > 1 && b.rows() > 1, "no pairs in a set of one");
    assert_eq!(a.columns(), b.columns(), "both sets are of one space");
    let kernels = [table(a, a), table(b, b), table(a, b)];
    let mut rows: Vec<usize> = (0..a.rows()).collect();
    let mut columns: Vec<usize> = (0..b.rows()).collect();
    let value = estimate(&kernels, &rows, &columns);
    let (half_rows, half_columns) = (a.rows().div_ceil(2).max(2), b.rows().div_ceil(2).max(2));
    let mut squares = 0.0;
    for _ in 0..SUBSETS {
        shuffle(random, &mut rows);
        shuffle(random, &mut columns);
        let part = estimate(&kernels, &rows[..half_rows], &columns[..half_columns]);
        squares += (part - value) * (part - value);
    }
    KernelDistance {
        value,
        margin: 1.96 * (squares / SUBSETS as f64).sqrt(),
    }
}

/// Kernel values of each row of one set with each row of the other.
fn table(a: &Samples, b: &Samples) -> Vec<Vec<f64>> {
    let dimensions = a.columns() as f64;
    let kernel = |x: &[f64], y: &[f64]| (dot(x, y) / dimensions + 1.0).powi(3);
    a.iter()
        .map(|x| b.iter().map(|y| kernel(x, y)).collect())
        .collect()
}

/// The estimate over some rows of the first set and some of the second.
fn estimate(
    [within_a, within_b, between]: &[Vec<Vec<f64>>; 3],
    rows: &[usize],
    columns: &[usize],
) -> f64 {
    let sum = |table: &[Vec<f64>], rows: &[usize], columns: &[usize]| {
        let row_sum = |&row: &usize| {
            columns
                .iter()
                .map(|&column| table[row][column])
                .sum::<f64>()
        };
        rows.iter().map(row_sum).sum::<f64>()
    };
    // Without each row's kernel with itself.
    let pairs = |table: &[Vec<f64>], chosen: &[usize]| {
        let diagonal: f64 = chosen.iter().map(|&row| table[row][row]).sum();
        let count = chosen.len() as f64;
        (sum(table, chosen, chosen) - diagonal) / (count * (count - 1.0))
    };
    let crossed = sum(between, rows, columns) / (rows.len() * columns.len()) as f64;
    pairs(within_a, rows) + pairs(within_b, columns) - 2.0 * crossed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, standard_normal, stream};

    fn normal(rows: usize, shift: f64, seed: u64) -> Samples {
        let mut random = stream(seed, Stream::Subsets, 0);
        let mut samples = Samples::new(8);
        for _ in 0..rows {
            let row: Vec<f64> = (0..8)
                .map(|_| standard_normal(&mut random) + shift)
                .collect();
            samples.push(&row);
        }
        samples
    }

    fn measured(a: &Samples, b: &Samples) -> KernelDistance {
        kernel_distance(a, b, &mut stream(1, Stream::Subsets, 9))
    }

    #[test]
    fn two_pairs_by_hand() {
        let (mut a, mut b) = (Samples::new(1), Samples::new(1));
        a.push(&[0.0]);
        a.push(&[1.0]);
        b.push(&[2.0]);
        b.push(&[-1.0]);
        // Within a: (0 + 1)³ = 1; within b: (−2 + 1)³ = −1; between: 1, 1, 27, 0.
        let found = measured(&a, &b).value;
        assert!((found - (1.0 - 1.0 - 2.0 * 29.0 / 4.0)).abs() < 1e-12);
    }

    #[test]
    fn equal_and_unequal_distributions() {
        // In the mean of many draws of one distribution, the estimate is 0 and its interval holds
        // 0 about as often as it should.
        let (mut sum, mut inside) = (0.0, 0);
        for seed in 0..40 {
            let found = measured(&normal(40, 0.0, seed), &normal(60, 0.0, 1000 + seed));
            sum += found.value;
            inside += usize::from(found.value.abs() <= found.margin);
        }
        assert!((sum / 40.0).abs() < 0.02, "{}", sum / 40.0);
        assert!(inside >= 34, "{inside} of 40");
        let far = measured(&normal(40, 0.0, 1), &normal(60, 1.0, 2));
        // E k is 1 + 3/8 and so on; with a shift of 1 in 8 dimensions it is well over 3.
        assert!(far.value > 3.0 && far.value > 3.0 * far.margin, "{far:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let (a, b) = (normal(11, 0.0, 3), normal(7, 0.5, 4));
        assert_eq!(measured(&a, &b), measured(&a, &b));
    }
}
