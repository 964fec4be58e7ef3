//! Everything that paints, as one module: what the moving average follows and what is published.

use burn::module::Module;
use burn::tensor::Device;

use crate::{
    ConditionReader, ContentPrior, Generator, Initialiser, MappingNetwork, ModelConfig,
    StyleEncoder,
};

/// The networks that paint.
#[derive(Module, Debug)]
pub struct PainterNetworks {
    /// Content and style codes to picture.
    pub generator: Generator,
    /// Painting to style codes.
    pub style_encoder: StyleEncoder,
    /// Noise and label to style codes.
    pub mapping_network: MappingNetwork,
    /// Noise and label to what a new painting shows, where the model was trained to make any.
    pub content_prior: Option<ContentPrior>,
    /// Style codes to what conditions hold, where the model was trained with any.
    pub condition_reader: Option<ConditionReader>,
}

impl PainterNetworks {
    /// Fresh weights from `seed`, on `device`.
    pub fn new(config: &ModelConfig, seed: u64, device: &Device) -> Self {
        Self::made_by(config, &mut Initialiser::new(seed, device))
    }

    /// Networks of zeros, to be filled with weights from a file.
    pub fn blank(config: &ModelConfig, device: &Device) -> Self {
        Self::made_by(config, &mut Initialiser::blank(device))
    }

    fn made_by(config: &ModelConfig, init: &mut Initialiser) -> Self {
        Self {
            generator: Generator::new(config, init),
            style_encoder: StyleEncoder::new(config, init),
            mapping_network: MappingNetwork::new(config, init),
            content_prior: config
                .prior
                .as_ref()
                .map(|prior| ContentPrior::new(prior, config.styles, init)),
            condition_reader: ConditionReader::new(config, init),
        }
    }
}
