//! The transforms along one axis, for a vector of channels at once. Interpolation points are 0,
//! ±1, ±2 and infinity; the matrices are those of Lavin and Gray (2016), equation 16 and before.
//!
//! # Safety (all functions)
//! The processor must have the instruction set `S`.

use crate::simd::Simd;

/// One of the transforms: `FROM` numbers to `TO` numbers.
pub(super) trait Transform<const FROM: usize, const TO: usize> {
    unsafe fn apply<S: Simd>(x: [S::Vector; FROM]) -> [S::Vector; TO];
}

/// `Bᵀ`: inputs to products.
pub(super) struct Input;
/// `Aᵀ`: products to outputs.
pub(super) struct Output;
/// `G`: weights to products.
pub(super) struct Weight;
/// `A`: gradients of outputs to gradients of products.
pub(super) struct OutputGradient;
/// `Gᵀ`: gradients of products to gradients of weights.
pub(super) struct WeightGradient;

impl Transform<6, 6> for Input {
    #[inline(always)]
    unsafe fn apply<S: Simd>(x: [S::Vector; 6]) -> [S::Vector; 6] {
        unsafe {
            let [two, minus_four, minus_five, four] =
                [S::splat(2.0), S::splat(-4.0), S::splat(-5.0), S::splat(4.0)];
            let even = S::fma(x[2], minus_four, x[4]);
            let odd = S::fma(x[1], minus_four, x[3]);
            let near = S::sub(x[4], x[2]);
            let far = S::mul(S::sub(x[3], x[1]), two);
            [
                S::fma(x[0], four, S::fma(x[2], minus_five, x[4])),
                S::add(even, odd),
                S::sub(even, odd),
                S::add(near, far),
                S::sub(near, far),
                S::fma(x[1], four, S::fma(x[3], minus_five, x[5])),
            ]
        }
    }
}

impl Transform<6, 4> for Output {
    #[inline(always)]
    unsafe fn apply<S: Simd>(x: [S::Vector; 6]) -> [S::Vector; 4] {
        unsafe {
            let [two, four, eight] = [S::splat(2.0), S::splat(4.0), S::splat(8.0)];
            let (sum1, difference1) = (S::add(x[1], x[2]), S::sub(x[1], x[2]));
            let (sum2, difference2) = (S::add(x[3], x[4]), S::sub(x[3], x[4]));
            [
                S::add(x[0], S::add(sum1, sum2)),
                S::fma(difference2, two, difference1),
                S::fma(sum2, four, sum1),
                S::fma(difference2, eight, S::add(difference1, x[5])),
            ]
        }
    }
}

impl Transform<3, 6> for Weight {
    #[inline(always)]
    unsafe fn apply<S: Simd>(x: [S::Vector; 3]) -> [S::Vector; 6] {
        unsafe {
            let sixth = S::splat(-1.0 / 6.0);
            let outer = S::mul(S::add(x[0], x[2]), sixth);
            let inner = S::mul(x[1], sixth);
            let far_outer = S::fma(
                x[2],
                S::splat(1.0 / 6.0),
                S::mul(x[0], S::splat(1.0 / 24.0)),
            );
            let far_inner = S::mul(x[1], S::splat(1.0 / 12.0));
            [
                S::mul(x[0], S::splat(0.25)),
                S::add(outer, inner),
                S::sub(outer, inner),
                S::add(far_outer, far_inner),
                S::sub(far_outer, far_inner),
                x[2],
            ]
        }
    }
}

impl Transform<4, 6> for OutputGradient {
    #[inline(always)]
    unsafe fn apply<S: Simd>(x: [S::Vector; 4]) -> [S::Vector; 6] {
        unsafe {
            let [two, four] = [S::splat(2.0), S::splat(4.0)];
            let (even, odd) = (S::add(x[0], x[2]), S::add(x[1], x[3]));
            let far_even = S::fma(x[2], four, x[0]);
            let far_odd = S::mul(S::fma(x[3], four, x[1]), two);
            [
                x[0],
                S::add(even, odd),
                S::sub(even, odd),
                S::add(far_even, far_odd),
                S::sub(far_even, far_odd),
                x[3],
            ]
        }
    }
}

impl Transform<6, 3> for WeightGradient {
    #[inline(always)]
    unsafe fn apply<S: Simd>(x: [S::Vector; 6]) -> [S::Vector; 3] {
        unsafe {
            let sixth = S::splat(1.0 / 6.0);
            let (near_sum, near_difference) = (S::add(x[1], x[2]), S::sub(x[2], x[1]));
            let (far_sum, far_difference) = (S::add(x[3], x[4]), S::sub(x[3], x[4]));
            let near = S::mul(near_sum, sixth);
            [
                S::fma(
                    x[0],
                    S::splat(0.25),
                    S::sub(S::mul(far_sum, S::splat(1.0 / 24.0)), near),
                ),
                S::fma(
                    near_difference,
                    sixth,
                    S::mul(far_difference, S::splat(1.0 / 12.0)),
                ),
                S::add(x[5], S::sub(S::mul(far_sum, sixth), near)),
            ]
        }
    }
}

/// The transform along columns, then along rows.
///
/// # Safety
/// The processor must have the instruction set `S`.
#[inline(always)]
pub(super) unsafe fn both<S, T, const FROM: usize, const TO: usize>(
    x: &[[S::Vector; FROM]; FROM],
) -> [[S::Vector; TO]; TO]
where
    S: Simd,
    T: Transform<FROM, TO>,
{
    unsafe {
        let zero = S::splat(0.0);
        // half[column][row]
        let mut half = [[zero; TO]; FROM];
        for column in 0..FROM {
            let mut line = [zero; FROM];
            for row in 0..FROM {
                line[row] = x[row][column];
            }
            half[column] = T::apply::<S>(line);
        }
        let mut result = [[zero; TO]; TO];
        for row in 0..TO {
            let mut line = [zero; FROM];
            for column in 0..FROM {
                line[column] = half[column][row];
            }
            result[row] = T::apply::<S>(line);
        }
        result
    }
}
