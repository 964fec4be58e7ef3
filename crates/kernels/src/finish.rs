//! The activation at the end of an operation, on vectors.

use crate::Activation;
use crate::simd::Simd;

/// An activation, ready to be applied to vectors.
pub(crate) struct Finish<S: Simd> {
    slope: S::Vector,
    low: S::Vector,
    high: S::Vector,
    active: bool,
}

impl<S: Simd> Finish<S> {
    /// # Safety
    /// The instruction set must be there.
    #[inline(always)]
    pub(crate) unsafe fn new(activation: Activation) -> Self {
        let (slope, low, high) = activation.limits();
        unsafe {
            Self {
                slope: S::splat(slope),
                low: S::splat(low),
                high: S::splat(high),
                active: activation != Activation::Identity,
            }
        }
    }

    /// # Safety
    /// The instruction set must be there.
    #[inline(always)]
    pub(crate) unsafe fn apply(&self, y: S::Vector) -> S::Vector {
        if !self.active {
            return y;
        }
        unsafe {
            let y = S::where_positive(y, y, S::mul(y, self.slope));
            // The number comes second, so that one that is not a number stays so.
            S::min(self.high, S::max(self.low, y))
        }
    }
}
