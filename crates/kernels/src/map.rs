//! Elementwise computations over several arrays.

use std::ops::Range;

use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// An elementwise function of `K` numbers at the same place that gives `M` numbers.
///
/// `at` must be `#[inline(always)]`.
pub(crate) trait Map<const K: usize, const M: usize>: Sync {
    fn at<S: Simd>(&self, simd: S, inputs: [S::Vector; K]) -> [S::Vector; M];
}

/// Applies the map to every element.
///
/// # Safety
/// All arrays must have `len` floats; outputs may be inputs, and nothing else may overlap.
pub(crate) unsafe fn run<const K: usize, const M: usize>(
    isa: Isa,
    map: &impl Map<K, M>,
    inputs: [Shared; K],
    outputs: [Shared; M],
    len: usize,
) {
    let tasks = parallel::tasks_for(len * 8, len.div_ceil(1024));
    parallel::for_each(tasks, |task| {
        isa.run(Part {
            map,
            inputs,
            outputs,
            range: parallel::share(len, tasks, task),
        });
    });
}

struct Part<'a, T, const K: usize, const M: usize> {
    map: &'a T,
    inputs: [Shared; K],
    outputs: [Shared; M],
    range: Range<usize>,
}

impl<T: Map<K, M>, const K: usize, const M: usize> Kernel for Part<'_, T, K, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut at = self.range.start;
        // SAFETY: all places lie within the arrays.
        unsafe {
            while at + S::LANES <= self.range.end {
                let values = self
                    .map
                    .at(simd, self.inputs.map(|input| simd.load(input.at(at))));
                for (output, value) in self.outputs.iter().zip(values) {
                    simd.store(output.at(at), value);
                }
                at += S::LANES;
            }
            if at < self.range.end {
                let mask = simd.mask(self.range.end - at);
                let inputs = self
                    .inputs
                    .map(|input| simd.load_masked(input.at(at), mask));
                for (output, value) in self.outputs.iter().zip(self.map.at(simd, inputs)) {
                    simd.store_masked(output.at(at), value, mask);
                }
            }
        }
    }
}

/// The leaky ReLU: `x` where positive, else `slope * x`.
pub(crate) struct Leaky(pub(crate) f32);

impl Map<1, 1> for Leaky {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        [simd.where_positive(x, x, simd.mul(x, simd.splat(self.0)))]
    }
}

/// The gradient of a leaky ReLU: from `x` and the gradient after it, the gradient before it.
pub(crate) struct LeakyGradient(pub(crate) f32);

impl Map<2, 1> for LeakyGradient {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [x, d]: [S::Vector; 2]) -> [S::Vector; 1] {
        [simd.where_positive(x, d, simd.mul(d, simd.splat(self.0)))]
    }
}

/// Multiplication by a constant: `x * scale`.
pub(crate) struct Scale(pub(crate) f32);

impl Map<1, 1> for Scale {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        [simd.mul(x, simd.splat(self.0))]
    }
}

/// The scaled sum of two arrays: `(a + b) * scale`.
pub(crate) struct ScaledSum(pub(crate) f32);

impl Map<2, 1> for ScaledSum {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [a, b]: [S::Vector; 2]) -> [S::Vector; 1] {
        [simd.mul(simd.add(a, b), simd.splat(self.0))]
    }
}

/// Linear interpolation between two arrays: `a + (b - a) * share`.
pub(crate) struct Lerp(pub(crate) f32);

impl Map<2, 1> for Lerp {
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, [a, b]: [S::Vector; 2]) -> [S::Vector; 1] {
        [simd.fma(simd.sub(b, a), simd.splat(self.0), a)]
    }
}
