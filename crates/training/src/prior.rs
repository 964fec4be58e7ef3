//! The content prior's game: its sketches against the grey pictures of real paintings.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use utsushi_kernels::{matmul, sum};
use utsushi_model::{ContentPrior, Initialiser, Labels, SketchEncoder, luminance};

use crate::adversarial_terms::Game;
use crate::augment::Augmentation;
use crate::config::TrainingConfig;
use crate::discriminator_step::{Shown, add_discriminator_terms};
use crate::discriminators::{Discriminators, FeatureExtractor};
use crate::losses::reconstruction::pixel_difference;
use crate::losses::spread::{edge_spread_loss, spread, spread_loss};
use crate::optimizer::{Adam, UpdateOptions};
use crate::random::{Stream, standard_normal, stream};
use crate::resize::shrunk;
use crate::stats::StepValues;
use crate::terms::Terms;

/// Weight of the term that spreads the codes of real pictures over all directions, as noise does.
const SCATTER: f32 = 5.0;

/// The content prior's opponents: its discriminators, and the optimizers of both sides.
#[derive(Debug)]
pub struct PriorGame {
    pub(crate) discriminators: Discriminators,
    pub(crate) encoder: SketchEncoder,
    pub(crate) prior_optimizer: Adam,
    pub(crate) discriminators_optimizer: Adam,
}

/// The two networks of the prior that learn together: from noise to sketch, and from sketch to
/// noise.
#[derive(Module, Debug)]
pub(crate) struct Sketching {
    pub prior: ContentPrior,
    pub encoder: SketchEncoder,
}

/// Inputs of one step of the content prior's game.
pub struct PriorStep<'a> {
    pub config: &'a TrainingConfig,
    pub extractor: Option<&'a FeatureExtractor>,
    /// Real paintings, `[batch, size, size, 3]`.
    pub paintings: Tensor<4>,
    /// Styles of the paintings, `[batch]`.
    pub labels: &'a Tensor<1, Int>,
    pub step: u64,
    /// Learning rates of the prior and of the discriminators.
    pub rates: [f32; 2],
    pub update: UpdateOptions,
}

impl PriorGame {
    /// A game with fresh discriminators on `device`, an autodiff one.
    pub fn new(config: &TrainingConfig, with_features: bool, device: &Device) -> Self {
        let mut config = config.clone();
        // Other first weights than the other game's discriminators have.
        config.run.seed ^= 0x5052_494f;
        config.losses.classification = 0.0;
        // Sketches are drawn for styles alone.
        config.model.conditions.clear();
        let sizes = config.model.prior.clone().unwrap_or_default();
        let init = &mut Initialiser::new(config.run.seed ^ 0x5345_4e43, device);
        Self {
            encoder: SketchEncoder::new(&sizes, init),
            discriminators: Discriminators::new(&config, with_features, device),
            prior_optimizer: Adam::default(),
            discriminators_optimizer: Adam::default(),
        }
    }

    /// Makes one step: updates the discriminators, then `prior`, which is returned.
    pub fn play(
        &mut self,
        prior: ContentPrior,
        step: &PriorStep<'_>,
        values: &mut StepValues,
    ) -> ContentPrior {
        let shared = step.config.prior.shared;
        let together = |prior: ContentPrior| {
            if shared {
                prior.with_one_style()
            } else {
                prior
            }
        };
        let prior = together(prior);
        let first = step.labels.zeros_like();
        let own_labels = if shared { &first } else { step.labels };
        let [batch, ..] = step.paintings.dims();
        let device = step.paintings.device();
        let sizes = step.config.model.prior.clone().unwrap_or_default();
        let (size, noise_dim) = (sizes.size, sizes.latent_dim);
        let random = &mut stream(step.config.run.seed, Stream::SketchAugmentation, step.step);
        let augmentation =
            Augmentation::draw(&step.config.augmentation, random, batch, size, &device);
        let real = shrunk(luminance(step.paintings.clone()), size);
        // The first half is drawn again from the noise that is read in it, beside new sketches.
        let half = batch / 2;
        let again = real.clone().narrow(0, 0, half);
        let codes = self.encoder.forward(again.clone());
        // And its labels are drawn from other noise, to see what that brings.
        let noise = normal(step, Stream::Sketches, [batch + half, noise_dim], &device);
        let some = own_labels.clone().narrow(0, 0, half);
        let drawn = prior.forward(
            Tensor::cat(vec![noise.clone(), codes.clone()], 0),
            Tensor::cat(vec![own_labels.clone(), some.clone(), some], 0),
        );
        let sketches = drawn.clone().narrow(0, 0, batch);
        let other = drawn.clone().narrow(0, batch, half);
        let redrawn = drawn.narrow(0, batch + half, half);
        let real = real.expand([batch, size, size, 3]);
        let games = &step.config.adversarial;
        let labels = Labels::from(own_labels);

        let shown = Shown {
            real: real.clone(),
            fake: sketches.clone().inner(),
            labels: &labels,
            conditions: &[],
            augmentation: &augmentation,
            noise: step
                .step
                .is_multiple_of(games.penalty_interval)
                .then(|| normal(step, Stream::SketchNoise, [batch, size, size, 3], &device)),
        };
        let mut terms = Terms::new(values);
        let extractor = step.extractor;
        add_discriminator_terms(&self.discriminators, extractor, shown, games, &mut terms);
        let gradients = terms.total().backward();
        let rate = step.rates[1];
        let (discriminators, norm) = self.discriminators_optimizer.update(
            self.discriminators.clone(),
            &gradients,
            step.update,
            |_| rate,
        );
        self.discriminators = discriminators.advanced();
        values.set("gradient/discriminators", norm);

        let discriminators = self.discriminators.valid();
        let one = sketches.clone().narrow(0, 0, half);
        let fake = augmentation.apply(sketches);
        let game = Game {
            discriminators: &discriminators,
            extractor: step.extractor,
            labels: &labels,
            config: games,
            ramp: 1.0,
        };
        let changed = || augmentation.apply(real.clone());
        let taps = step.extractor.map(|extractor| extractor.taps(fake.clone()));
        let mut terms = Terms::new(values);
        game.add_terms(fake, taps.as_deref(), changed, &mut terms);
        terms.record("spread", spread(one.clone(), other.clone(), real.clone()));
        let weights = &step.config.prior;
        if weights.edges > 0.0 {
            let loss = edge_spread_loss(one.clone(), other.clone(), real.clone());
            terms.add("edges", loss, weights.edges);
        }
        if weights.spread > 0.0 {
            terms.add_unrecorded(spread_loss(one.clone(), other, real), weights.spread);
        }
        if weights.noise > 0.0 {
            let read = self.encoder.forward(one.narrow(3, 0, 1));
            let missed = misread(read, noise.narrow(0, 0, half));
            terms.add("noise", missed, weights.noise);
        }
        if weights.reconstruction > 0.0 {
            let difference = pixel_difference(redrawn, again.expand([half, size, size, 3]));
            terms.add("reconstruction", difference, weights.reconstruction);
            terms.add("likeness", likeness(codes), SCATTER);
        }
        let gradients = terms.total().backward();
        let rate = step.rates[0];
        let learning = Sketching {
            prior,
            encoder: self.encoder.clone(),
        };
        let (learned, norm) =
            self.prior_optimizer
                .update(learning, &gradients, step.update, |_| rate);
        values.set("gradient/prior", norm);
        self.encoder = learned.encoder;
        together(learned.prior)
    }
}

/// One minus the mean cosine between noise and the noise read in its sketch, `[1]`: 0 if the two
/// agree, 1 if the noise has left no trace (the reconstructor of VEEGAN, Srivastava et al. 2017).
fn misread(read: Tensor<2>, noise: Tensor<2>) -> Tensor<1> {
    let length = |rows: Tensor<2>| (rows.powi_scalar(2).sum_dim(1) + 1e-8).sqrt();
    let lengths = length(read.clone()) * length(noise.clone());
    ((read * noise).sum_dim(1) / lengths).mean() * -1.0 + 1.0
}

/// Mean squared cosine between the codes of different pictures, `[1]`: 1 if all are the same, and
/// the reciprocal of their length if they lie as noise does.
fn likeness(codes: Tensor<2>) -> Tensor<1> {
    let [count, length] = codes.dims();
    let cosines = matmul(codes.clone(), codes.transpose()) / length as f32;
    let pairs = (count * (count - 1)).max(1) as f32;
    // The diagonal is 1 throughout.
    (sum(cosines.powi_scalar(2)) - count as f32) / pairs
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_found_whatever_its_length_and_its_opposite_is_not() {
        let device = Device::flex();
        let noise = Tensor::<2>::from_floats([[3.0, 4.0], [0.0, 2.0]], &device);
        let missed = |read: Tensor<2>| misread(read, noise.clone()).into_scalar::<f32>();
        assert!(missed(noise.clone() * 0.1).abs() < 1e-5);
        assert!((missed(noise.clone().neg()) - 2.0).abs() < 1e-5);
        let aside = Tensor::<2>::from_floats([[-4.0, 3.0], [5.0, 0.0]], &device);
        assert!((missed(aside) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn codes_in_one_direction_are_alike_and_codes_at_right_angles_are_not() {
        let device = Device::flex();
        let codes = |values: [[f32; 2]; 2]| Tensor::<2>::from_floats(values, &device);
        let alike = |values| likeness(codes(values)).into_scalar::<f32>();
        let root = 2f32.sqrt();
        assert!((alike([[1.0, 1.0], [1.0, 1.0]]) - 1.0).abs() < 1e-5);
        assert!((alike([[1.0, 1.0], [-1.0, -1.0]]) - 1.0).abs() < 1e-5);
        assert!(alike([[root, 0.0], [0.0, root]]).abs() < 1e-5);
    }
}
