//! One update of the discriminators: what they are shown and minimise.

use burn::tensor::Tensor;
use utsushi_model::{Condition, Labels, PixelDiscriminator};

use crate::augment::Augmentation;
use crate::config::{AdversarialConfig, Precision};
use crate::discriminators::{Discriminators, FeatureExtractor, halves};
use crate::losses::classification::{accuracy, classification_loss};
use crate::losses::conditions::{condition_loss, conditions_told};
use crate::losses::gradient_penalty::gradient_penalty;
use crate::terms::Terms;

/// Pictures and labels that the discriminators are shown, without gradients.
pub struct Shown<'a> {
    /// Real paintings of the target styles, `[batch, size, size, 3]`.
    pub real: Tensor<4>,
    /// The generator's paintings, `[batch, size, size, 3]`.
    pub fake: Tensor<4>,
    /// Labels of the pictures: the target styles, and the conditions that hold.
    pub labels: &'a Labels,
    /// The model's conditions.
    pub conditions: &'a [Condition],
    /// The change that real and painted pictures undergo alike.
    pub augmentation: &'a Augmentation,
    /// Standard normal numbers for the gradient penalty, `[batch, size, size, 3]`, in the steps
    /// that take it.
    pub noise: Option<Tensor<4>>,
}

/// Adds the terms that the discriminators minimise: the games of both, and what belongs to them.
pub fn add_discriminator_terms(
    discriminators: &Discriminators,
    extractor: Option<&FeatureExtractor>,
    shown: Shown<'_>,
    config: &AdversarialConfig,
    terms: &mut Terms<'_>,
) {
    let real = shown.augmentation.apply(shown.real.clone());
    let fake = shown.augmentation.apply(shown.fake.clone());
    let both = Tensor::cat(vec![real.clone(), fake.clone()], 0);
    if let Some(extractor) = extractor
        && (discriminators.projected.is_some() || discriminators.classifier.is_some())
    {
        let taps = extractor.taps(both.clone());
        if let Some(projected) = &discriminators.projected {
            let (real, fake) = halves(projected.forward(&taps, shown.labels.twice()));
            terms.record("projected/real_logit", real.clone().mean());
            terms.record("projected/fake_logit", fake.clone().mean());
            let loss = config.projected.discriminator(real, fake);
            terms.add("projected/discriminator_loss", loss, 1.0);
        }
        if let Some(classifier) = &discriminators.classifier {
            // It learns from real paintings alone; the painted ones only show what it tells.
            let (styles, conditions) = classifier.forward(&taps);
            let (real, fake) = halves(styles);
            let told = |logits: Tensor<2>| accuracy(logits.inner(), shown.labels.styles.clone());
            terms.record("classifier/real_accuracy", told(real.clone()));
            terms.record("classifier/fake_accuracy", told(fake));
            let loss = classification_loss(real, shown.labels.styles.clone());
            terms.add("classifier/real_loss", loss, 1.0);
            if let (Some(logits), Some(holding)) = (conditions, &shown.labels.conditions) {
                let (real, fake) = halves(logits);
                let told = |logits: Tensor<2>| {
                    conditions_told(logits.inner(), holding.clone(), shown.conditions)
                };
                terms.record("classifier/real_labels", told(real.clone()));
                terms.record("classifier/fake_labels", told(fake));
                let loss = condition_loss(real, holding.clone(), shown.conditions);
                terms.add_unrecorded(loss, 1.0);
            }
        }
    }
    if let Some(pixel) = &discriminators.pixel {
        let judge = || add_pixel_terms(pixel, [real, fake], both, &shown, config, terms);
        // The penalty divides a small difference of logits by a small number: rounded products
        // would drown it.
        match shown.noise {
            Some(_) => Precision::Full.within(judge),
            None => judge(),
        }
    }
}

/// Adds the terms of the pixel discriminator: its adversarial loss, and the gradient penalty if
/// `shown` asks for it.
fn add_pixel_terms(
    pixel: &PixelDiscriminator,
    [real, fake]: [Tensor<4>; 2],
    both: Tensor<4>,
    shown: &Shown<'_>,
    config: &AdversarialConfig,
    terms: &mut Terms<'_>,
) {
    let (real_logits, fake_logits) = halves(pixel.forward(both, shown.labels.twice()));
    terms.record("pixel/real_logit", real_logits.clone().mean());
    terms.record("pixel/fake_logit", fake_logits.clone().mean());
    let loss = config
        .pixel
        .discriminator(real_logits.clone(), fake_logits.clone());
    terms.add("pixel/discriminator_loss", loss, 1.0);
    if let Some(noise) = &shown.noise {
        let noise = noise.clone() * config.penalty_noise;
        let sides = [
            ("pixel/r1", config.r1_gamma, real, real_logits),
            ("pixel/r2", config.r2_gamma, fake, fake_logits),
        ];
        for (name, gamma, pictures, logits) in sides {
            if gamma > 0.0 {
                let noisy = pixel.forward(pictures + noise.clone(), shown.labels);
                let penalty = gradient_penalty(logits, noisy, gamma, config.penalty_noise);
                // Taken now and then, so it counts for the steps in between as well.
                terms.add(name, penalty, config.penalty_interval as f32);
            }
        }
    }
}
