//! The networks that paint as one module, which the moving average follows and which is published.

use burn::module::Module;
use burn::tensor::Device;

use crate::{
    ConditionReader, ContentPrior, Generator, Initialiser, MappingNetwork, ModelConfig,
    StyleEncoder,
};

/// The networks that paint.
#[derive(Module, Debug)]
pub struct PainterNetworks {
    /// The network from content and style codes to a picture.
    pub generator: Generator,
    /// The network from a painting to its style codes.
    pub style_encoder: StyleEncoder,
    /// The network from noise and labels to style codes.
    pub mapping_network: MappingNetwork,
    /// The network from noise and a label to what a new painting shows, if the model was trained
    /// with one.
    pub content_prior: Option<ContentPrior>,
    /// The classifier from style codes to conditions, if the model was trained with any.
    pub condition_reader: Option<ConditionReader>,
}

impl PainterNetworks {
    /// Networks with fresh weights from `seed`, on `device`.
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
