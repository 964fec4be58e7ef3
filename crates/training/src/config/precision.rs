//! Numeric precision of a training run.

use serde::{Deserialize, Serialize};
use utsushi_kernels::with_precision;

/// The precision in which the networks multiply while they are trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Factors of convolutions rounded to 16 bits (bfloat16), sums in 32-bit floats, if the
    /// processor is faster that way; the same as `full` if not. Weights, their updates and all
    /// losses stay in 32-bit floats, and so does the gradient penalty.
    #[default]
    Full,
    /// The factors of convolutions rounded to 16 bits (bfloat16), sums in 32-bit floats, where the
    /// processor is faster that way; as `full` elsewhere. Weights, their updates and all losses
    /// stay in 32-bit floats, and so does the gradient penalty.
    Reduced,
}

impl Precision {
    /// Runs `work` with its operations in this precision.
    pub(crate) fn within<T>(self, work: impl FnOnce() -> T) -> T {
        with_precision(self.of_kernels(), work)
    }

    /// Whether this processor can compute in this precision.
    pub(crate) fn is_supported(self) -> bool {
        self.of_kernels().is_supported()
    }

    fn of_kernels(self) -> utsushi_kernels::Precision {
        match self {
            Self::Full => utsushi_kernels::Precision::Full,
            Self::Reduced => utsushi_kernels::Precision::Reduced,
        }
    }
}
