//! The generator: content of one picture, style of another.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::{ContentEncoder, ContentFeatures, Decoder, Initialiser, ModelConfig, Normaliser};

/// The generator of the 2014 GAN, with a picture's content in the place of noise.
#[derive(Module, Debug)]
pub struct Generator {
    /// Picture to content.
    pub encoder: ContentEncoder,
    /// Content and style codes to picture.
    pub decoder: Decoder,
}

impl Generator {
    /// Fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        Self {
            encoder: ContentEncoder::new(config, init),
            decoder: Decoder::new(config, init),
        }
    }

    /// Repaints each picture as in training: each normalised by its own statistics, with zeros beyond its
    /// border.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1, sides multiples of 8
    /// - `style`: `[batch or 1, stages, code_length]`
    /// - output: as `pictures`
    pub fn forward(&self, pictures: Tensor<4>, style: Tensor<3>) -> Tensor<4> {
        let norm = &mut Normaliser::each_picture();
        self.decoder.forward(&self.encode(pictures), style, norm)
    }

    /// The content of each picture, in the same way.
    pub fn encode(&self, pictures: Tensor<4>) -> ContentFeatures {
        self.encoder
            .forward(pictures, &mut Normaliser::each_picture())
    }
}
