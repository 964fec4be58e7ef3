//! Fixtures for the tests of several crates: a model that is small enough to be made on the spot,
//! and pictures to paint.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor};
use utsushi_imaging::Picture;
use utsushi_model::{Condition, ModelConfig, PainterNetworks, PriorConfig};
use utsushi_weights::{ExportedModel, ExportedStyle, STYLE_MEANS};

/// Name of the table of the conditions' vectors in a model's networks.
const CONDITIONS: &str = "networks.mapping_network.labels.conditions";

/// An untrained model. It is used in place of a trained one, and paints nothing worth looking at.
#[derive(Clone, Debug)]
pub struct TinyModel {
    /// Configuration in which no two sizes are equal that could be confused.
    pub config: ModelConfig,
    /// The styles, as many as the configuration has.
    pub styles: Vec<ExportedStyle>,
    /// Seed of the weights.
    pub seed: u64,
}

impl TinyModel {
    /// A model with these styles; those named `photo` are content only.
    pub fn new(styles: &[&str]) -> Self {
        let style = |&name: &&str| ExportedStyle {
            name: name.to_owned(),
            role: match name {
                "photo" => "content-only".to_owned(),
                _ => "style".to_owned(),
            },
            licence: "CC0".to_owned(),
        };
        Self {
            config: ModelConfig {
                native_size: 32,
                styles: styles.len(),
                style_dim: 4,
                latent_dim: 3,
                trunk_channels: [4, 6, 8],
                style_channels: [4, 5, 6, 7],
                mapping_width: 8,
                ..ModelConfig::default()
            },
            styles: styles.iter().map(style).collect(),
            seed: 5,
        }
    }

    /// Adds a content prior, which new paintings need.
    pub fn with_prior(mut self) -> Self {
        self.config.prior = Some(PriorConfig {
            size: 32,
            latent_dim: 4,
            channels: [8, 8, 8, 4],
        });
        self
    }

    /// Adds conditions, given with their values, that lead to different codes, as training would
    /// leave them.
    pub fn with_conditions(mut self, conditions: &[(&str, &[&str])]) -> Self {
        let condition = |(name, values): &(&str, &[&str])| Condition {
            name: (*name).to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        self.config.conditions = conditions.iter().map(condition).collect();
        self
    }

    /// Takes the weights from another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The model's networks, the same as in [`TinyModel::exported`].
    pub fn networks(&self) -> PainterNetworks {
        PainterNetworks::new(&self.config, self.seed, &Device::flex())
    }

    /// The model as it is exported, with a mean code for each style.
    pub fn exported(&self) -> ExportedModel {
        let card = "# An untrained model\n\nIt stands in for a trained one in tests, and paints \
                    nothing worth looking at.\n";
        let networks = self.networks();
        let styles = self.styles.clone();
        let mut model =
            ExportedModel::from_networks(&self.config, &networks, styles, card.to_owned());
        let shape = [
            self.styles.len(),
            ModelConfig::STAGES,
            self.config.code_length(),
        ];
        let means = (0..shape.iter().product()).map(|index| (index as f32 * 0.7).sin());
        model.tensors.insert(STYLE_MEANS, shape, means.collect());
        // Vectors of fresh labels are zero and lead nowhere.
        if let Some(table) = model.tensors.remove(CONDITIONS) {
            let values = (0..table.values.len()).map(|index| (index as f32 * 1.7).sin());
            model
                .tensors
                .insert(CONDITIONS, table.shape, values.collect());
        }
        model
    }
}

/// Replaces all weights by NaN, as a diverged training leaves them.
pub fn diverged(networks: PainterNetworks) -> PainterNetworks {
    struct Spoil;
    impl ModuleMapper for Spoil {
        fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
            parameter.map(|values| values * f32::NAN)
        }
    }
    networks.map(&mut Spoil)
}

/// Marks the colours of a PNG as Display P3 (by a `cICP` chunk).
pub fn in_display_p3(mut png: Vec<u8>) -> Vec<u8> {
    /// Position of the end of the first chunk.
    const HEADER_END: usize = 33;
    let chunk = b"cICP\x0c\x0d\0\x01";
    let sum = chunk.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 * (sum & 1))
        })
    });
    let whole = [&[0, 0, 0, 4], &chunk[..], &(!sum).to_be_bytes()].concat();
    png.splice(HEADER_END..HEADER_END, whole);
    png
}

/// A picture of two gradients with a stripe of dots, different everywhere.
pub fn drawing(width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let dot = u8::from((row / 7 + column / 5) % 3 == 0) * 90;
            let (across, down) = (column * 160 / width, row * 160 / height);
            rgb.extend([across as u8 + dot, down as u8 + dot, (across ^ down) as u8]);
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

/// Converts a picture to black lines on white, where it is darker than its neighbours.
pub fn in_lines(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let green = |x: u32, y: u32| {
        let (x, y) = (x.min(width - 1), y.min(height - 1));
        i32::from(picture.rgb()[((y * width + x) * 3 + 1) as usize])
    };
    let lines = (0..width * height).flat_map(|at| {
        let (x, y) = (at % width, at / width);
        let beside = [
            green(x + 2, y),
            green(x, y + 2),
            green(x.saturating_sub(2), y),
        ];
        let is_line = beside.iter().any(|light| light - green(x, y) > 40);
        [if is_line { 0 } else { 255 }; 3]
    });
    Picture::new(width, height, lines.collect()).unwrap()
}
