//! Parts of the networks that paint, as a configuration names them.

use serde::{Deserialize, Serialize};
use utsushi_model::ParameterGroup;

/// A part of the networks that paint, which can be excluded from training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkPart {
    /// The network from a picture to its content.
    ContentEncoder,
    /// The network from content and style codes to a picture.
    Decoder,
    /// The network from a painting to its style codes.
    StyleEncoder,
    /// The network from noise and a style's label to a style code, the labels' vectors included.
    MappingNetwork,
    /// The mapping network without its labels' vectors: a new style then learns its own vector and
    /// nothing else there.
    MappingLayers,
    /// The network from noise and a style's label to what a new painting shows.
    ContentPrior,
}

impl NetworkPart {
    /// Groups of parameters that make up this part.
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
