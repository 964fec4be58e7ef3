//! Two-dimensional convolution over channels-last pictures.

use burn::tensor::Tensor;

use burn::backend::Dispatch;

use crate::extension::{Maybe, Operations};
use crate::flex::is_fast;
use crate::{Conv2dOptions, composed};

/// Convolution (cross-correlation) of every channel with every channel.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels_in]`
/// - `weight`: `[kernel_height, kernel_width, channels_in, channels_out]`
/// - `bias`: `[channels_out]`
/// - output: `[batch, height_out, width_out, channels_out]`
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    if !(is_fast(&x) && is_fast(&weight) && bias.as_ref().is_none_or(is_fast)) {
        return composed::conv2d(x, weight, bias, options);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::picture_conv2d(
        x.into_dispatch(),
        weight.into_dispatch(),
        Maybe::from_tensor(bias),
        options,
    ))
}

/// Convolution of each channel with a kernel of its own.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - `weight`: `[kernel_height, kernel_width, channels]`
/// - `bias`: `[channels]`
/// - output: `[batch, height_out, width_out, channels]`
pub fn depthwise_conv2d(
    x: Tensor<4>,
    weight: Tensor<3>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    if !(is_fast(&x) && is_fast(&weight) && bias.as_ref().is_none_or(is_fast)) {
        return composed::depthwise_conv2d(x, weight, bias, options);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::picture_depthwise(
        x.into_dispatch(),
        weight.into_dispatch(),
        Maybe::from_tensor(bias),
        options,
    ))
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use super::*;
    use crate::testing::{Random, gradients::Inputs};
    use crate::{Activation, Padding};

    fn options(padding: [usize; 4], stride: usize, activation: Activation) -> Conv2dOptions {
        let [top, left, bottom, right] = padding;
        Conv2dOptions {
            stride,
            padding: Padding {
                top,
                left,
                bottom,
                right,
            },
            activation,
        }
    }

    #[test]
    fn equals_the_frameworks_own_with_all_gradients() {
        let cases = [
            (
                [2, 7, 5, 3],
                [3, 3, 3, 20],
                options([1; 4], 1, Activation::Identity),
            ),
            (
                [2, 6, 6, 20],
                [1, 1, 20, 33],
                options([0; 4], 1, Activation::Relu6),
            ),
            (
                [1, 9, 8, 18],
                [4, 4, 18, 5],
                options([1; 4], 2, Activation::LeakyRelu(0.2)),
            ),
            (
                [3, 5, 5, 17],
                [3, 3, 17, 1],
                options([0, 1, 1, 0], 2, Activation::LeakyRelu(0.1)),
            ),
            (
                [1, 1, 1, 40],
                [5, 5, 40, 70],
                options([2; 4], 1, Activation::Identity),
            ),
        ];
        let mut random = Random::new(1);
        for (x, weight, options) in cases {
            let inputs = Inputs::random(&mut random, &[&x, &weight, &[weight[3]]]);
            for biased in [true, false] {
                inputs.compare(
                    |leaves| {
                        let bias = biased.then(|| leaves.get(2));
                        conv2d(leaves.get(0), leaves.get(1), bias, options)
                    },
                    |leaves| {
                        let bias = biased.then(|| leaves.get(2));
                        composed::conv2d(leaves.get(0), leaves.get(1), bias, options)
                    },
                    &format!("{x:?} by {weight:?} with {options:?}"),
                );
            }
        }
    }

    #[test]
    fn depthwise_equals_the_frameworks_own_with_all_gradients() {
        let cases = [
            (
                [2, 7, 11, 20],
                [3, 3, 20],
                options([1; 4], 1, Activation::Relu6),
            ),
            (
                [1, 12, 9, 33],
                [5, 5, 33],
                options([2; 4], 1, Activation::Identity),
            ),
            (
                [2, 9, 8, 5],
                [3, 3, 5],
                options([0, 0, 1, 1], 2, Activation::LeakyRelu(0.2)),
            ),
            (
                [2, 6, 1, 16],
                [5, 5, 16],
                options([1, 2, 2, 2], 2, Activation::Identity),
            ),
        ];
        let mut random = Random::new(2);
        for (x, weight, options) in cases {
            let inputs = Inputs::random(&mut random, &[&x, &weight, &[weight[2]]]);
            inputs.compare(
                |leaves| {
                    let bias = Some(leaves.get(2));
                    depthwise_conv2d(leaves.get(0), leaves.get(1), bias, options)
                },
                |leaves| {
                    let bias = Some(leaves.get(2));
                    composed::depthwise_conv2d(leaves.get(0), leaves.get(1), bias, options)
                },
                &format!("depthwise {x:?} by {weight:?} with {options:?}"),
            );
        }
    }
}
