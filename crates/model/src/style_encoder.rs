//! The style encoder: from a painting to the codes of its style.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::slots::SlotReader;
use crate::{Conv, Dense, Initialiser, ModelConfig, space_to_depth};

/// Index of the block whose output is at 1/8 of the painting's side.
const AT_AN_EIGHTH: usize = 1;

/// The network from a painting to a style code for each decoder stage.
///
/// It has no normalisation, which would remove what is to be read. Each channel's mean *and*
/// standard deviation over the picture reach the head, since a style is as much how a feature
/// varies as how strong it is.
#[derive(Module, Debug)]
pub struct StyleEncoder {
    input: Conv,
    blocks: Vec<Conv>,
    head: Dense,
    slots: Option<SlotReader>,
    #[module(skip)]
    style_dim: usize,
}

impl StyleEncoder {
    /// A style encoder with fresh weights.
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
            slots: SlotReader::new(config, init),
            style_dim: config.style_dim,
        }
    }

    /// Reads the style codes of paintings.
    ///
    /// # Shapes
    /// - `paintings`: `[batch, height, width, 3]`, −1…1, sides multiples of 16
    /// - output: `[batch, stages, code_length]`: in each stage the code of the whole picture, then
    ///   those of the slots
    pub fn forward(&self, paintings: Tensor<4>) -> Tensor<3> {
        let mut x = self.input.forward(space_to_depth(paintings.clone()));
        let mut of_slots = None;
        for (index, block) in self.blocks.iter().enumerate() {
            x = block.forward(x);
            if let (AT_AN_EIGHTH, Some(slots)) = (index, &self.slots) {
                of_slots = Some(slots.forward(x.clone(), paintings.clone()));
            }
        }
        let [batch, height, width, channels] = x.dims();
        let x = x.reshape([batch, height * width, channels]);
        let mean = x.clone().mean_dim(1);
        let deviation = ((x - mean.clone()).powi_scalar(2).mean_dim(1) + 1e-6).sqrt();
        let pooled = Tensor::cat(vec![mean, deviation], 2).reshape([batch, 2 * channels]);
        let codes = self.head.forward(activation::leaky_relu(pooled, 0.2));
        let codes = codes.reshape([batch, ModelConfig::STAGES, self.style_dim]);
        match of_slots {
            Some(of_slots) => Tensor::cat(vec![codes, of_slots], 2),
            None => codes,
        }
    }
}
