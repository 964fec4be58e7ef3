//! Two-dimensional convolution over channels-last pictures.

use burn::tensor::Tensor;

use burn::backend::Dispatch;

use crate::extension::{Maybe, Operations};
use crate::flex::{is_fast, is_plain};
use crate::{Border, Conv2dOptions, composed};

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
    let is_tracked = || !(is_plain(&x) && is_plain(&weight) && bias.as_ref().is_none_or(is_plain));
    if options.border == Border::Nearest && is_tracked() {
        // Gradients flow back through the repeated pixels too.
        let (x, options) = composed::repeated(x, options);
        return conv2d(x, weight, bias, options);
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
    assert_eq!(
        options.border,
        Border::Zeros,
        "depthwise_conv2d: nothing but zeros beyond the border"
    );
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
    use crate::testing::gradients::{Inputs, Leaves};
    use crate::testing::{Random, assert_within};
    use crate::{Activation, Padding};
    use burn::tensor::{Device, TensorData};

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
            border: Border::Zeros,
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
    fn what_lies_beyond_the_border_may_be_the_nearest_pixel() {
        let mut random = Random::new(7);
        // Few channels, many, narrow results, a large kernel, and the last one by Winograd's
        // method.
        let shapes = [
            ([2, 7, 5, 3], [3, 3, 3, 20]),
            ([1, 9, 8, 18], [4, 4, 18, 5]),
            ([2, 6, 9, 40], [3, 3, 40, 2]),
            ([1, 3, 4, 40], [5, 5, 40, 70]),
            ([1, 30, 27, 32], [3, 3, 32, 48]),
        ];
        for (x, weight) in shapes {
            for padding in [[1; 4], [2; 4], [0, 1, 2, 1]] {
                let options =
                    options(padding, 1, Activation::LeakyRelu(0.2)).border(Border::Nearest);
                let what = format!("{x:?} by {weight:?} with {options:?}");
                let inputs = Inputs::random(&mut random, &[&x, &weight, &[weight[3]]]);
                let [padded, bare] = [conv2d, composed::conv2d].map(|convolve| {
                    move |leaves: &Leaves| {
                        convolve(leaves.get(0), leaves.get(1), Some(leaves.get(2)), options)
                    }
                });
                inputs.compare(padded, bare, &what);
                // Without gradients, from the pixels themselves.
                let plain = |shape: &[usize]| {
                    let count = shape.iter().product();
                    TensorData::new(random.floats(count), shape)
                };
                let [picture, weight, bias] = [&x[..], &weight[..], &weight[3..]].map(plain);
                let tensor =
                    |data: &TensorData| Tensor::<4>::from_data(data.clone(), &Device::flex());
                let run = |convolve: fn(_, _, _, _) -> Tensor<4>| {
                    let bias = Tensor::<1>::from_data(bias.clone(), &Device::flex());
                    let y = convolve(tensor(&picture), tensor(&weight), Some(bias), options);
                    y.into_data().try_to_vec::<f32>().unwrap()
                };
                let wanted: Vec<f64> = run(composed::conv2d).into_iter().map(f64::from).collect();
                assert_within(1e-4, &run(conv2d), &wanted, &what);
            }
        }
    }

    #[test]
    fn an_even_picture_stays_even_up_to_its_border() {
        for (channels, to) in [(3, 20), (40, 33), (32, 2)] {
            let shape = [1, 9, 11, channels];
            let x = Tensor::<4>::ones(shape, &Device::flex());
            let weights = Random::new(3).floats(9 * channels * to);
            let weight = TensorData::new(weights, [3, 3, channels, to]);
            let weight = Tensor::<4>::from_data(weight, &Device::flex());
            let spread = |border| {
                let options = Conv2dOptions::padded(1).border(border);
                let y = conv2d(x.clone(), weight.clone(), None, options);
                let middle = y.clone().narrow(1, 4, 1).narrow(2, 5, 1);
                (y - middle).abs().max().into_scalar::<f32>()
            };
            assert!(spread(Border::Nearest) < 1e-4);
            assert!(spread(Border::Zeros) > 0.1);
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
