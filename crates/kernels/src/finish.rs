//! The activation at the end of an operation, on vectors.

use crate::Activation;
use crate::simd::Simd;

/// An activation, ready to be applied to vectors.
pub(crate) struct Finish<S: Simd> {
    simd: S,
    slope: S::Vector,
    low: S::Vector,
    high: S::Vector,
    active: bool,
}

impl<S: Simd> Finish<S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, activation: Activation) -> Self {
        let (slope, low, high) = activation.limits();
        Self {
            simd,
            slope: simd.splat(slope),
            low: simd.splat(low),
            high: simd.splat(high),
            active: activation != Activation::Identity,
        }
    }

    #[inline(always)]
    pub(crate) fn apply(&self, y: S::Vector) -> S::Vector {
        if !self.active {
            return y;
        }
        let simd = self.simd;
        let y = simd.where_positive(y, y, simd.mul(y, self.slope));
        // The number comes second, so that one that is not a number stays so.
        simd.min(self.high, simd.max(self.low, y))
    }
}
