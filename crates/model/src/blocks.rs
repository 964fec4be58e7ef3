//! Residual blocks: the encoder's, which remove style, and the decoder's, which add it.

use burn::module::Module;
use burn::tensor::Tensor;
use utsushi_kernels::upsample2;

use crate::steered::Steered;
use crate::{Conv, Initialiser, Passage};

/// Factor for the sum of two branches, so that it has the variance of one.
const JOIN: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// A residual block of an encoder: instance norm, leaky ReLU and convolution, twice, beside a
/// shortcut.
#[derive(Module, Debug)]
pub struct EncoderBlock {
    first: Conv,
    second: Conv,
    shortcut: Option<Conv>,
    #[module(skip)]
    halve: bool,
}

impl EncoderBlock {
    /// A block with fresh weights, from `from` to `to` channels, that halves both sides if `halve`.
    pub fn new(init: &mut Initialiser, from: usize, to: usize, halve: bool) -> Self {
        Self {
            first: Conv::new(init, 3, from, from),
            second: Conv::new(init, 3, from, to),
            shortcut: (from != to).then(|| Conv::new(init, 1, from, to).unbiased()),
            halve,
        }
    }

    /// Applies the block.
    ///
    /// # Shapes
    /// - `x`: `[batch, height, width, from]`
    /// - output: `[batch, height, width, to]`, or half the sides
    pub fn forward(&self, mut x: Tensor<4>, norm: &mut impl Passage) -> Tensor<4> {
        let mut branch = norm.normalise_and_convolve(x.clone(), None, None, false, &self.first);
        if self.halve {
            branch = norm.halve(branch);
            // The pooling comes first: it commutes with a 1×1 convolution and leaves it a quarter.
            x = norm.halve(x);
        }
        let branch = norm.normalise_and_convolve(branch, None, None, false, &self.second);
        if let Some(shortcut) = &self.shortcut {
            x = shortcut.forward(x);
        }
        norm.join(x, branch, JOIN)
    }
}

/// A residual block of the decoder: steering by a style code, leaky ReLU and convolution, twice,
/// beside a shortcut.
#[derive(Module, Debug)]
pub struct DecoderBlock {
    first_norm: Steered,
    first: Conv,
    second_norm: Steered,
    second: Conv,
    shortcut: Option<Conv>,
    #[module(skip)]
    double: bool,
}

impl DecoderBlock {
    /// A block with fresh weights, from `from` to `to` channels, that doubles both sides if
    /// `double`.
    pub fn new(
        init: &mut Initialiser,
        style_dim: usize,
        [from, to]: [usize; 2],
        double: bool,
    ) -> Self {
        Self {
            first_norm: Steered::new(init, style_dim, from),
            first: Conv::new(init, 3, from, to),
            second_norm: Steered::new(init, style_dim, to),
            second: Conv::new(init, 3, to, to),
            shortcut: (from != to).then(|| Conv::new(init, 1, from, to).unbiased()),
            double,
        }
    }

    /// The weights from the style code to all gains and biases of the block, `[style_dim,
    /// outputs]`.
    pub(crate) fn style_layer(&self) -> Tensor<2> {
        let [first, second] = [&self.first_norm, &self.second_norm].map(Steered::weight);
        Tensor::cat(vec![first, second], 1)
    }

    /// Applies the block, steered by a style code.
    ///
    /// # Shapes
    /// - `x`: `[batch, height, width, from]`
    /// - `style`: `[batch, style_dim]`
    /// - output: `[batch, height, width, to]`, or twice the sides
    pub fn forward(&self, x: Tensor<4>, style: Tensor<2>, norm: &mut impl Passage) -> Tensor<4> {
        let branch = x.clone();
        let branch = self
            .first_norm
            .forward(branch, style.clone(), self.double, &self.first, norm);
        let branch = self
            .second_norm
            .forward(branch, style, false, &self.second, norm);
        // The shortcut's 1×1 convolution commutes with the doubling and is a quarter before it.
        let mut straight = x;
        if let Some(shortcut) = &self.shortcut {
            straight = shortcut.forward(straight);
        }
        if self.double {
            straight = upsample2(straight);
        }
        norm.join(straight, branch, JOIN)
    }
}
