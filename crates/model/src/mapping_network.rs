//! Noise and a style's label to style codes.

use burn::module::Module;
use burn::tensor::{Int, Tensor, activation};

use crate::layers::unit_power;
use crate::style_encoder::one_a_stage;
use crate::{Dense, Initialiser, LabelEmbedding, ModelConfig};

/// Noise and a style's label to one style code a decoder stage (StarGAN v2, Choi et al. 2020,
/// section 2.1, with a label embedding in the place of one branch a label).
#[derive(Module, Debug)]
pub struct MappingNetwork {
    labels: LabelEmbedding,
    hidden: Vec<Dense>,
    head: Dense,
    #[module(skip)]
    codes: usize,
    #[module(skip)]
    style_dim: usize,
}

impl MappingNetwork {
    /// Fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let width = config.mapping_width;
        let inputs = 2 * config.latent_dim;
        Self {
            labels: LabelEmbedding::new(init, config.styles, config.latent_dim, 1.0),
            hidden: vec![
                Dense::new(init, inputs, width, 1.0),
                Dense::new(init, width, width, 1.0),
                Dense::new(init, width, width, 1.0),
            ],
            head: Dense::new(init, width, config.codes() * config.style_dim, 1.0),
            codes: config.codes(),
            style_dim: config.style_dim,
        }
    }

    /// # Shapes
    /// - `noise`: `[batch, latent_dim]`, standard normal
    /// - `labels`: `[batch]`, each from 0 to `styles − 1`
    /// - output: `[batch, stages, style_dim]`
    pub fn forward(&self, noise: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<3> {
        let [batch, _] = noise.dims();
        let (noise, labels) = (unit_power(noise), unit_power(self.labels.forward(labels)));
        let mut x = Tensor::cat(vec![noise, labels], 1);
        for layer in &self.hidden {
            x = activation::leaky_relu(layer.forward(x), 0.2);
        }
        let codes = self.head.forward(x);
        one_a_stage(codes.reshape([batch, self.codes, self.style_dim]))
    }
}
