//! Where a style code takes hold of the features.

use burn::module::Module;
use burn::tensor::Tensor;
use utsushi_kernels::{leaky_relu, matmul};

use crate::{Conv, Dense, Initialiser, Passage, Steering};

/// Added to the squared length of the scaled weights before its root is taken.
const EPSILON: f32 = 1e-8;

/// The code that a block is steered by.
#[derive(Debug, Clone, Copy)]
pub struct CodeInput {
    /// Its length.
    pub length: usize,
    /// What it does.
    pub steering: Steering,
}

/// A style code to a gain and a bias for each channel, and what they do ([`Steering`]).
#[derive(Module, Debug)]
pub struct Steered {
    affine: Dense,
    #[module(skip)]
    demodulated: bool,
}

impl Steered {
    pub fn new(init: &mut Initialiser, code: CodeInput, channels: usize) -> Self {
        Self {
            affine: Dense::new(init, code.length, 2 * channels, 0.5),
            demodulated: code.steering == Steering::Demodulation,
        }
    }

    /// From the style code to gains and biases, `[style_dim, 2 channels]`.
    pub fn weight(&self) -> Tensor<2> {
        self.affine.weight.val()
    }

    /// The steered features after a leaky ReLU, and the gains, `[batch, channels]`.
    pub fn forward(
        &self,
        x: Tensor<4>,
        style: Tensor<2>,
        norm: &mut impl Passage,
    ) -> (Tensor<4>, Tensor<2>) {
        let [batch, _, _, channels] = x.dims();
        let modulation = self.affine.forward(style);
        let gain = modulation.clone().slice([0..batch, 0..channels]) + 1.0;
        let bias = modulation.slice([0..batch, channels..2 * channels]);
        if !self.demodulated {
            return (norm.normalise(x, Some(gain.clone()), Some(bias)), gain);
        }
        let x = x * pixels(gain.clone()) + pixels(bias);
        (leaky_relu(x, 0.2), gain)
    }

    /// What `conv` has made of the features, brought back to their strength.
    pub fn settled(&self, x: Tensor<4>, gain: Tensor<2>, conv: &Conv) -> Tensor<4> {
        if !self.demodulated {
            return x;
        }
        let weight = conv.weight.val();
        let [_, _, from, to] = weight.dims();
        let power = weight.powi_scalar(2).sum_dim(0).sum_dim(1);
        let power = matmul(gain.powi_scalar(2), power.reshape([from, to])) + EPSILON;
        x * pixels(power.sqrt().recip())
    }
}

/// The same for all pixels.
fn pixels(rows: Tensor<2>) -> Tensor<4> {
    let [batch, channels] = rows.dims();
    rows.reshape([batch, 1, 1, channels])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn features(scale: f32) -> Tensor<4> {
        let device = Device::flex();
        let x = Tensor::arange(0..2 * 4 * 4 * 3, &device).float();
        (x * 0.37).sin().reshape([2, 4, 4, 3]) * scale
    }

    #[test]
    fn demodulation_forgets_how_strong_all_gains_are_and_keeps_their_proportions() {
        let device = Device::flex();
        let init = &mut Initialiser::new(3, &device);
        let code = CodeInput {
            length: 2,
            steering: Steering::Demodulation,
        };
        let (steered, conv) = (Steered::new(init, code, 3), Conv::new(init, 3, 3, 4));
        let settled = |gain: [f32; 3]| {
            let gain = Tensor::<2>::from_floats([gain, gain], &device);
            let x = conv.forward(features(1.0) * pixels(gain.clone()));
            steered.settled(x, gain, &conv)
        };
        let apart =
            |one: Tensor<4>, other: Tensor<4>| (one - other).abs().max().into_scalar::<f32>();
        let plain = settled([0.5, 1.0, 2.0]);
        assert!(apart(plain.clone(), settled([2.0, 4.0, 8.0])) < 1e-5);
        assert!(apart(plain.clone(), settled([2.0, 1.0, 0.5])) > 0.05);
        // By hand: each output over the length of its weights, scaled by the gains.
        let weight = conv.weight.val().into_data().try_to_vec::<f32>().unwrap();
        let raw = conv.forward(
            features(1.0)
                * Tensor::<1>::from_floats([0.5, 1.0, 2.0], &device).reshape([1, 1, 1, 3]),
        );
        for output in 0..4 {
            let power: f32 = weight
                .chunks(4)
                .enumerate()
                .map(|(row, weights)| (weights[output] * [0.5f32, 1.0, 2.0][row % 3]).powi(2))
                .sum();
            let [found, raw] = [&plain, &raw].map(|x| x.clone().narrow(3, output, 1));
            assert!(apart(found, raw / power.sqrt()) < 1e-5);
        }
    }

    #[test]
    fn adain_leaves_what_the_convolution_makes() {
        let device = Device::flex();
        let init = &mut Initialiser::new(3, &device);
        let code = CodeInput {
            length: 2,
            steering: Steering::Adain,
        };
        let (steered, conv) = (Steered::new(init, code, 3), Conv::new(init, 3, 3, 3));
        let gain = Tensor::<2>::ones([2, 3], &device) * 4.0;
        let settled = steered.settled(features(1.0), gain, &conv);
        assert_eq!(
            (settled - features(1.0)).abs().max().into_scalar::<f32>(),
            0.0
        );
    }
}
