//! Winograd's transforms along one axis, for a vector of channels at once. Interpolation points are
//! 0, ±1, ±2 and infinity; the matrices are those of Lavin and Gray (2016), equation 16 and before.

use crate::simd::Simd;

/// One of Winograd's transforms, of `FROM` numbers to `TO` numbers.
pub(super) trait Transform<const FROM: usize, const TO: usize> {
    fn apply<S: Simd>(simd: S, x: [S::Vector; FROM]) -> [S::Vector; TO];
}

/// The transform `Bᵀ`, of inputs to products.
pub(super) struct Input;
/// The transform `Aᵀ`, of products to outputs.
pub(super) struct Output;
/// The transform `G`, of weights to products.
pub(super) struct Weight;
/// The transform `A`, of gradients of outputs to gradients of products.
pub(super) struct OutputGradient;
/// The transform `Gᵀ`, of gradients of products to gradients of weights.
pub(super) struct WeightGradient;

impl Transform<6, 6> for Input {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, x: [S::Vector; 6]) -> [S::Vector; 6] {
        let [two, minus_four, minus_five, four] = [
            simd.splat(2.0),
            simd.splat(-4.0),
            simd.splat(-5.0),
            simd.splat(4.0),
        ];
        let even = simd.fma(x[2], minus_four, x[4]);
        let odd = simd.fma(x[1], minus_four, x[3]);
        let near = simd.sub(x[4], x[2]);
        let far = simd.mul(simd.sub(x[3], x[1]), two);
        [
            simd.fma(x[0], four, simd.fma(x[2], minus_five, x[4])),
            simd.add(even, odd),
            simd.sub(even, odd),
            simd.add(near, far),
            simd.sub(near, far),
            simd.fma(x[1], four, simd.fma(x[3], minus_five, x[5])),
        ]
    }
}

impl Transform<6, 4> for Output {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, x: [S::Vector; 6]) -> [S::Vector; 4] {
        let [two, four, eight] = [simd.splat(2.0), simd.splat(4.0), simd.splat(8.0)];
        let (sum1, difference1) = (simd.add(x[1], x[2]), simd.sub(x[1], x[2]));
        let (sum2, difference2) = (simd.add(x[3], x[4]), simd.sub(x[3], x[4]));
        [
            simd.add(x[0], simd.add(sum1, sum2)),
            simd.fma(difference2, two, difference1),
            simd.fma(sum2, four, sum1),
            simd.fma(difference2, eight, simd.add(difference1, x[5])),
        ]
    }
}

impl Transform<3, 6> for Weight {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, x: [S::Vector; 3]) -> [S::Vector; 6] {
        let sixth = simd.splat(-1.0 / 6.0);
        let outer = simd.mul(simd.add(x[0], x[2]), sixth);
        let inner = simd.mul(x[1], sixth);
        let far_outer = simd.fma(
            x[2],
            simd.splat(1.0 / 6.0),
            simd.mul(x[0], simd.splat(1.0 / 24.0)),
        );
        let far_inner = simd.mul(x[1], simd.splat(1.0 / 12.0));
        [
            simd.mul(x[0], simd.splat(0.25)),
            simd.add(outer, inner),
            simd.sub(outer, inner),
            simd.add(far_outer, far_inner),
            simd.sub(far_outer, far_inner),
            x[2],
        ]
    }
}

impl Transform<4, 6> for OutputGradient {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, x: [S::Vector; 4]) -> [S::Vector; 6] {
        let [two, four] = [simd.splat(2.0), simd.splat(4.0)];
        let (even, odd) = (simd.add(x[0], x[2]), simd.add(x[1], x[3]));
        let far_even = simd.fma(x[2], four, x[0]);
        let far_odd = simd.mul(simd.fma(x[3], four, x[1]), two);
        [
            x[0],
            simd.add(even, odd),
            simd.sub(even, odd),
            simd.add(far_even, far_odd),
            simd.sub(far_even, far_odd),
            x[3],
        ]
    }
}

impl Transform<6, 3> for WeightGradient {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, x: [S::Vector; 6]) -> [S::Vector; 3] {
        let sixth = simd.splat(1.0 / 6.0);
        let (near_sum, near_difference) = (simd.add(x[1], x[2]), simd.sub(x[2], x[1]));
        let (far_sum, far_difference) = (simd.add(x[3], x[4]), simd.sub(x[3], x[4]));
        let near = simd.mul(near_sum, sixth);
        [
            simd.fma(
                x[0],
                simd.splat(0.25),
                simd.sub(simd.mul(far_sum, simd.splat(1.0 / 24.0)), near),
            ),
            simd.fma(
                near_difference,
                sixth,
                simd.mul(far_difference, simd.splat(1.0 / 12.0)),
            ),
            simd.add(x[5], simd.sub(simd.mul(far_sum, sixth), near)),
        ]
    }
}

/// Applies a transform along columns, then along rows.
#[inline(always)]
pub(super) fn both<S, T, const FROM: usize, const TO: usize>(
    simd: S,
    x: &[[S::Vector; FROM]; FROM],
) -> [[S::Vector; TO]; TO]
where
    S: Simd,
    T: Transform<FROM, TO>,
{
    let zero = simd.splat(0.0);
    // half[column][row]
    let mut half = [[zero; TO]; FROM];
    for column in 0..FROM {
        let mut line = [zero; FROM];
        for row in 0..FROM {
            line[row] = x[row][column];
        }
        half[column] = T::apply::<S>(simd, line);
    }
    let mut result = [[zero; TO]; TO];
    for row in 0..TO {
        let mut line = [zero; FROM];
        for column in 0..FROM {
            line[column] = half[column][row];
        }
        result[row] = T::apply::<S>(simd, line);
    }
    result
}
