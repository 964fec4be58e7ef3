//! The content prior's game: sketches against the grey pictures of real paintings.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_kernels::average_pool2;
use utsushi_model::{ContentPrior, luminance};

use crate::augment::Augmentation;
use crate::config::{AdversarialConfig, TrainingConfig};
use crate::discriminator_step::{Shown, discriminator_loss};
use crate::judges::{Eyes, Judges};
use crate::losses::spread::{spread, spread_loss};
use crate::optimizer::{Adam, UpdateOptions};
use crate::random::{Stream, standard_normal, stream};
use crate::resize::resize_bilinear;
use crate::stats::StepValues;

/// What the prior plays against, and how it learns.
#[derive(Debug)]
pub struct PriorGame {
    pub(crate) judges: Judges,
    pub(crate) prior_optimizer: Adam,
    pub(crate) judges_optimizer: Adam,
}

/// What a step of the game is played with.
pub struct PriorStep<'a> {
    pub config: &'a TrainingConfig,
    pub eyes: Option<&'a Eyes>,
    /// Real paintings, `[batch, size, size, 3]`.
    pub paintings: Tensor<4>,
    /// Their styles, `[batch]`.
    pub labels: &'a Tensor<1, Int>,
    pub step: u64,
    /// Learning rates of prior and discriminators.
    pub rates: [f32; 2],
    pub update: UpdateOptions,
}

impl PriorGame {
    /// Fresh discriminators on `device`, an autodiff one.
    pub fn new(config: &TrainingConfig, with_features: bool, device: &Device) -> Self {
        let mut config = config.clone();
        // Other first weights than the other game's discriminators have.
        config.run.seed ^= 0x5052_494f;
        config.losses.classification = 0.0;
        Self {
            judges: Judges::new(&config, with_features, device),
            prior_optimizer: Adam::default(),
            judges_optimizer: Adam::default(),
        }
    }

    /// One step: the discriminators first, then `prior`, which is returned.
    pub fn play(
        &mut self,
        prior: ContentPrior,
        step: &PriorStep<'_>,
        values: &mut StepValues,
    ) -> ContentPrior {
        let [batch, ..] = step.paintings.dims();
        let device = step.paintings.device();
        let sizes = step.config.model.prior.clone().unwrap_or_default();
        let (size, noise_dim) = (sizes.size, sizes.latent_dim);
        // A second sketch for the labels of the first half, to see what other noise brings.
        let half = batch / 2;
        let noise = normal(step, Stream::Sketches, [batch + half, noise_dim], &device);
        let labels = vec![step.labels.clone(), step.labels.clone().narrow(0, 0, half)];
        let random = &mut stream(step.config.run.seed, Stream::SketchAugmentation, step.step);
        let augmentation =
            Augmentation::draw(&step.config.augmentation, random, batch, size, &device);
        let real = shrunk(luminance(step.paintings.clone()), size);
        let real = real.expand([batch, size, size, 3]);
        let drawn = prior.forward(noise, Tensor::cat(labels, 0));
        let sketches = drawn.clone().narrow(0, 0, batch);
        let games = &step.config.adversarial;

        let shown = Shown {
            real: real.clone(),
            fake: sketches.clone().inner(),
            labels: step.labels,
            augmentation: &augmentation,
            noise: step
                .step
                .is_multiple_of(games.penalty_interval)
                .then(|| normal(step, Stream::SketchNoise, [batch, size, size, 3], &device)),
        };
        let loss = discriminator_loss(&self.judges, step.eyes, shown, games, values);
        let gradients = loss.backward();
        let rate = step.rates[1];
        let (judges, norm) =
            self.judges_optimizer
                .update(self.judges.clone(), &gradients, step.update, |_| rate);
        self.judges = judges.advanced();
        values.set("gradient/discriminators", norm);

        let judges = self.judges.valid();
        let fake = augmentation.apply(sketches);
        let changed = || augmentation.apply(real.clone());
        let mut loss = sketch_loss(&judges, step, fake, &changed, games, values);
        let (one, other) = (
            drawn.clone().narrow(0, 0, half),
            drawn.narrow(0, batch, half),
        );
        values.set("spread", spread(one.clone(), other.clone(), real.clone()));
        let weight = step.config.prior.spread;
        if weight > 0.0 {
            loss = loss + spread_loss(one, other, real) * weight;
        }
        let gradients = loss.backward();
        let rate = step.rates[0];
        let (prior, norm) = self
            .prior_optimizer
            .update(prior, &gradients, step.update, |_| rate);
        values.set("gradient/prior", norm);
        prior
    }
}

/// Square pictures brought to a side that is no larger than theirs, without aliasing.
fn shrunk(mut pictures: Tensor<4>, side: usize) -> Tensor<4> {
    while pictures.dims()[1] >= 2 * side {
        pictures = average_pool2(pictures);
    }
    resize_bilinear(pictures, side)
}

/// What the prior minimises, `[1]`.
fn sketch_loss(
    judges: &Judges,
    step: &PriorStep<'_>,
    fake: Tensor<4>,
    real: &dyn Fn() -> Tensor<4>,
    games: &AdversarialConfig,
    values: &mut StepValues,
) -> Tensor<1> {
    let labels = step.labels;
    let mut terms = Vec::new();
    if let (Some(projected), Some(eyes)) = (&judges.projected, step.eyes) {
        let logits = projected.forward(&eyes.look(fake.clone()), labels);
        let real = || projected.forward(&eyes.look(real()), labels);
        let loss = games.projected.generator(real, logits);
        values.set("projected/generator_loss", loss.clone());
        terms.push(loss * games.projected_weight);
    }
    if let Some(pixel) = &judges.pixel {
        let logits = pixel.forward(fake, labels.clone());
        let real = || pixel.forward(real(), labels.clone());
        let loss = games.pixel.generator(real, logits);
        values.set("pixel/generator_loss", loss.clone());
        terms.push(loss * games.weight_of_pixels(step.eyes.is_some()));
    }
    terms
        .into_iter()
        .reduce(|sum, term| sum + term)
        .expect("a run has a discriminator")
}

fn normal<const D: usize>(
    step: &PriorStep<'_>,
    purpose: Stream,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    let random = &mut stream(step.config.run.seed, purpose, step.step);
    let values = standard_normal(random, shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}
