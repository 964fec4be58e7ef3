//! Steering: adaptive instance norm, through which a style code changes the features.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::{Conv, Dense, Initialiser, Passage};

/// The layer from a style code to a gain and a bias for each channel, applied to features after
/// instance normalisation (adaptive instance norm, Huang and Belongie 2017).
#[derive(Module, Debug)]
pub struct Steered {
    affine: Dense,
}

impl Steered {
    /// A layer with fresh weights for codes of the given length.
    pub fn new(init: &mut Initialiser, style_dim: usize, channels: usize) -> Self {
        Self {
            affine: Dense::new(init, style_dim, 2 * channels, 0.5),
        }
    }

    /// The weights from the style code to gains and biases, `[style_dim, 2 * channels]`.
    pub fn weight(&self) -> Tensor<2> {
        self.affine.weight.val()
    }

    /// Steers the features `x`, applies a leaky ReLU, doubles the sides if `double`, and applies
    /// the convolution.
    pub fn forward(
        &self,
        x: Tensor<4>,
        style: Tensor<2>,
        double: bool,
        conv: &Conv,
        norm: &mut impl Passage,
    ) -> Tensor<4> {
        let [batch, _, _, channels] = x.dims();
        let modulation = self.affine.forward(style);
        let gain = modulation.clone().slice([0..batch, 0..channels]) + 1.0;
        let bias = modulation.slice([0..batch, channels..2 * channels]);
        norm.normalise_and_convolve(x, Some(gain), Some(bias), double, conv)
    }
}
