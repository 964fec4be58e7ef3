//! The mapping network: from noise and labels to style codes.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::layers::unit_power;
use crate::{Dense, Initialiser, LabelEmbedding, Labels, ModelConfig};

/// The network from noise, a style's label and conditions to a style code for each decoder stage
/// (StarGAN v2, Choi et al. 2020, section 2.1, with summed label embeddings in place of a branch
/// for each label).
#[derive(Module, Debug)]
pub struct MappingNetwork {
    labels: LabelEmbedding,
    hidden: Vec<Dense>,
    head: Dense,
    /// The layer that gives the codes of the slots, if the model has slots.
    slot_head: Option<Dense>,
    #[module(skip)]
    style_dim: usize,
}

impl MappingNetwork {
    /// A mapping network with fresh weights.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Self {
        let width = config.mapping_width;
        let inputs = 2 * config.latent_dim;
        Self {
            labels: LabelEmbedding::new(init, config.styles, config.latent_dim, 1.0)
                .with_conditions(init, config.condition_values()),
            hidden: vec![
                Dense::new(init, inputs, width, 1.0),
                Dense::new(init, width, width, 1.0),
                Dense::new(init, width, width, 1.0),
            ],
            head: Dense::new(init, width, ModelConfig::STAGES * config.style_dim, 1.0),
            slot_head: (config.style_slots > 0).then(|| {
                let outputs = ModelConfig::STAGES * config.slots_length();
                Dense::new(init, width, outputs, 1.0)
            }),
            style_dim: config.style_dim,
        }
    }

    /// The embedding of styles and conditions.
    pub(crate) fn labels(&self) -> &LabelEmbedding {
        &self.labels
    }

    /// Draws style codes for noise and labels.
    ///
    /// # Shapes
    /// - `noise`: `[batch, latent_dim]`, standard normal
    /// - `labels`: of the batch; a tensor of styles alone if no conditions are known
    /// - output: `[batch, stages, code_length]`
    pub fn forward(&self, noise: Tensor<2>, labels: impl Into<Labels>) -> Tensor<3> {
        let [batch, _] = noise.dims();
        let labels = self.labels.forward(labels.into());
        let (noise, labels) = (unit_power(noise), unit_power(labels));
        let mut x = Tensor::cat(vec![noise, labels], 1);
        for layer in &self.hidden {
            x = activation::leaky_relu(layer.forward(x), 0.2);
        }
        let codes = self.head.forward(x.clone());
        let codes = codes.reshape([batch, ModelConfig::STAGES, self.style_dim]);
        let Some(head) = &self.slot_head else {
            return codes;
        };
        let of_slots = head.forward(x);
        let length = of_slots.dims()[1] / ModelConfig::STAGES;
        let of_slots = of_slots.reshape([batch, ModelConfig::STAGES, length]);
        Tensor::cat(vec![codes, of_slots], 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Condition, PainterNetworks};
    use burn::tensor::{Device, Int};

    #[test]
    fn fresh_conditions_change_nothing_and_leave_other_weights_as_they_are() {
        let device = Device::flex();
        let config = ModelConfig {
            styles: 2,
            style_dim: 3,
            latent_dim: 4,
            trunk_channels: [4, 4, 4],
            style_channels: [4, 4, 4, 4],
            mapping_width: 6,
            ..ModelConfig::default()
        };
        let mut with = config.clone();
        with.conditions = vec![Condition {
            name: "age".to_owned(),
            values: vec!["old".to_owned(), "young".to_owned()],
        }];
        let [plain, with] = [&config, &with].map(|it| PainterNetworks::new(it, 9, &device));
        let noise = Tensor::<2>::from_floats([[0.5, -1.0, 0.3, 2.0]], &device);
        let styles = Tensor::<1, Int>::from_data([1], &device);
        let holding = Some(Tensor::from_floats([[0.0, 1.0]], &device));
        let labels = Labels {
            styles: styles.clone(),
            conditions: holding,
        };
        let codes = plain.mapping_network.forward(noise.clone(), &styles);
        let other = with.mapping_network.forward(noise.clone(), labels.clone());
        codes.to_data().assert_eq(&other.into_data(), true);
        // A network without conditions does not mind being told of some.
        let told = plain.mapping_network.forward(noise, labels);
        codes.into_data().assert_eq(&told.into_data(), true);
        let picture = Tensor::<4>::full([1, 16, 16, 3], 0.3, &device);
        let read = |it: &PainterNetworks| it.style_encoder.forward(picture.clone()).into_data();
        read(&plain).assert_eq(&read(&with), true);
        assert!(plain.condition_reader.is_none() && with.condition_reader.is_some());
    }
}
