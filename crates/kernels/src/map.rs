//! The same small computation at every place of some arrays.

use std::ops::Range;

use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// From `K` numbers of the same place to `M`.
///
/// `at` must be `#[inline(always)]`.
pub(crate) trait Map<const K: usize, const M: usize>: Sync {
    /// # Safety
    /// The instruction set must be there.
    unsafe fn at<S: Simd>(&self, inputs: [S::Vector; K]) -> [S::Vector; M];
}

/// Applies the map to every place.
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
    fn run<S: Simd>(self) {
        let mut at = self.range.start;
        // SAFETY: the instruction set is there, and all places lie within the arrays.
        unsafe {
            while at + S::LANES <= self.range.end {
                let values = self
                    .map
                    .at::<S>(self.inputs.map(|input| S::load(input.at(at))));
                for (output, value) in self.outputs.iter().zip(values) {
                    S::store(output.at(at), value);
                }
                at += S::LANES;
            }
            if at < self.range.end {
                let mask = S::mask(self.range.end - at);
                let inputs = self.inputs.map(|input| S::load_masked(input.at(at), mask));
                for (output, value) in self.outputs.iter().zip(self.map.at::<S>(inputs)) {
                    S::store_masked(output.at(at), value, mask);
                }
            }
        }
    }
}

/// `x` where positive, else `slope * x`.
pub(crate) struct Leaky(pub(crate) f32);

impl Map<1, 1> for Leaky {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::where_positive(x, x, S::mul(x, S::splat(self.0)))] }
    }
}

/// From `x` and the gradient after a leaky ReLU, the gradient before it.
pub(crate) struct LeakyGradient(pub(crate) f32);

impl Map<2, 1> for LeakyGradient {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [x, d]: [S::Vector; 2]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::where_positive(x, d, S::mul(d, S::splat(self.0)))] }
    }
}

/// `x * scale`.
pub(crate) struct Scale(pub(crate) f32);

impl Map<1, 1> for Scale {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [x]: [S::Vector; 1]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::mul(x, S::splat(self.0))] }
    }
}

/// `(a + b) * scale`.
pub(crate) struct ScaledSum(pub(crate) f32);

impl Map<2, 1> for ScaledSum {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [a, b]: [S::Vector; 2]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::mul(S::add(a, b), S::splat(self.0))] }
    }
}

/// `a + (b - a) * share`.
pub(crate) struct Lerp(pub(crate) f32);

impl Map<2, 1> for Lerp {
    #[inline(always)]
    unsafe fn at<S: Simd>(&self, [a, b]: [S::Vector; 2]) -> [S::Vector; 1] {
        // SAFETY: the caller has the instruction set.
        unsafe { [S::fma(S::sub(b, a), S::splat(self.0), a)] }
    }
}
