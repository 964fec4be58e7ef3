//! A tiny model with random weights, and pictures to paint.

use burn::tensor::Device;
use utsushi_weights::{apply, collect};

use crate::{PaintStyle, Painter, SteeredModel};
use utsushi_imaging::Picture;
use utsushi_model::{Condition, ModelConfig, PainterNetworks, PriorConfig};

/// A painter with the styles `oil` and `cel`.
pub(crate) fn painter() -> Painter {
    painter_from(5)
}

/// The same with weights from another seed.
pub(crate) fn painter_from(seed: u64) -> Painter {
    painter_of(seed, Vec::new())
}

/// A painter that knows an age and a role, with vectors for them as training would leave them.
pub(crate) fn painter_with_labels() -> Painter {
    let condition = |name: &str, values: &[&str]| Condition {
        name: name.to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    painter_of(
        5,
        vec![
            condition("age", &["old", "young"]),
            condition("role", &["knight", "mage", "villager"]),
        ],
    )
}

fn painter_of(seed: u64, conditions: Vec<Condition>) -> Painter {
    let config = ModelConfig {
        native_size: 32,
        styles: 2,
        style_dim: 4,
        latent_dim: 3,
        trunk_channels: [4, 6, 8],
        style_channels: [4, 5, 6, 7],
        mapping_width: 8,
        prior: Some(PriorConfig {
            size: 32,
            latent_dim: 4,
            channels: [8, 8, 8, 4],
        }),
        conditions,
        ..ModelConfig::default()
    };
    let length = ModelConfig::STAGES * config.code_length();
    let style = |name: &str, start: f32| PaintStyle {
        name: name.to_owned(),
        content_only: false,
        licence: "CC0".to_owned(),
        mean: Some((0..length).map(|i| start + (i as f32).sin()).collect()),
        typical: Vec::new(),
    };
    let networks = PainterNetworks::new(&config, seed, &Device::flex());
    let mut weights = collect(&networks);
    if let Some(table) = weights.remove("mapping_network.labels.conditions") {
        let values = (0..table.values.len()).map(|index| (index as f32 * 1.7).sin());
        let values = values.collect();
        weights.insert("mapping_network.labels.conditions", table.shape, values);
    }
    let model = SteeredModel {
        networks: apply(networks, &weights, "").unwrap(),
        config,
        styles: vec![style("oil", 0.0), style("cel", 0.5)],
        card: "# A model for tests\n".to_owned(),
    };
    Painter::new(model, Device::flex()).unwrap()
}

/// A slanted pattern, different everywhere.
pub(crate) fn drawing(width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let dot = if (row / 7 + column / 5) % 3 == 0 {
                90
            } else {
                0
            };
            let (across, down) = (column * 160 / width, row * 160 / height);
            rgb.extend([across as u8 + dot, down as u8 + dot, (across ^ down) as u8]);
        }
    }
    Picture::new(width, height, rgb).unwrap()
}
