//! The pointwise function that follows a convolution or a normalisation.

/// A pointwise function applied to the result of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Activation {
    /// `y = x`.
    #[default]
    Identity,
    /// `y = x` where `x > 0`, else `slope * x`.
    LeakyRelu(f32),
    /// `y = min(max(x, 0), 6)`.
    Relu6,
}

impl Activation {
    /// Applies the activation to a single number.
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Self::Identity => x,
            Self::LeakyRelu(slope) => {
                if x > 0.0 {
                    x
                } else {
                    slope * x
                }
            }
            Self::Relu6 => x.clamp(0.0, 6.0),
        }
    }

    /// Returns the slope below zero and the smallest and largest value: every activation here is a
    /// leaky ReLU that is clamped to a range.
    pub(crate) fn limits(self) -> (f32, f32, f32) {
        match self {
            Self::Identity => (1.0, f32::NEG_INFINITY, f32::INFINITY),
            Self::LeakyRelu(slope) => (slope, f32::NEG_INFINITY, f32::INFINITY),
            Self::Relu6 => (1.0, 0.0, 6.0),
        }
    }
}
