use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use utsushi_kernels::{Activation, Conv2dOptions, Padding, conv2d, depthwise_conv2d};
use utsushi_weights::NamedTensors;

use crate::architecture::LayerNames;
use crate::folding::{FoldedLayer, fold};

/// Makes a parameter that is never trained.
fn frozen<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_data(TensorData::new(values, shape), device).set_require_grad(false)
}

/// The parameter's value, tracked for gradients if `like` is, as an operation needs all its inputs
/// alike. It is a constant either way.
fn beside<const D: usize>(parameter: &Param<Tensor<D>>, like: &Tensor<4>) -> Tensor<D> {
    let value = parameter.val();
    match (value.is_autodiff(), like.is_autodiff()) {
        (false, true) => Tensor::from_inner(value),
        (true, false) => value.without_autodiff(),
        _ => value,
    }
}

fn options(x: &Tensor<4>, kernel: usize, stride: usize, activation: Activation) -> Conv2dOptions {
    let [_, height, width, _] = x.dims();
    Conv2dOptions {
        stride,
        padding: Padding::same(height, width, kernel, stride),
        activation,
        ..Conv2dOptions::padded(0)
    }
}

/// A full convolution with its normalisation folded in, followed by an activation.
#[derive(Module, Debug)]
pub(crate) struct Convolution {
    /// Weight, `[kernel, kernel, in, out]`.
    weight: Param<Tensor<4>>,
    bias: Param<Tensor<1>>,
    #[module(skip)]
    stride: usize,
    #[module(skip)]
    activation: Activation,
}

impl Convolution {
    pub(crate) fn new(
        tensors: &NamedTensors,
        names: &LayerNames,
        stride: usize,
        activation: Activation,
        device: &Device,
    ) -> Self {
        let FoldedLayer {
            shape,
            weight,
            bias,
        } = fold(tensors, names);
        let weight = frozen(weight, shape, device);
        Self {
            weight,
            bias: frozen(bias, [shape[3]], device),
            stride,
            activation,
        }
    }

    #[cfg(test)]
    pub(crate) fn weight(&self) -> Tensor<4> {
        self.weight.val()
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (beside(&self.weight, &x), beside(&self.bias, &x));
        let options = options(&x, weight.dims()[0], self.stride, self.activation);
        conv2d(x, weight, Some(bias), options)
    }
}

/// A depthwise convolution with its normalisation folded in, followed by ReLU6.
#[derive(Module, Debug)]
pub(crate) struct DepthwiseConvolution {
    /// Weight, `[kernel, kernel, channels]`.
    weight: Param<Tensor<3>>,
    bias: Param<Tensor<1>>,
    #[module(skip)]
    stride: usize,
}

impl DepthwiseConvolution {
    pub(crate) fn new(
        tensors: &NamedTensors,
        names: &LayerNames,
        stride: usize,
        device: &Device,
    ) -> Self {
        let FoldedLayer {
            shape: [height, width, _, channels],
            weight,
            bias,
        } = fold(tensors, names);
        let weight = frozen(weight, [height, width, channels], device);
        Self {
            weight,
            bias: frozen(bias, [channels], device),
            stride,
        }
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (beside(&self.weight, &x), beside(&self.bias, &x));
        let options = options(&x, weight.dims()[0], self.stride, Activation::Relu6);
        depthwise_conv2d(x, weight, Some(bias), options)
    }
}
