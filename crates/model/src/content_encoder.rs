//! What a picture shows, without the style it is painted in.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::blocks::EncoderBlock;
use crate::{Conv, Initialiser, ModelConfig, Normaliser, space_to_depth};

/// What a picture shows.
#[derive(Debug, Clone)]
pub struct Content {
    /// `[batch, height / 8, width / 8, channels]`.
    pub features: Tensor<4>,
    /// The finest features, `[batch, height / 2, width / 2, channels]`, normalised.
    pub lines: Option<Tensor<4>>,
}

/// Picture to content: three steps down, instance norm throughout.
#[derive(Module, Debug)]
pub struct ContentEncoder {
    input: Conv,
    blocks: Vec<EncoderBlock>,
    #[module(skip)]
    line_skip: bool,
}

impl ContentEncoder {
    /// Fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let [fine, middle, coarse] = config.trunk_channels;
        Self {
            input: Conv::new(init, 3, 12, fine),
            blocks: vec![
                EncoderBlock::new(init, fine, middle, true),
                EncoderBlock::new(init, middle, coarse, true),
                EncoderBlock::new(init, coarse, coarse, false),
            ],
            line_skip: config.line_skip,
        }
    }

    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, sides multiples of 8
    pub fn forward(&self, pictures: Tensor<4>, norm: &mut Normaliser) -> Content {
        let mut x = self.input.forward(space_to_depth(pictures));
        let lines = self
            .line_skip
            .then(|| norm.normalise(x.clone(), None, None));
        for block in &self.blocks {
            x = block.forward(x, norm);
        }
        Content { features: x, lines }
    }
}
