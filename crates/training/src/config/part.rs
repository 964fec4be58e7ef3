//! Parts of the networks that paint, by their names in a configuration.

use serde::{Deserialize, Serialize};
use utsushi_model::ParameterGroup;

/// A part of the networks that paint, which may be kept from changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkPart {
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

impl NetworkPart {
    /// The groups of parameters that it is made of.
    pub(crate) fn groups(self) -> &'static [ParameterGroup] {
        match self {
            Self::ContentEncoder => &[ParameterGroup::ContentEncoder],
            Self::Decoder => &[ParameterGroup::Decoder],
            Self::StyleEncoder => &[ParameterGroup::StyleEncoder],
            Self::MappingNetwork => &[
                ParameterGroup::MappingLayers,
                ParameterGroup::StyleVectors,
                ParameterGroup::ConditionVectors,
            ],
            Self::MappingLayers => &[ParameterGroup::MappingLayers],
            Self::ContentPrior => &[ParameterGroup::ContentPrior],
        }
    }
}
