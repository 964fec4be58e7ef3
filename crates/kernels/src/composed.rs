//! Every operation composed of the framework's own: run on other devices than the CPU, and the
//! reference that the CPU kernels are tested against.

use burn::tensor::{
    Tensor, activation, module,
    ops::{ConvOptions, PadMode},
};

use crate::{Activation, AdamOptions, Border, Conv2dOptions, Padding};

fn activate<const D: usize>(x: Tensor<D>, function: Activation) -> Tensor<D> {
    match function {
        Activation::Identity => x,
        Activation::LeakyRelu(slope) => leaky_relu(x, slope),
        Activation::Relu6 => x.clamp(0.0, 6.0),
    }
}

/// Reorders `[b, h, w, c]` to `[b, c, h, w]`, and returns with it the padding that is left to the
/// convolution. Padding that differs between opposite sides, or that repeats pixels, is written
/// out.
fn channels_first(x: Tensor<4>, padding: Padding, border: Border) -> (Tensor<4>, [usize; 2]) {
    let x = x.permute([0, 3, 1, 2]);
    let Padding {
        top,
        left,
        bottom,
        right,
    } = padding;
    let around = (left, right, top, bottom);
    match border {
        Border::Nearest if around != (0, 0, 0, 0) => (x.pad(around, PadMode::Edge), [0, 0]),
        _ if top == bottom && left == right => (x, [top, left]),
        _ => (x.pad(around, 0.0), [0, 0]),
    }
}

pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    let (x, padding) = channels_first(x, options.padding, options.border);
    let weight = weight.permute([3, 2, 0, 1]);
    let stride = [options.stride, options.stride];
    let y = module::conv2d(
        x,
        weight,
        bias,
        ConvOptions::new(stride, padding, [1, 1], 1),
    );
    activate(y.permute([0, 2, 3, 1]), options.activation)
}

/// Writes out the pixels beyond the border of a convolution's input where these are to be repeated.
/// Returns the padded input, and the options that remain for the convolution.
pub(crate) fn repeated(x: Tensor<4>, options: Conv2dOptions) -> (Tensor<4>, Conv2dOptions) {
    let (x, _) = channels_first(x, options.padding, Border::Nearest);
    let options = Conv2dOptions {
        padding: Padding::default(),
        border: Border::Zeros,
        ..options
    };
    (x.permute([0, 2, 3, 1]), options)
}

pub(crate) fn depthwise_conv2d(
    x: Tensor<4>,
    weight: Tensor<3>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    let [kernel_height, kernel_width, channels] = weight.dims();
    let (x, padding) = channels_first(x, options.padding, Border::Zeros);
    let weight = weight
        .permute([2, 0, 1])
        .reshape([channels, 1, kernel_height, kernel_width]);
    let stride = [options.stride, options.stride];
    let y = module::conv2d(
        x,
        weight,
        bias,
        ConvOptions::new(stride, padding, [1, 1], channels),
    );
    activate(y.permute([0, 2, 3, 1]), options.activation)
}

/// The matrix product, as a 1×1 convolution over a picture one pixel wide.
///
/// CubeCL's own matrix products go through memory that is shared by a workgroup, and the SPIR-V
/// that its version 0.11 makes of that is wrong for drivers without
/// `VK_KHR_workgroup_memory_explicit_layout` (the variable's type is a pointer to a pointer), and
/// such a driver may crash on it. CubeCL's direct convolution uses no shared memory.
pub(crate) fn matmul(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    let [rows, inner] = a.dims();
    let [_, columns] = b.dims();
    let x = a.reshape([1, rows, 1, inner]);
    let weight = b.reshape([1, 1, inner, columns]);
    conv2d(x, weight, None, Conv2dOptions::padded(0)).reshape([rows, columns])
}

pub(crate) fn mix_rows(shares: Tensor<2>, x: Tensor<3>) -> Tensor<3> {
    let [rows_out, _] = shares.dims();
    let [batch, rows, columns] = x.dims();
    // An operation needs all its inputs on one side of the gradient tape.
    let shares = match (shares.is_autodiff(), x.is_autodiff()) {
        (false, true) => Tensor::from_inner(shares),
        _ => shares,
    };
    let lines = x.swap_dims(1, 2).reshape([batch * columns, rows]);
    matmul(lines, shares.transpose())
        .reshape([batch, columns, rows_out])
        .swap_dims(1, 2)
}

pub(crate) fn inner_products(x: Tensor<3>, vectors: Tensor<2>) -> Tensor<3> {
    (x * vectors.unsqueeze_dim(1)).sum_dim(2)
}

pub(crate) fn style_norm(
    x: Tensor<4>,
    gain: Option<Tensor<2>>,
    bias: Option<Tensor<2>>,
    function: Activation,
    epsilon: f32,
) -> Tensor<4> {
    let [batch, _, _, channels] = x.dims();
    let mean = x.clone().mean_dim(1).mean_dim(2);
    let centred = x - mean;
    let variance = centred.clone().powi_scalar(2).mean_dim(1).mean_dim(2);
    let mut y = centred / (variance + epsilon).sqrt();
    if let Some(gain) = gain {
        y = y * gain.reshape([batch, 1, 1, channels]);
    }
    if let Some(bias) = bias {
        y = y + bias.reshape([batch, 1, 1, channels]);
    }
    activate(y, function)
}

pub(crate) fn affine(
    x: Tensor<4>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    function: Activation,
) -> Tensor<4> {
    let [rows, channels] = scale.dims();
    let [scale, shift] = [scale, shift].map(|of| of.reshape([rows, 1, 1, channels]));
    activate(x * scale + shift, function)
}

pub(crate) fn channel_statistics(x: Tensor<4>) -> [Tensor<4>; 2] {
    let [batch, height, width, channels] = x.dims();
    picture_statistics(x.reshape([1, batch * height, width, channels]))
}

pub(crate) fn picture_statistics(x: Tensor<4>) -> [Tensor<4>; 2] {
    let over = |x: Tensor<4>| x.mean_dim(1).mean_dim(2);
    let mean = over(x.clone());
    let variance = over((x - mean.clone()).powi_scalar(2));
    [mean, variance]
}

pub(crate) fn average_pool2(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (h, w) = (height / 2, width / 2);
    x.slice([0..batch, 0..2 * h, 0..2 * w, 0..channels])
        .reshape([batch, h, 2, w, 2, channels])
        .mean_dim(4)
        .mean_dim(2)
        .reshape([batch, h, w, channels])
}

pub(crate) fn upsample2(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, height, 1, width, 1, channels])
        .expand([batch, height, 2, width, 2, channels])
        .reshape([batch, 2 * height, 2 * width, channels])
}

pub(crate) fn leaky_relu<const D: usize>(x: Tensor<D>, slope: f32) -> Tensor<D> {
    // Not the framework's own, whose gradient at exactly 0 is 1: fresh biases are 0, and so is
    // what a shifted picture leaves empty, so that whole areas are exactly 0.
    let negative = x.clone().lower_equal_elem(0.0);
    x.clone().mask_where(negative, x * slope)
}

pub(crate) fn scaled_sum<const D: usize>(a: Tensor<D>, b: Tensor<D>, scale: f32) -> Tensor<D> {
    (a + b) * scale
}

pub(crate) fn gate<const D: usize>(gate: Tensor<D>, x: Tensor<D>) -> Tensor<D> {
    activation::sigmoid(gate) * x
}

pub(crate) fn lerp<const D: usize>(a: Tensor<D>, b: Tensor<D>, share: f32) -> Tensor<D> {
    a.clone() + (b - a) * share
}

pub(crate) fn conv2d_below(
    above: Tensor<4>,
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    let padding = Padding {
        top: 0,
        ..options.padding
    };
    let options = Conv2dOptions { padding, ..options };
    conv2d(below(above, x), weight, bias, options)
}

pub(crate) fn average_pool2_below(above: Tensor<4>, x: Tensor<4>) -> Tensor<4> {
    average_pool2(below(above, x))
}

pub(crate) fn scaled_sum_below(
    above: Tensor<4>,
    a: Tensor<4>,
    b: Tensor<4>,
    scale: f32,
) -> Tensor<4> {
    let height = b.dims()[1];
    scaled_sum(below(above, a).narrow(1, 0, height), b, scale)
}

/// Puts the rows `above` on top of a strip.
fn below(above: Tensor<4>, x: Tensor<4>) -> Tensor<4> {
    match (above.dims()[1], x.dims()[1]) {
        (0, _) => x,
        (_, 0) => above,
        _ => Tensor::cat(vec![above, x], 1),
    }
}

/// The sum of all elements, taken axis by axis: CubeCL's sum of everything adds up in an order that
/// changes from run to run, and uses shared memory, for which see [`matmul`].
pub(crate) fn sum<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    (0..D).fold(x, |x, axis| x.sum_dim(axis)).reshape([1])
}

pub(crate) fn adam_step<const D: usize>(
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    first: Tensor<D>,
    second: Tensor<D>,
    options: &AdamOptions,
) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    let [first_correction, second_correction] = options.corrections();
    let first = first * options.beta1 + gradient.clone() * (1.0 - options.beta1);
    let second = second * options.beta2 + gradient.powi_scalar(2) * (1.0 - options.beta2);
    let root = (second.clone() / second_correction).sqrt() + options.epsilon;
    let step = first.clone() / first_correction / root;
    (parameter - step * options.rate, first, second)
}
