//! A model that is small enough to be made on the spot.

use burn::tensor::Device;
use utsushi_weights::{ExportedModel, ExportedStyle, NamedTensors, STYLE_MEANS};

use utsushi_model::{Condition, ModelConfig, PainterNetworks, PriorConfig};

/// Sizes of a model that paints in an instant.
fn tiny_config(styles: usize, prior: Option<PriorConfig>) -> ModelConfig {
    ModelConfig {
        native_size: 32,
        styles,
        style_dim: 8,
        latent_dim: 4,
        trunk_channels: [8, 8, 8],
        style_channels: [8, 8, 8, 8],
        mapping_width: 8,
        prior,
        ..ModelConfig::default()
    }
}

/// An untrained model of two styles, `ink` and `oil`.
pub fn tiny_model() -> ExportedModel {
    tiny_model_with(Some(PriorConfig {
        size: 32,
        latent_dim: 4,
        channels: [8, 8, 8, 4],
    }))
}

/// The same with what new paintings are made from, or without.
pub fn tiny_model_with(prior: Option<PriorConfig>) -> ExportedModel {
    tiny_model_of(&tiny_config(2, prior))
}

/// The same with labels besides the styles, which lead somewhere: to each value another way.
#[allow(dead_code, reason = "not everyone who makes a model wants labels")]
pub fn tiny_model_with_labels(labels: &[(&str, &[&str])]) -> ExportedModel {
    let mut config = tiny_config(2, None);
    let condition = |(name, values): &(&str, &[&str])| Condition {
        name: (*name).to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    config.conditions = labels.iter().map(condition).collect();
    let mut model = tiny_model_of(&config);
    let table = "networks.mapping_network.labels.conditions";
    let old = model.tensors.remove(table).expect("there are labels");
    let values = (0..old.values.len()).map(|index| (index as f32 * 1.7).sin());
    model.tensors.insert(table, old.shape, values.collect());
    model
}

fn tiny_model_of(config: &ModelConfig) -> ExportedModel {
    let networks = PainterNetworks::new(config, 7, &Device::flex());
    let style = |name: &str| ExportedStyle {
        name: name.to_owned(),
        role: "style".to_owned(),
        licence: "CC0".to_owned(),
    };
    let styles = vec![style("ink"), style("oil")];
    let card = "# An untrained model\n\nIt stands in for a trained one in tests, and paints nothing worth looking at.".to_owned();
    let mut model = ExportedModel::from_networks(config, &networks, styles, card);
    let shape = [2, ModelConfig::STAGES, config.style_dim];
    let count: usize = shape.iter().product();
    let values = (0..count).map(|index| (index as f32 * 0.7).sin()).collect();
    let mut means = NamedTensors::new();
    means.insert(STYLE_MEANS, shape, values);
    model.tensors.extend_under("", means);
    model
}
