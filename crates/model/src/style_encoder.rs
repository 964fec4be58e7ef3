//! A painting to the codes of its style.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::{Conv, Dense, Initialiser, ModelConfig, space_to_depth};

/// A painting to one style code a decoder stage.
///
/// No normalisation: it would remove what is to be read. Each channel's mean *and* standard
/// deviation over the picture reach the head, since a style is as much how a feature varies as
/// how strong it is.
#[derive(Module, Debug)]
pub struct StyleEncoder {
    input: Conv,
    blocks: Vec<Conv>,
    head: Dense,
    #[module(skip)]
    style_dim: usize,
}

impl StyleEncoder {
    /// Fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let channels = config.style_channels;
        Self {
            input: Conv::new(init, 3, 12, channels[0]).leaky(),
            blocks: channels
                .windows(2)
                .map(|pair| Conv::halving(init, pair[0], pair[1]).leaky())
                .collect(),
            head: Dense::new(
                init,
                2 * channels[3],
                ModelConfig::STAGES * config.style_dim,
                1.0,
            ),
            style_dim: config.style_dim,
        }
    }

    /// # Shapes
    /// - `paintings`: `[batch, height, width, 3]`, −1…1, sides multiples of 16
    /// - output: `[batch, stages, style_dim]`
    pub fn forward(&self, paintings: Tensor<4>) -> Tensor<3> {
        let mut x = self.input.forward(space_to_depth(paintings));
        for block in &self.blocks {
            x = block.forward(x);
        }
        let [batch, height, width, channels] = x.dims();
        let x = x.reshape([batch, height * width, channels]);
        let mean = x.clone().mean_dim(1);
        let deviation = ((x - mean.clone()).powi_scalar(2).mean_dim(1) + 1e-6).sqrt();
        let pooled = Tensor::cat(vec![mean, deviation], 2).reshape([batch, 2 * channels]);
        let codes = self.head.forward(activation::leaky_relu(pooled, 0.2));
        codes.reshape([batch, ModelConfig::STAGES, self.style_dim])
    }
}
