//! The generator, which paints the content of one picture in the style of another.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::{ContentEncoder, ContentFeatures, Decoder, Initialiser, ModelConfig, Normaliser};

/// The generator of a GAN (Goodfellow et al. 2014), with a picture's content in place of noise.
#[derive(Module, Debug)]
pub struct Generator {
    /// The network from a picture to its content.
    pub encoder: ContentEncoder,
    /// The network from content and style codes to a picture.
    pub decoder: Decoder,
}

impl Generator {
    /// A generator with fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        Self {
            encoder: ContentEncoder::new(config, init),
            decoder: Decoder::new(config, init),
        }
    }

    /// Repaints each picture as in training: each normalised by its own statistics, with zeros
    /// beyond its border.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1, sides multiples of 8
    /// - `style`: `[batch or 1, stages, code_length]`
    /// - output: as `pictures`
    pub fn forward(&self, pictures: Tensor<4>, style: Tensor<3>) -> Tensor<4> {
        let norm = &mut Normaliser::each_picture();
        self.decoder.forward(&self.encode(pictures), style, norm)
    }

    /// Reads the content of each picture as in training: each normalised by its own statistics,
    /// with zeros beyond its border.
    pub fn encode(&self, pictures: Tensor<4>) -> ContentFeatures {
        self.encoder
            .forward(pictures, &mut Normaliser::each_picture())
    }
}
