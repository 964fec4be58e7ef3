//! The exponential function and what is made of it, for a vector of numbers at once.

use crate::map::Map;
use crate::simd::Simd;

/// `e^x`, its relative error below 2e-7 from −87 to 88; beyond, the value at the nearer end.
///
/// # Safety
/// The instruction set must be there.
#[inline(always)]
unsafe fn exp<S: Simd>(x: S::Vector) -> S::Vector {
    // SAFETY: the caller has the instruction set.
    unsafe {
        // The number comes second, so that one that is not a number stays so.
        let x = S::max(S::splat(-87.0), S::min(S::splat(88.0), x));
        // x = n · ln 2 + r with a whole n. Adding and taking away 1.5 · 2^23 rounds.
        let magic = S::splat(12_582_912.0);
        let n = S::sub(S::fma(x, S::splat(std::f32::consts::LOG2_E), magic), magic);
        // ln 2 in two parts, of which the first has so few bits that n times it is exact.
        const HIGH: f32 = 355.0 / 512.0;
        const LOW: f32 = (std::f64::consts::LN_2 - HIGH as f64) as f32;
        let r = S::fma(n, S::splat(-HIGH), x);
        let r = S::fma(n, S::splat(-LOW), r);
        // Taylor's series; |r| is at most 0.35, so that what follows is below 1e-8.
        let mut sum = S::splat(1.0 / 5040.0);
        for coefficient in [
            1.0 / 720.0,
            1.0 / 120.0,
            1.0 / 24.0,
            1.0 / 6.0,
            0.5,
            1.0,
            1.0,
        ] {
            sum = S::fma(sum, r, S::splat(coefficient));
        }
        S::mul(sum, S::power_of_two(n))
    }
}

/// `1 / (1 + e^−x)`.
///
/// # Safety
/// The instruction set must be there.
#[inline(always)]
unsafe fn sigmoid<S: Simd>(x: S::Vector) -> S::Vector {
    // SAFETY: the caller has the instruction set.
    unsafe {
        let one = S::splat(1.0);
        S::div(one, S::add(one, exp::<S>(S::mul(x, S::splat(-1.0)))))
    }
}

/// The hyperbolic tangent.
///
/// # Safety
/// The instruction set must be there.
#[inline(always)]
unsafe fn tanh<S: Simd>(x: S::Vector) -> S::Vector {
    // SAFETY: the caller has the instruction set.
    unsafe {
        let (one, two) = (S::splat(1.0), S::splat(2.0));
        let power = exp::<S>(S::mul(x, two));
        let far = S::sub(one, S::div(two, S::add(power, one)));
        // Near zero that takes two nearly equal numbers from each other: Taylor's series there.
        let square = S::mul(x, x);
        let mut sum = S::splat(62.0 / 2835.0);
        for coefficient in [-17.0 / 315.0, 2.0 / 15.0, -1.0 / 3.0, 1.0] {
            sum = S::fma(sum, square, S::splat(coefficient));
        }
        let near = S::mul(sum, x);
        S::where_positive(S::sub(S::splat(1.0 / 16.0), square), near, far)
    }
}

/// From `[gate, x]`, `sigmoid(gate) * x`.
pub(crate) struct Gate;

impl Map<2, 1> for Gate {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [gate, x]: [S::Vector; 2]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::mul(sigmoid::<S>(gate), x)] }
    }
}

/// From `[gate, x, dy]`, the gradients of the gate and of `x`.
pub(crate) struct GateGradient;

impl Map<3, 2> for GateGradient {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [gate, x, dy]: [S::Vector; 3]) -> [S::Vector; 2] {
        // SAFETY: the caller has the instruction set.
        unsafe {
            let open = sigmoid::<S>(gate);
            let dx = S::mul(dy, open);
            let shut = S::sub(S::splat(1.0), open);
            [S::mul(S::mul(dx, shut), x), dx]
        }
    }
}

/// `tanh(x)`.
pub(crate) struct Tanh;

impl Map<1, 1> for Tanh {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [tanh::<S>(x)] }
    }
}

/// From the tangent `y` and its gradient, the gradient before it.
pub(crate) struct TanhGradient;

impl Map<2, 1> for TanhGradient {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [y, dy]: [S::Vector; 2]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::fma(S::mul(S::mul(y, y), S::splat(-1.0)), dy, dy)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map;
    use crate::parallel::Shared;
    use crate::simd::Isa;

    fn apply(isa: Isa, map: &impl Map<1, 1>, x: &[f32]) -> Vec<f32> {
        let mut values = x.to_vec();
        let memory = Shared::new(&mut values);
        // SAFETY: the array is written over.
        unsafe { map::run(isa, map, [memory], [memory], x.len()) };
        values
    }

    #[test]
    fn tangents_are_right_near_zero_far_out_and_between() {
        let steps = (-2200..=2200).map(|i| i as f32 * 0.005);
        let tiny = [
            1e-30,
            1e-8,
            -1e-4,
            3e-3,
            0.249,
            -0.251,
            1e4,
            -3e38,
            f32::INFINITY,
        ];
        let x: Vec<f32> = steps.chain(tiny).collect();
        for isa in Isa::available() {
            for (x, y) in x.iter().zip(apply(isa, &Tanh, &x)) {
                let wanted = f64::from(*x).tanh();
                let off = (f64::from(y) - wanted).abs();
                assert!(off <= 5e-7 * wanted.abs(), "{isa:?}: tanh({x}) is not {y}");
            }
        }
    }

    #[test]
    fn gates_are_right_and_what_is_no_number_stays_so() {
        for isa in Isa::available() {
            let mut gate: Vec<f32> = (-300..=300).map(|i| i as f32 * 0.3).collect();
            let mut x = vec![1.0; gate.len()];
            let mut y = x.clone();
            let memory = [&mut gate, &mut x, &mut y].map(|values| Shared::new(values));
            // SAFETY: all arrays have the same length.
            unsafe { map::run(isa, &Gate, [memory[0], memory[1]], [memory[2]], 601) };
            for (gate, y) in gate.iter().zip(&y) {
                let wanted = 1.0 / (1.0 + (-f64::from(*gate)).exp());
                // Far below zero all that matters is that the gate is shut.
                let off = (f64::from(*y) - wanted).abs();
                assert!(
                    off <= 5e-7 * wanted.max(1e-30),
                    "{isa:?}: gate at {gate} is not {y}"
                );
            }
            assert!(apply(isa, &Tanh, &[0.0, f32::NAN])[1].is_nan());
        }
    }
}
