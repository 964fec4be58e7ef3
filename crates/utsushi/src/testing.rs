//! A tiny model with random weights, and pictures to paint.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor};
use utsushi_imaging::Picture;
use utsushi_model::{ModelConfig, PainterNetworks, PriorConfig};

use crate::{PaintError, PaintOptions, PaintRequest, PaintStyle, Painter, SteeredModel, StyleCode};

pub(crate) fn config() -> ModelConfig {
    ModelConfig {
        native_size: 32,
        styles: 3,
        style_dim: 4,
        latent_dim: 3,
        trunk_channels: [4, 6, 8],
        style_channels: [4, 5, 6, 7],
        mapping_width: 8,
        ..ModelConfig::default()
    }
}

/// The styles `oil`, `cel` and `photo`; the last one is content only.
pub(crate) fn model() -> SteeredModel {
    let length = ModelConfig::STAGES * config().code_length();
    let style = |name: &str, content_only, start: f32| PaintStyle {
        name: name.to_owned(),
        content_only,
        licence: "CC0".to_owned(),
        mean: Some((0..length).map(|i| start + (i as f32).sin()).collect()),
        typical: Vec::new(),
    };
    SteeredModel {
        networks: PainterNetworks::new(&config(), 5, &Device::flex()),
        config: config(),
        styles: vec![
            style("oil", false, 0.0),
            style("cel", false, 0.5),
            style("photo", true, 0.0),
        ],
        card: "# A model for tests\n".to_owned(),
    }
}

pub(crate) fn painter() -> Painter {
    Painter::new(model(), Device::flex()).unwrap()
}

/// The same with a content prior.
pub(crate) fn painter_with_prior() -> Painter {
    let mut model = model();
    model.config.prior = Some(PriorConfig {
        size: 32,
        latent_dim: 4,
        channels: [8, 8, 8, 4],
    });
    model.networks = PainterNetworks::new(&model.config, 5, &Device::flex());
    Painter::new(model, Device::flex()).unwrap()
}

/// Two gradients with a stripe of dots, different everywhere.
pub(crate) fn drawing(width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let dot = if (row / 7 + column / 5) % 3 == 0 {
                90
            } else {
                0
            };
            let across = column * 160 / width.max(1);
            let down = row * 160 / height.max(1);
            rgb.extend([across as u8 + dot, down as u8 + dot, (across ^ down) as u8]);
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

/// Paints with default options but for the strength, ignoring progress.
pub(crate) fn paint(
    painter: &Painter,
    content: &Picture,
    style: &StyleCode,
    strength: f32,
) -> Result<Picture, PaintError> {
    let options = PaintOptions {
        strength,
        ..PaintOptions::default()
    };
    paint_with(painter, content, style, options)
}

/// Paints, ignoring progress.
pub(crate) fn paint_with(
    painter: &Painter,
    content: &Picture,
    style: &StyleCode,
    options: PaintOptions,
) -> Result<Picture, PaintError> {
    let request = PaintRequest::new(content, style).with_options(options);
    painter.paint_one(&request, &mut ())
}

/// The networks as a training that went wrong leaves them: nothing in them is a number.
pub(crate) fn diverged(networks: PainterNetworks) -> PainterNetworks {
    struct Spoil;
    impl ModuleMapper for Spoil {
        fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
            parameter.map(|values| values * f32::NAN)
        }
    }
    networks.map(&mut Spoil)
}
