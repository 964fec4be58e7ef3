//! Operations between convolutions: normalisation, resampling, activations, sums.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::extension::{Maybe, Operations};
use crate::flex::is_fast;
use crate::{Activation, composed};

/// Instance normalisation, then a gain and a bias of each picture's own, then an activation:
/// `activation((x - mean) / sqrt(variance + epsilon) * gain + bias)`, mean and (biased) variance
/// over height and width (AdaIN: Huang and Belongie 2017, section 4).
///
/// # Shapes
/// - `x` and output: `[batch, height, width, channels]`
/// - `gain`, `bias`: `[batch, channels]`; absent: 1 and 0
pub fn style_norm(
    x: Tensor<4>,
    gain: Option<Tensor<2>>,
    bias: Option<Tensor<2>>,
    function: Activation,
    epsilon: f32,
) -> Tensor<4> {
    let rows_fast = gain.as_ref().is_none_or(is_fast) && bias.as_ref().is_none_or(is_fast);
    if !(is_fast(&x) && rows_fast) {
        return composed::style_norm(x, gain, bias, function, epsilon);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::picture_norm(
        x.into_dispatch(),
        Maybe::from_tensor(gain),
        Maybe::from_tensor(bias),
        function,
        epsilon,
    ))
}

/// Mean of each 2×2 square; an odd last row or column is left out.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - output: `[batch, height / 2, width / 2, channels]`
pub fn average_pool2(x: Tensor<4>) -> Tensor<4> {
    if !is_fast(&x) {
        return composed::average_pool2(x);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::picture_pool(x.into_dispatch()))
}

/// Every pixel becomes a 2×2 square (nearest neighbour).
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - output: `[batch, 2 * height, 2 * width, channels]`
pub fn upsample2(x: Tensor<4>) -> Tensor<4> {
    if !is_fast(&x) {
        return composed::upsample2(x);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::picture_upsample(
        x.into_dispatch(),
    ))
}

/// `x` where `x > 0`, else `slope * x`.
pub fn leaky_relu<const D: usize>(x: Tensor<D>, slope: f32) -> Tensor<D> {
    if !is_fast(&x) {
        return composed::leaky_relu(x, slope);
    }
    Tensor::from_dispatch(<Dispatch as Operations>::leaky(x.into_dispatch(), slope))
}

/// `(a + b) * scale`, both of the same shape: where two branches join.
pub fn scaled_sum<const D: usize>(a: Tensor<D>, b: Tensor<D>, scale: f32) -> Tensor<D> {
    if !(is_fast(&a) && is_fast(&b)) {
        return composed::scaled_sum(a, b, scale);
    }
    let (a, b) = (a.into_dispatch(), b.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Operations>::scaled_sum(a, b, scale))
}

/// Gates `x`: `sigmoid(gate) * x`, both of the same shape.
pub fn gate<const D: usize>(gate: Tensor<D>, x: Tensor<D>) -> Tensor<D> {
    assert_eq!(gate.dims(), x.dims(), "gate: shapes of gate and input");
    if !(is_fast(&gate) && is_fast(&x)) {
        return composed::gate(gate, x);
    }
    let (gate, x) = (gate.into_dispatch(), x.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Operations>::gate(gate, x))
}

/// The hyperbolic tangent of every number.
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    if !is_fast(&x) {
        return x.tanh();
    }
    Tensor::from_dispatch(<Dispatch as Operations>::tangent(x.into_dispatch()))
}

/// The sum of all numbers, on every device in the same order each time.
pub fn sum<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    if !is_fast(&x) {
        return composed::sum(x);
    }
    x.sum()
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use super::*;
    use crate::testing::{Random, gradients::Inputs};

    #[test]
    fn normalisation_equals_the_composed_one_with_all_gradients() {
        let mut random = Random::new(3);
        for (shape, activation) in [
            ([2, 5, 7, 20], Activation::LeakyRelu(0.2)),
            ([3, 8, 8, 64], Activation::Identity),
            ([1, 40, 31, 70], Activation::Relu6),
        ] {
            let rows = [shape[0], shape[3]];
            let inputs = Inputs::random(&mut random, &[&shape, &rows, &rows]);
            for (gain, bias) in [(true, true), (false, false), (true, false)] {
                let with = |function: fn(
                    Tensor<4>,
                    Option<Tensor<2>>,
                    Option<Tensor<2>>,
                    Activation,
                    f32,
                ) -> Tensor<4>| {
                    move |leaves: &crate::testing::gradients::Leaves| {
                        let gain = gain.then(|| leaves.get(1));
                        let bias = bias.then(|| leaves.get(2));
                        function(leaves.get(0), gain, bias, activation, 1e-5)
                    }
                };
                let what = format!("norm of {shape:?}, gain {gain}, bias {bias}");
                inputs.compare(with(style_norm), with(composed::style_norm), &what);
            }
        }
    }

    #[test]
    fn pooling_and_doubling_equal_the_composed_ones() {
        let mut random = Random::new(4);
        for shape in [[2, 4, 6, 20], [1, 5, 3, 1], [2, 7, 8, 33]] {
            let inputs = Inputs::random(&mut random, &[&shape]);
            inputs.compare(
                |leaves| average_pool2(leaves.get(0)),
                |leaves| composed::average_pool2(leaves.get(0)),
                &format!("pooling {shape:?}"),
            );
            inputs.compare(
                |leaves| upsample2(leaves.get(0)),
                |leaves| composed::upsample2(leaves.get(0)),
                &format!("doubling {shape:?}"),
            );
        }
    }

    #[test]
    fn joins_and_leaky_relus_equal_the_composed_ones() {
        let mut random = Random::new(5);
        let inputs = Inputs::random(&mut random, &[&[3, 37], &[3, 37]]);
        inputs.compare(
            |leaves| scaled_sum(leaves.get::<2>(0), leaves.get(1), 0.7),
            |leaves| composed::scaled_sum(leaves.get::<2>(0), leaves.get(1), 0.7),
            "join",
        );
        inputs.compare(
            // The input is used twice, so nothing may be written over it.
            |leaves| leaky_relu(leaves.get::<2>(0), 0.2) * leaves.get(0),
            |leaves| composed::leaky_relu(leaves.get::<2>(0), 0.2) * leaves.get(0),
            "leaky ReLU",
        );
    }

    #[test]
    fn gates_and_tangents_equal_the_composed_ones() {
        let mut random = Random::new(9);
        let inputs = Inputs::random(&mut random, &[&[3, 37], &[3, 37]]);
        inputs.compare(
            |leaves| gate(leaves.get::<2>(0) * 8.0, leaves.get(1)),
            |leaves| composed::gate(leaves.get::<2>(0) * 8.0, leaves.get(1)),
            "gate",
        );
        inputs.compare(
            // What a tensor lets pass of itself: both gradients come together.
            |leaves| gate(leaves.get::<2>(0), leaves.get(0)),
            |leaves| composed::gate(leaves.get::<2>(0), leaves.get(0)),
            "gate of itself",
        );
        inputs.compare(
            |leaves| tanh(leaves.get::<2>(0) * 3.0) * leaves.get(0),
            |leaves| (leaves.get::<2>(0) * 3.0).tanh() * leaves.get(0),
            "tangent",
        );
    }

    #[test]
    fn at_zero_the_gradient_of_a_leaky_relu_is_its_slope() {
        let device = burn::tensor::Device::flex().autodiff();
        for function in [leaky_relu::<1>, composed::leaky_relu::<1>] {
            let x = Tensor::<1>::from_floats([0.0, 1.0, -1.0], &device).require_grad();
            let gradients = function(x.clone(), 0.25).sum().backward();
            let gradient = x.grad(&gradients).unwrap().into_data();
            assert_eq!(gradient.try_to_vec::<f32>().unwrap(), [0.25, 1.0, 0.25]);
        }
    }

    #[test]
    fn a_sum_equals_the_composed_one() {
        let inputs = Inputs::random(&mut Random::new(8), &[&[3, 5, 37]]);
        inputs.compare(
            |leaves| sum(leaves.get::<3>(0)),
            |leaves| composed::sum(leaves.get::<3>(0)),
            "sum",
        );
    }
}
