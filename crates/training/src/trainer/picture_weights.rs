//! Weights of each picture of a batch in terms that do not apply to all.

use burn::tensor::{Tensor, TensorData};
use utsushi_dataset::TrainingBatch;

use super::Trainer;
use crate::procedural::smoothness_of;

impl Trainer {
    /// Weights of the lip term, `[batch]`: 1 for contents with lips whose mouth is in the picture,
    /// else 0.
    pub(super) fn lips_in(&self, batch: &TrainingBatch) -> Option<Tensor<1>> {
        let has_lips = |style: &usize| self.with_lips.contains(style);
        if self.config.losses.lips == 0.0 || batch.real.is_some() {
            return None;
        }
        let styles = batch.content.styles.iter();
        Some(self.one_each(styles.map(|style| f32::from(u8::from(has_lips(style))))))
    }

    /// Smoothness of the styles that the contents are painted in, 0…1, `[batch]`; `None` if the
    /// texture term is off.
    pub(super) fn smoothness_in(&self, batch: &TrainingBatch) -> Option<Tensor<1>> {
        (self.config.losses.texture > 0.0)
            .then(|| self.one_each(smoothness_of(batch, &self.smoothness)))
    }

    fn one_each(&self, weights: impl Iterator<Item = f32>) -> Tensor<1> {
        let weights: Vec<f32> = weights.collect();
        let shape = [weights.len()];
        Tensor::from_data(TensorData::new(weights, shape), &self.device)
    }
}
