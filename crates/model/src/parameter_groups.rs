//! Groups of the networks' parameters that share a learning rate.

use std::collections::HashMap;

use burn::module::{Module, ParamId, list_param_ids};

use crate::{LabelEmbedding, PainterNetworks};

/// A group of parameters of the networks that paint: a group has one learning rate, and stays as it
/// is, or is trained, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterGroup {
    /// The network from a picture to its content.
    ContentEncoder,
    /// The network from content and style codes to a picture.
    Decoder,
    /// The network from a painting to its style codes.
    StyleEncoder,
    /// The mapping network's vectors of the styles.
    StyleVectors,
    /// The mapping network's vectors of the conditions' values, which start at zero.
    ConditionVectors,
    /// The rest of the mapping network.
    MappingLayers,
    /// The network from noise and a style's label to what a new painting shows.
    ContentPrior,
    /// The classifier from style codes to conditions.
    ConditionReader,
}

impl PainterNetworks {
    /// Maps every parameter to its group.
    pub fn parameter_groups(&self) -> HashMap<ParamId, ParameterGroup> {
        use ParameterGroup as Group;
        let mut groups = HashMap::new();
        let labels = self.mapping_network.labels();
        groups.insert(labels.weight.id, Group::StyleVectors);
        groups.extend(condition_vectors(labels).map(|id| (id, Group::ConditionVectors)));
        add(&mut groups, &self.mapping_network, Group::MappingLayers);
        add(&mut groups, &self.generator.encoder, Group::ContentEncoder);
        add(&mut groups, &self.generator.decoder, Group::Decoder);
        add(&mut groups, &self.style_encoder, Group::StyleEncoder);
        if let Some(prior) = &self.content_prior {
            add(&mut groups, prior, Group::ContentPrior);
        }
        if let Some(reader) = &self.condition_reader {
            add(&mut groups, reader, Group::ConditionReader);
        }
        groups
    }
}

/// Puts those parameters of a module into a group that are not in one yet.
fn add<M: Module>(
    groups: &mut HashMap<ParamId, ParameterGroup>,
    module: &M,
    group: ParameterGroup,
) {
    for id in list_param_ids(module) {
        groups.entry(id).or_insert(group);
    }
}

/// Identifier of the table of vectors of conditions' values, if there is one.
pub(crate) fn condition_vectors(labels: &LabelEmbedding) -> impl Iterator<Item = ParamId> {
    labels.conditions.iter().map(|table| table.id)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{Condition, ModelConfig, PriorConfig};

    #[test]
    fn every_parameter_is_in_the_group_of_its_network() {
        let config = ModelConfig {
            styles: 2,
            prior: Some(PriorConfig::default()),
            conditions: vec![Condition {
                name: "age".to_owned(),
                values: vec!["old".to_owned(), "young".to_owned()],
            }],
            ..ModelConfig::default()
        };
        let networks = PainterNetworks::blank(&config, &Device::flex());
        let groups = networks.parameter_groups();
        assert_eq!(groups.len(), list_param_ids(&networks).len());
        let of = |id: ParamId| groups[&id];
        let all = |ids: Vec<ParamId>, group| ids.into_iter().all(|id| of(id) == group);
        let generator = &networks.generator;
        assert!(all(
            list_param_ids(&generator.decoder),
            ParameterGroup::Decoder
        ));
        let encoder = list_param_ids(&generator.encoder);
        assert!(all(encoder, ParameterGroup::ContentEncoder));
        let labels = networks.mapping_network.labels();
        assert_eq!(of(labels.weight.id), ParameterGroup::StyleVectors);
        let table = labels.conditions.as_ref().unwrap();
        assert_eq!(of(table.id), ParameterGroup::ConditionVectors);
        let mapping = list_param_ids(&networks.mapping_network).into_iter();
        let layers = mapping.filter(|&id| of(id) == ParameterGroup::MappingLayers);
        // Weight and bias of three hidden layers and of the head.
        assert_eq!(layers.count(), 8);
    }

    #[test]
    fn a_parameter_stays_in_its_group_when_it_changes() {
        let networks = PainterNetworks::new(&ModelConfig::default(), 3, &Device::flex().autodiff());
        let before = networks.parameter_groups();
        assert_eq!(networks.clone().parameter_groups(), before);
        assert_eq!(networks.valid().parameter_groups(), before);
    }
}
