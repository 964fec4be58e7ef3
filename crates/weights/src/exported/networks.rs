//! Conversion between a model file and the networks that paint.

use std::path::Path;

use burn::tensor::Device;
use utsushi_model::{ModelConfig, PainterNetworks};

use super::{CONFIG_KEY, ExportedModel, ExportedStyle, ModelFileError, STYLES_KEY};
use crate::{NamedTensors, apply_taking, collect};

/// Prefix of the names of the networks' tensors in a model file.
const NETWORKS: &str = "networks";

/// Whether a tensor of a model file belongs to the content prior.
pub(super) fn is_of_prior(name: &str) -> bool {
    name.strip_prefix(NETWORKS)
        .is_some_and(|rest| rest.starts_with(".content_prior."))
}

impl ExportedModel {
    /// Makes a model from its networks. [`STYLE_MEANS`](crate::STYLE_MEANS) may be added to its
    /// tensors.
    pub fn from_networks(
        config: &ModelConfig,
        networks: &PainterNetworks,
        styles: Vec<ExportedStyle>,
        card: String,
    ) -> Self {
        let mut tensors = NamedTensors::new();
        tensors.extend_under(NETWORKS, collect(networks));
        let config = serde_json::to_value(config).expect("numbers and lists can be written");
        Self {
            config,
            styles,
            card,
            tensors,
        }
    }

    /// Builds the networks on `device` and gives them the model's weights, which are taken out of
    /// its tensors. `origin` stands for the file's name in errors.
    ///
    /// # Errors
    /// The configuration is out of range or unknown to this program, or the tensors are not those
    /// of the networks it describes.
    pub fn take_networks(
        &mut self,
        device: &Device,
        origin: &Path,
    ) -> Result<(ModelConfig, PainterNetworks), ModelFileError> {
        let invalid = |key, reason: String| ModelFileError::Metadata {
            path: origin.to_owned(),
            key,
            reason,
        };
        let config: ModelConfig = serde_json::from_value(self.config.clone())
            .map_err(|error| invalid(CONFIG_KEY, error.to_string()))?;
        config.validate().map_err(|source| ModelFileError::Config {
            path: origin.to_owned(),
            source,
        })?;
        if config.styles != self.styles.len() {
            let (networks, named) = (config.styles, self.styles.len());
            let reason = format!("the networks know {networks} styles, but {named} are named");
            return Err(invalid(STYLES_KEY, reason));
        }
        // Networks are filled with numbers before they are compared with the file, so a small
        // file must not describe enormous ones.
        let (needed, present) = (fewest_numbers(&config), self.tensors.number_count());
        if needed > present {
            let reason = format!(
                "it describes networks of more than {needed} numbers; the file has {present}"
            );
            return Err(invalid(CONFIG_KEY, reason));
        }
        let networks = PainterNetworks::blank(&config, device);
        let networks = apply_taking(networks, &mut self.tensors, NETWORKS).map_err(|source| {
            ModelFileError::Mismatch {
                path: origin.to_owned(),
                source,
            }
        })?;
        Ok((config, networks))
    }
}

/// A lower bound of the number of parameters that networks of a configuration have: one 3×3
/// convolution at each width of the trunk, between the widths of the style encoder and between
/// those of the content prior, one hidden mapping layer, and the layers for conditions.
fn fewest_numbers(config: &ModelConfig) -> usize {
    let trunk: usize = config
        .trunk_channels
        .iter()
        .map(|channels| channels * channels)
        .sum();
    let style: usize = config
        .style_channels
        .windows(2)
        .map(|pair| pair[0] * pair[1])
        .sum();
    let prior: usize = config
        .prior
        .iter()
        .flat_map(|prior| prior.channels.windows(2))
        .map(|pair| pair[0] * pair[1])
        .sum();
    let conditions = config.latent_dim + ModelConfig::STAGES * config.style_dim;
    9 * (trunk + style + prior)
        + config.mapping_width * config.mapping_width
        + config.condition_values() * conditions
}
