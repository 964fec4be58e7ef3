//! Parts of the networks that paint, by the names that a configuration calls them.

use serde::{Deserialize, Serialize};

/// A part of the networks that paint, which may be kept from changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Picture to content.
    ContentEncoder,
    /// Content and style code to picture.
    Decoder,
    /// Painting to style code.
    StyleEncoder,
    /// Noise and a style's label to style code, the labels included.
    MappingNetwork,
    /// The same without the labels: a new style then learns its label and nothing else there.
    MappingLayers,
    /// Noise and a style's label to what a new painting shows.
    ContentPrior,
}

impl Part {
    /// What the names of its parameters begin with.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::ContentEncoder => &["generator.encoder"],
            Self::Decoder => &["generator.decoder"],
            Self::StyleEncoder => &["style_encoder"],
            Self::MappingNetwork => &["mapping_network"],
            Self::MappingLayers => &["mapping_network.hidden", "mapping_network.head"],
            Self::ContentPrior => &["content_prior"],
        }
    }

    /// Whether a parameter of `PainterNetworks` belongs to it, by its dotted name.
    pub(crate) fn has(self, parameter: &str) -> bool {
        self.prefixes().iter().any(|prefix| {
            let rest = parameter.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use utsushi_model::{ModelConfig, PainterNetworks, PriorConfig};
    use utsushi_weights::collect;

    #[test]
    fn every_parameter_belongs_to_a_part_and_every_part_has_some() {
        let config = ModelConfig {
            prior: Some(PriorConfig::default()),
            ..ModelConfig::default()
        };
        let names = collect(&PainterNetworks::blank(&config, &Device::flex()));
        let whole = [
            Part::ContentEncoder,
            Part::Decoder,
            Part::StyleEncoder,
            Part::MappingNetwork,
            Part::ContentPrior,
        ];
        for name in names.names() {
            let of = whole.iter().filter(|part| part.has(name)).count();
            assert_eq!(of, 1, "{name}");
        }
        let of_layers: Vec<_> = names
            .names()
            .filter(|name| Part::MappingNetwork.has(name) && !Part::MappingLayers.has(name))
            .collect();
        assert_eq!(of_layers, ["mapping_network.labels.weight"]);
        assert!(!Part::StyleEncoder.has("style_encoder_other.weight"));
    }
}
