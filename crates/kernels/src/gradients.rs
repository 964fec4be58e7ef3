//! The kernels' operations with gradients, for the framework's automatic differentiation.

mod convolution;
mod norm;
mod pointwise;
mod resample;
mod smooth;

use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{AutodiffBackend, Flex};

use crate::extension::{Maybe, Operations};
use crate::{Activation, Conv2dOptions};
use convolution::Convolution;

/// A tensor that the framework's automatic differentiation keeps track of.
type Tracked = FloatTensor<Autodiff<Flex>>;

/// Returns the tensor, or for an absent one a constant, for which no gradient is computed.
fn or_constant<C: CheckpointStrategy>(
    tensor: Maybe<Autodiff<Flex, C>>,
    constant: impl FnOnce() -> FlexTensor,
) -> Tracked {
    match tensor.into_option() {
        Some(tensor) => tensor,
        None => Autodiff::<Flex, C>::from_inner(constant()),
    }
}

impl<C: CheckpointStrategy> Operations for Autodiff<Flex, C> {
    fn picture_conv2d(
        x: Tracked,
        weight: Tracked,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> Tracked {
        convolution::convolve::<C>(Convolution::Full, x, weight, bias, options)
    }

    fn picture_depthwise(
        x: Tracked,
        weight: Tracked,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> Tracked {
        convolution::convolve::<C>(Convolution::Depthwise, x, weight, bias, options)
    }

    fn picture_norm(
        x: Tracked,
        gain: Maybe<Self>,
        bias: Maybe<Self>,
        activation: Activation,
        epsilon: f32,
    ) -> Tracked {
        norm::norm::<C>(x, gain, bias, activation, epsilon)
    }

    fn picture_pool(x: Tracked) -> Tracked {
        resample::pool::<C>(x)
    }

    fn picture_upsample(x: Tracked) -> Tracked {
        resample::upsample::<C>(x)
    }

    fn leaky(x: Tracked, slope: f32) -> Tracked {
        pointwise::leaky::<C>(x, slope)
    }

    fn scaled_sum(a: Tracked, b: Tracked, scale: f32) -> Tracked {
        pointwise::scaled_sum::<C>(a, b, scale)
    }

    fn gate(gate: Tracked, x: Tracked) -> Tracked {
        smooth::gate::<C>(gate, x)
    }

    fn tangent(x: Tracked) -> Tracked {
        smooth::tangent::<C>(x)
    }
}
