//! The kernels' operations as an extension of the framework's backends.

pub(crate) mod run;

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, ExtensionType, Flex, backend_extension};
use burn::tensor::Tensor;

use crate::flex::{contiguous, dims};
use crate::{Activation, Conv2dOptions};

/// A tensor that may be absent.
#[derive(ExtensionType)]
pub enum Maybe<B: Backend> {
    /// The tensor is present.
    Present(FloatTensor<B>),
    /// There is no tensor.
    Absent,
}

impl<B: Backend> Maybe<B> {
    pub(crate) fn into_option(self) -> Option<FloatTensor<B>> {
        match self {
            Self::Present(tensor) => Some(tensor),
            Self::Absent => None,
        }
    }
}

impl Maybe<Dispatch> {
    pub(crate) fn from_tensor<const D: usize>(tensor: Option<Tensor<D>>) -> Self {
        tensor.map_or(Self::Absent, |tensor| Self::Present(tensor.into_dispatch()))
    }
}

/// The kernels' operations on a backend's own tensors; their shapes are those of this crate's
/// public functions.
#[backend_extension(Flex, Autodiff: cfg(feature = "autodiff"))]
pub trait Operations: Backend {
    /// See [`crate::conv2d`].
    fn picture_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FloatTensor<Self>;

    /// See [`crate::depthwise_conv2d`].
    fn picture_depthwise(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FloatTensor<Self>;

    /// See [`crate::style_norm`].
    fn picture_norm(
        x: FloatTensor<Self>,
        #[extension_type] gain: Maybe<Self>,
        #[extension_type] bias: Maybe<Self>,
        activation: Activation,
        epsilon: f32,
    ) -> FloatTensor<Self>;

    /// See [`crate::average_pool2`].
    fn picture_pool(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`crate::upsample2`].
    fn picture_upsample(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`crate::leaky_relu`].
    fn leaky(x: FloatTensor<Self>, slope: f32) -> FloatTensor<Self>;

    /// See [`crate::scaled_sum`].
    fn scaled_sum(a: FloatTensor<Self>, b: FloatTensor<Self>, scale: f32) -> FloatTensor<Self>;

    /// See [`crate::gate`].
    fn gate(gate: FloatTensor<Self>, x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`crate::tanh`].
    fn tangent(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Operations for Flex {
    fn picture_conv2d(
        x: FlexTensor,
        weight: FlexTensor,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FlexTensor {
        let (x, weight) = (contiguous(x), contiguous(weight));
        let bias = bias.into_option().map(contiguous);
        run::conv2d(
            &run::geometry(&x, &weight, options),
            &x,
            &weight,
            bias.as_ref(),
        )
    }

    fn picture_depthwise(
        x: FlexTensor,
        weight: FlexTensor,
        bias: Maybe<Self>,
        options: Conv2dOptions,
    ) -> FlexTensor {
        let (x, weight) = (contiguous(x), contiguous(weight));
        let bias = bias.into_option().map(contiguous);
        run::depthwise(
            &run::depthwise_geometry(&x, &weight, options),
            &x,
            &weight,
            bias.as_ref(),
        )
    }

    fn picture_norm(
        x: FlexTensor,
        gain: Maybe<Self>,
        bias: Maybe<Self>,
        activation: Activation,
        epsilon: f32,
    ) -> FlexTensor {
        let x = contiguous(x);
        let norm = run::norm_of(&x, activation, epsilon);
        let gain = run::row_of(&norm, gain.into_option(), 1.0);
        let bias = run::row_of(&norm, bias.into_option(), 0.0);
        run::norm(&norm, &x, &gain, &bias).0
    }

    fn picture_pool(x: FlexTensor) -> FlexTensor {
        let [batch, height, width, channels] = dims(&x);
        run::gather(&contiguous(x), [batch, height, width, channels], 0.25)
    }

    fn picture_upsample(x: FlexTensor) -> FlexTensor {
        let [batch, height, width, channels] = dims(&x);
        run::spread(
            &contiguous(x),
            [batch, 2 * height, 2 * width, channels],
            1.0,
        )
    }

    fn leaky(x: FlexTensor, slope: f32) -> FlexTensor {
        run::map1(&crate::map::Leaky(slope), contiguous(x))
    }

    fn scaled_sum(a: FlexTensor, b: FlexTensor, scale: f32) -> FlexTensor {
        run::map2(&crate::map::ScaledSum(scale), contiguous(a), contiguous(b))
    }

    fn gate(gate: FlexTensor, x: FlexTensor) -> FlexTensor {
        run::map2(&crate::smooth::Gate, contiguous(gate), contiguous(x))
    }

    fn tangent(x: FlexTensor) -> FlexTensor {
        run::map1(&crate::smooth::Tanh, contiguous(x))
    }
}
