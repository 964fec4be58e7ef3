//! Helpers that the tests of several modules share: random numbers and comparisons.

#[cfg(feature = "autodiff")]
pub(crate) mod gradients;
pub(crate) mod reference;

use crate::{Activation, Border, Conv2dOptions, Padding};

/// A small generator of numbers that look random and are the same on every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A random number from −1 to 1.
    pub(crate) fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    }

    /// A random integer from `low` to `high`, both included.
    pub(crate) fn integer(&mut self, low: usize, high: usize) -> usize {
        low + (self.next() >> 20) as usize % (high - low + 1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.integer(0, of.len() - 1)]
    }

    /// Random options of a convolution, with strides, uneven paddings and activations.
    pub(crate) fn options(&mut self) -> Conv2dOptions {
        let mut side = || self.integer(0, 2);
        let padding = Padding {
            top: side(),
            left: side(),
            bottom: side(),
            right: side(),
        };
        let activation = self.pick(&[
            Activation::Identity,
            Activation::LeakyRelu(0.2),
            Activation::Relu6,
        ]);
        Conv2dOptions {
            stride: self.integer(1, 2),
            padding,
            border: Border::Zeros,
            activation,
        }
    }

    /// A random side of a picture into which the kernel fits with its padding.
    pub(crate) fn side(&mut self, kernel: usize, padding: usize, largest: usize) -> usize {
        let smallest = kernel.saturating_sub(padding).max(1);
        self.integer(smallest, largest.max(smallest))
    }

    pub(crate) fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}

/// Fails unless every number differs from the wanted one by less than 1e-5 of the largest wanted
/// one.
pub(crate) fn assert_close(found: &[f32], wanted: &[f64], what: &str) {
    assert_within(1e-5, found, wanted, what);
}

/// Fails unless every number differs from the wanted one by less than `share` of the largest wanted
/// one.
pub(crate) fn assert_within(share: f64, found: &[f32], wanted: &[f64], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}: length");
    let scale = wanted.iter().fold(1e-3_f64, |scale, x| scale.max(x.abs()));
    for (i, (a, b)) in found.iter().zip(wanted).enumerate() {
        // The comparison is so that a number that is none fails too.
        assert!(
            ((*a as f64) - b).abs() <= share * scale,
            "{what}: {a} instead of {b} at {i}, largest {scale}"
        );
    }
}
