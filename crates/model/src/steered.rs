//! Where a style code takes hold of the features.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::{Conv, Dense, Initialiser, Passage};

/// A style code to a gain and a bias for each channel of features that are normalised over the
/// picture before (adaptive instance norm, Huang and Belongie 2017).
#[derive(Module, Debug)]
pub struct Steered {
    affine: Dense,
}

impl Steered {
    /// Fresh weights for codes of the given length.
    pub fn new(init: &mut Initialiser, style_dim: usize, channels: usize) -> Self {
        Self {
            affine: Dense::new(init, style_dim, 2 * channels, 0.5),
        }
    }

    /// From the style code to gains and biases, `[style_dim, 2 channels]`.
    pub fn weight(&self) -> Tensor<2> {
        self.affine.weight.val()
    }

    /// The steered features after a leaky ReLU, doubled in both directions if `double`, and a convolution of these.
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
