//! The exponential function, sigmoid and hyperbolic tangent, for a vector of numbers at once.

use crate::map::Map;
use crate::simd::Simd;

/// The exponential function `e^x`, with a relative error below 2e-7 from −87 to 88; outside of that
/// range, its value at the nearer end.
#[inline(always)]
fn exp<S: Simd>(simd: S, x: S::Vector) -> S::Vector {
    // The number comes second, so that one that is not a number stays so.
    let x = simd.max(simd.splat(-87.0), simd.min(simd.splat(88.0), x));
    // x = n · ln 2 + r with a whole n. Adding and taking away 1.5 · 2^23 rounds.
    let magic = simd.splat(12_582_912.0);
    let n = simd.sub(
        simd.fma(x, simd.splat(std::f32::consts::LOG2_E), magic),
        magic,
    );
    // ln 2 in two parts, of which the first has so few bits that n times it is exact.
    const HIGH: f32 = 355.0 / 512.0;
    const LOW: f32 = (std::f64::consts::LN_2 - HIGH as f64) as f32;
    let r = simd.fma(n, simd.splat(-HIGH), x);
    let r = simd.fma(n, simd.splat(-LOW), r);
    // Taylor's series; |r| is at most 0.35, so that what follows is below 1e-8.
    let mut sum = simd.splat(1.0 / 5040.0);
    for coefficient in [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = simd.fma(sum, r, simd.splat(coefficient));
    }
    simd.mul(sum, simd.power_of_two(n))
}

/// The sigmoid function `1 / (1 + e^−x)`.
#[inline(always)]
fn sigmoid<S: Simd>(simd: S, x: S::Vector) -> S::Vector {
    let one = simd.splat(1.0);
    simd.div(
        one,
        simd.add(one, exp::<S>(simd, simd.mul(x, simd.splat(-1.0)))),
    )
}

/// The hyperbolic tangent.
#[inline(always)]
fn tanh<S: Simd>(simd: S, x: S::Vector) -> S::Vector {
    let (one, two) = (simd.splat(1.0), simd.splat(2.0));
    let power = exp::<S>(simd, simd.mul(x, two));
    let far = simd.sub(one, simd.div(two, simd.add(power, one)));
    // Near zero that takes two nearly equal numbers from each other: Taylor's series there.
    let square = simd.mul(x, x);
    let mut sum = simd.splat(62.0 / 2835.0);
    for coefficient in [-17.0 / 315.0, 2.0 / 15.0, -1.0 / 3.0, 1.0] {
        sum = simd.fma(sum, square, simd.splat(coefficient));
    }
    let near = simd.mul(sum, x);
    simd.where_positive(simd.sub(simd.splat(1.0 / 16.0), square), near, far)
}

/// The sigmoid gate: from `[gate, x]`, `sigmoid(gate) * x`.
pub(crate) struct Gate;

impl Map<2, 1> for Gate {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [gate, x]: [S::Vector; 2]) -> [S::Vector; 1] {
        [simd.mul(sigmoid::<S>(simd, gate), x)]
    }
}

/// The gradient of the sigmoid gate: from `[gate, x, dy]`, the gradients of the gate and of `x`.
pub(crate) struct GateGradient;

impl Map<3, 2> for GateGradient {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [gate, x, dy]: [S::Vector; 3]) -> [S::Vector; 2] {
        let open = sigmoid::<S>(simd, gate);
        let dx = simd.mul(dy, open);
        let shut = simd.sub(simd.splat(1.0), open);
        [simd.mul(simd.mul(dx, shut), x), dx]
    }
}

/// The hyperbolic tangent, `tanh(x)`.
pub(crate) struct Tanh;

impl Map<1, 1> for Tanh {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        [tanh::<S>(simd, x)]
    }
}

/// The gradient of the hyperbolic tangent: from its value `y` and the gradient after it, the
/// gradient before it.
pub(crate) struct TanhGradient;

impl Map<2, 1> for TanhGradient {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [y, dy]: [S::Vector; 2]) -> [S::Vector; 1] {
        [simd.fma(simd.mul(simd.mul(y, y), simd.splat(-1.0)), dy, dy)]
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
