//! The content encoder: what a picture shows, without the style it is painted in.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::blocks::EncoderBlock;
use crate::luminance::luminance;
use crate::{Conv, Initialiser, ModelConfig, Passage, space_to_depth};

/// The content of a batch of pictures.
#[derive(Debug, Clone)]
pub struct ContentFeatures {
    /// Features of what the pictures show, `[batch, height / 8, width / 8, channels]`.
    pub features: Tensor<4>,
    /// Features of the pictures' lines, `[batch, height / 2, width / 2, channels]`, normalised;
    /// absent without a line skip.
    pub lines: Option<Tensor<4>>,
}

/// The network from a picture to its content: three halvings, with instance norm throughout.
///
/// It sees a picture's brightness and not its colours: normalisation takes a palette's mean and
/// strength away but leaves which region is redder than which, and with that in the content every
/// painting would keep its own colours whatever the reference.
#[derive(Module, Debug)]
pub struct ContentEncoder {
    input: Conv,
    lines: Option<Conv>,
    blocks: Vec<EncoderBlock>,
}

impl ContentEncoder {
    /// A content encoder with fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let [fine, middle, coarse] = config.trunk_channels;
        Self {
            input: Conv::new(init, 3, 4, fine),
            lines: config.line_skip.then(|| Conv::new(init, 3, 4, fine)),
            blocks: vec![
                EncoderBlock::new(init, fine, middle, true),
                EncoderBlock::new(init, middle, coarse, true),
                EncoderBlock::new(init, coarse, coarse, false),
            ],
        }
    }

    /// Reads the content of a batch of pictures.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, sides multiples of 8
    pub fn forward(&self, pictures: Tensor<4>, norm: &mut impl Passage) -> ContentFeatures {
        let brightness = luminance(pictures);
        let lines = self.lines.as_ref().map(|conv| {
            let contrast = space_to_depth(norm.contrast(brightness.clone()));
            let lines = norm.convolve(conv, contrast);
            norm.normalise(lines, None, None)
        });
        let mut x = norm.convolve(&self.input, space_to_depth(brightness));
        for block in &self.blocks {
            x = block.forward(x, norm);
        }
        ContentFeatures { features: x, lines }
    }
}
