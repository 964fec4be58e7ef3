//! Products of matrices.

use burn::tensor::Tensor;

use crate::composed;
use crate::flex::is_fast;

/// The product of two matrices.
///
/// # Shapes
/// - `a`: `[rows, inner]`
/// - `b`: `[inner, columns]`
/// - output: `[rows, columns]`
pub fn matmul(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    if !(is_fast(&a) && is_fast(&b)) {
        return composed::matmul(a, b);
    }
    a.matmul(b)
}

/// Mixes the rows of every matrix in a stack by the same shares: `shares · x[i]`.
///
/// # Shapes
/// - `shares`: `[rows_out, rows]`, without gradients of its own
/// - `x`: `[batch, rows, columns]`
/// - output: `[batch, rows_out, columns]`
pub fn mix_rows(shares: Tensor<2>, x: Tensor<3>) -> Tensor<3> {
    let [rows_out, rows] = shares.dims();
    let batch = x.dims()[0];
    if !(is_fast(&shares) && is_fast(&x)) {
        return composed::mix_rows(shares, x);
    }
    shares
        .unsqueeze::<3>()
        .expand([batch, rows_out, rows])
        .matmul(x)
}

/// The inner product of each row with its matrix's vector.
///
/// # Shapes
/// - `x`: `[batch, rows, length]`
/// - `vectors`: `[batch, length]`
/// - output: `[batch, rows, 1]`
pub fn inner_products(x: Tensor<3>, vectors: Tensor<2>) -> Tensor<3> {
    if !(is_fast(&x) && is_fast(&vectors)) {
        return composed::inner_products(x, vectors);
    }
    x.matmul(vectors.unsqueeze_dim(2))
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use super::*;
    use crate::testing::{Random, gradients::Inputs};

    #[test]
    fn products_equal_the_composed_ones_with_all_gradients() {
        let mut random = Random::new(6);
        let inputs = Inputs::random(&mut random, &[&[5, 7], &[7, 3]]);
        inputs.compare(
            |leaves| matmul(leaves.get(0), leaves.get(1)),
            |leaves| composed::matmul(leaves.get(0), leaves.get(1)),
            "product of matrices",
        );
        let inputs = Inputs::random(&mut random, &[&[2, 5, 7], &[2, 7]]);
        inputs.compare(
            |leaves| inner_products(leaves.get(0), leaves.get(1)),
            |leaves| composed::inner_products(leaves.get(0), leaves.get(1)),
            "inner products",
        );
        let shares = Random::new(7).floats(4 * 5);
        let inputs = Inputs::random(&mut random, &[&[2, 5, 3]]);
        let shares = || {
            Tensor::<1>::from_floats(shares.as_slice(), &burn::tensor::Device::flex())
                .reshape([4, 5])
        };
        inputs.compare(
            |leaves| mix_rows(shares(), leaves.get(0)),
            |leaves| composed::mix_rows(shares(), leaves.get(0)),
            "mixed rows",
        );
    }
}
