//! Adversarial terms: what a generator minimises against the discriminators.

use burn::tensor::Tensor;
use utsushi_model::Labels;

use crate::config::AdversarialConfig;
use crate::discriminators::{Discriminators, FeatureExtractor};
use crate::terms::Terms;

/// The discriminators that a generator plays against, without gradients, and how their terms are
/// weighted.
pub struct Game<'a> {
    /// The discriminators, which were just updated.
    pub discriminators: &'a Discriminators,
    /// The frozen network that the projected discriminator looks through.
    pub extractor: Option<&'a FeatureExtractor>,
    /// Labels of the pictures that are judged.
    pub labels: &'a Labels,
    /// Kinds and weights of the adversarial losses.
    pub config: &'a AdversarialConfig,
    /// Factor of the terms, from 0 to 1, which rises at the start of a run.
    pub ramp: f32,
}

impl Game<'_> {
    /// Adds a term to the generator's loss for each discriminator.
    ///
    /// # Shapes
    /// - `fake`: `[batch, size, size, 3]`
    /// - `taps`: the extractor's features of `fake`
    /// - `real`: a function that gives real pictures, of the same shape as `fake`; called only by
    ///   losses that compare with them
    pub fn add_terms(
        &self,
        fake: Tensor<4>,
        taps: Option<&[Tensor<4>]>,
        real: impl Fn() -> Tensor<4>,
        terms: &mut Terms<'_>,
    ) {
        if let (Some(projected), Some(extractor), Some(taps)) =
            (&self.discriminators.projected, self.extractor, taps)
        {
            let logits = projected.forward(taps, self.labels);
            let real = || projected.forward(&extractor.taps(real()), self.labels);
            let loss = self.config.projected.generator(real, logits);
            let weight = self.config.projected_weight * self.ramp;
            terms.add("projected/generator_loss", loss, weight);
        }
        if let Some(pixel) = &self.discriminators.pixel {
            let logits = pixel.forward(fake, self.labels);
            let real = || pixel.forward(real(), self.labels);
            let loss = self.config.pixel.generator(real, logits);
            let weight = self.config.weight_of_pixels(self.extractor.is_some());
            terms.add("pixel/generator_loss", loss, weight * self.ramp);
        }
    }
}
