//! What a run would need, without running it.

use std::fmt;

use burn::module::Module;
use burn::tensor::Device;
use utsushi_model::PainterNetworks;

use crate::config::TrainingConfig;
use crate::discriminators::Discriminators;

/// Sizes of the networks and the memory they are expected to need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Numbers to learn, by network.
    pub parameters: Vec<(&'static str, usize)>,
    /// Expected resident memory while training on the CPU, in bytes.
    pub memory: u64,
}

/// Bytes that one picture of one pixel takes in activations kept for the backward pass, measured
/// on the house configuration and scaled with the trunk's width.
const BYTES_A_PIXEL_AND_CHANNEL: f64 = 150.0;

/// The program itself and the decoded pictures that lie ready.
const BASE: f64 = 150e6;

/// Counts the parameters of the networks and estimates the memory of a run.
pub fn plan(config: &TrainingConfig) -> Plan {
    let device = Device::flex();
    let painter = PainterNetworks::blank(&config.model, &device);
    let discriminators = Discriminators::new(config, true, &device);
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
    ];
    let numbers: usize = parameters.iter().map(|(_, count)| count).sum();
    // Weight, gradient, two moments, and the average for what paints.
    let weights = numbers as f64 * 4.0 * 5.0;
    let pixels = (config.run.batch * config.run.size * config.run.size) as f64;
    let width = config.model.trunk_channels[0] as f64;
    let activations = pixels * width * BYTES_A_PIXEL_AND_CHANNEL;
    Plan {
        parameters,
        memory: (BASE + weights + activations) as u64,
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in &self.parameters {
            writeln!(f, "{name:<24}{:>9.2} M parameters", *count as f64 / 1e6)?;
        }
        write!(
            f,
            "expected memory         {:>9.0} MB",
            self.memory as f64 / 1e6
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_configuration_stays_under_ten_million_parameters() {
        let plan = plan(&TrainingConfig::default());
        let total: usize = plan.parameters.iter().map(|(_, count)| count).sum();
        assert!(total > 3_000_000 && total < 10_000_000, "{plan}");
        assert!(plan.to_string().contains("generator"));
    }
}
