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
    let bias = bias.map_or(Maybe::Absent, |bias| Maybe::Present(bias.into_dispatch()));
    Tensor::from_dispatch(<Dispatch as Operations>::conv2d_nhwc(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias,
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
    composed::depthwise_conv2d(x, weight, bias, options)
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use burn::tensor::{Device, Distribution, TensorData};

    use super::*;
    use crate::{Activation, Padding};

    fn random<const D: usize>(shape: [usize; D]) -> TensorData {
        Tensor::<D>::random(shape, Distribution::Uniform(-1.0, 1.0), &Device::flex()).into_data()
    }

    /// The output and the gradients of `sum(output * dy)` with respect to all three inputs.
    fn run(
        function: fn(Tensor<4>, Tensor<4>, Option<Tensor<1>>, Conv2dOptions) -> Tensor<4>,
        data: &[TensorData; 4],
        options: Conv2dOptions,
    ) -> [TensorData; 4] {
        let device = Device::flex().autodiff();
        let x = Tensor::<4>::from_data(data[0].clone(), &device).require_grad();
        let weight = Tensor::<4>::from_data(data[1].clone(), &device).require_grad();
        let bias = Tensor::<1>::from_data(data[2].clone(), &device).require_grad();
        let dy = Tensor::<4>::from_data(data[3].clone(), &device);
        let y = function(x.clone(), weight.clone(), Some(bias.clone()), options);
        let gradients = (y.clone() * dy).sum().backward();
        [
            y.into_data(),
            x.grad(&gradients).unwrap().into_data(),
            weight.grad(&gradients).unwrap().into_data(),
            bias.grad(&gradients).unwrap().into_data(),
        ]
    }

    fn assert_close(a: &TensorData, b: &TensorData, what: &str) {
        let (a, b) = (a.to_vec::<f32>().unwrap(), b.to_vec::<f32>().unwrap());
        let scale = b.iter().fold(1e-3_f32, |scale, x| scale.max(x.abs()));
        let worst = a
            .iter()
            .zip(&b)
            .fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst <= 1e-5 * scale, "{what}: {worst} off, of {scale}");
    }

    #[test]
    fn equals_the_frameworks_own_with_all_gradients() {
        let uneven = Padding {
            top: 0,
            left: 1,
            bottom: 1,
            right: 0,
        };
        let cases = [
            (
                [2, 7, 5, 3],
                [3, 3, 3, 20],
                Conv2dOptions::padded(1),
                Activation::Identity,
            ),
            (
                [2, 6, 6, 20],
                [1, 1, 20, 33],
                Conv2dOptions::padded(0),
                Activation::Relu6,
            ),
            (
                [1, 9, 8, 18],
                [4, 4, 18, 5],
                Conv2dOptions::padded(1).stride(2),
                Activation::LeakyRelu(0.2),
            ),
            (
                [3, 5, 5, 17],
                [3, 3, 17, 1],
                Conv2dOptions {
                    padding: uneven,
                    ..Conv2dOptions::padded(0)
                }
                .stride(2),
                Activation::LeakyRelu(0.1),
            ),
        ];
        for (x, weight, options, activation) in cases {
            let options = options.activation(activation);
            let [h, w] = options.output_size([x[1], x[2]], [weight[0], weight[1]]);
            let dy = random([x[0], h, w, weight[3]]);
            let data = [random(x), random(weight), random([weight[3]]), dy];
            let ours = run(conv2d, &data, options);
            let theirs = run(composed::conv2d, &data, options);
            for (i, what) in ["output", "input", "weight", "bias"].iter().enumerate() {
                assert_close(&ours[i], &theirs[i], &format!("{what} of {options:?}"));
            }
        }
    }
}
