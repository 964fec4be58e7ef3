//! The trainer, which makes one step of the game: real paintings, fakes, discriminators, generator,
//! moving average.

mod picture_weights;

use std::collections::{BTreeMap, BTreeSet};

use burn::module::Module;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Pictures, TrainingBatch};
use utsushi_model::{
    ContentFeatures, ContentPrior, Labels, Normaliser, PainterNetworks, ParameterGroup,
};

use crate::augment::Augmentation;
use crate::config::TrainingConfig;
use crate::discriminator_step::{Shown, add_discriminator_terms};
use crate::discriminators::{Discriminators, FeatureExtractor};
use crate::ema::update_average;
use crate::freeze::frozen;
use crate::generator_step::{
    Painted, Reconstruction, Target, add_painting_terms, reconstruction_loss, sampled_diversity,
};
use crate::keep::Memory;
use crate::optimizer::{Adam, UpdateOptions};
use crate::prior::{PriorGame, PriorStep};
use crate::procedural::{disturbed, repainted, smooth_contents};
use crate::random::{Stream, integer, standard_normal, stream, uniform};
use crate::reference_game::ReferenceGame;
use crate::run::{Schedule, Watch};
use crate::schedule::{ema_decay, ramp_down, ramp_up};
use crate::stats::StepValues;
use crate::terms::Terms;

/// Factor of the learning rate of the vectors of conditions: they start at zero, and with Adam a
/// step is about as long as the rate, however steep the loss.
const CONDITION_RATE: f32 = 10.0;

/// A trainer: everything that training changes, and what it needs to do so.
#[derive(Debug)]
pub struct Trainer {
    pub(crate) config: TrainingConfig,
    pub(crate) device: Device,
    pub(crate) painter: PainterNetworks,
    pub(crate) average: PainterNetworks,
    pub(crate) discriminators: Discriminators,
    pub(crate) painter_optimizer: Adam,
    pub(crate) discriminators_optimizer: Adam,
    /// The content prior's game, if the prior is trained.
    pub(crate) prior_game: Option<PriorGame>,
    pub(crate) step: u64,
    /// Length of the run, and when its learning rates fall.
    pub(crate) schedule: Schedule,
    /// Watch of the clock, if the run has a time budget.
    pub(crate) watch: Option<Watch>,
    pub(crate) extractor: Option<FeatureExtractor>,
    /// Map from a style's number in the set to its label in the networks.
    pub(crate) labels: BTreeMap<usize, i64>,
    /// Numbers in the set of the styles whose pictures have lips that the lip term protects.
    pub(crate) with_lips: BTreeSet<usize>,
    /// Map from a style's number in the set to the smoothness (0…1) of its contents; missing styles
    /// count as 0.
    pub(crate) smoothness: BTreeMap<usize, f32>,
    /// The former networks, if styles are kept of which there are no pictures.
    pub(crate) memory: Option<Memory>,
}

impl Trainer {
    /// A trainer of fresh networks from the configuration's seed on `device` (a plain one:
    /// gradients are turned on where they are needed). `labels` gives each target style's number in
    /// the set its label in the networks. Without `features` the projected discriminator, the
    /// content term and the features' share of the reconstruction fall away.
    pub fn new(
        config: TrainingConfig,
        features: Option<FeatureNetwork>,
        labels: BTreeMap<usize, i64>,
        device: &Device,
    ) -> Self {
        let tracked = device.clone().autodiff();
        let painter = PainterNetworks::new(&config.model, config.run.seed, &tracked);
        let painter = frozen(painter, &config.optimizer.frozen);
        Self {
            memory: None,
            with_lips: BTreeSet::new(),
            smoothness: BTreeMap::new(),
            average: painter.valid(),
            discriminators: Discriminators::new(&config, features.is_some(), &tracked)
                .with_reference(&config, features.is_some(), &tracked),
            prior_game: config
                .prior
                .train
                .then(|| PriorGame::new(&config, features.is_some(), &tracked)),
            extractor: features
                .map(|network| FeatureExtractor::new(network, config.run.feature_size)),
            painter_optimizer: Adam::default(),
            discriminators_optimizer: Adam::default(),
            step: 0,
            schedule: Schedule::default(),
            watch: None,
            device: device.clone(),
            painter,
            labels,
            config,
        }
    }

    /// Number of steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Number of steps of the whole run, as far as it is fixed.
    pub(crate) fn last_step(&self) -> u64 {
        self.schedule.last_step(&self.config)
    }

    /// The moving average of the networks that paint.
    pub fn average(&self) -> &PainterNetworks {
        &self.average
    }

    /// Makes one training step. Nothing is read back from the device: values are read at ticks.
    pub fn advance(&mut self, batch: &TrainingBatch) -> StepValues {
        let precision = self.config.run.precision;
        precision.within(|| self.advance_within(batch))
    }

    fn advance_within(&mut self, batch: &TrainingBatch) -> StepValues {
        let mut values = StepValues::new(self.step);
        let reference = self.pictures(&batch.reference);
        if self.prior_game.is_some() {
            let labels = self.labels_of(&batch.reference);
            self.play_prior(reference.clone(), &labels.styles, &mut values);
        }
        if self.config.prior.alone {
            // The other networks stay as they are.
        } else if self.step < self.config.run.warm_up_steps {
            let losses = &self.config.losses;
            // As much as in the steps that come after, for which Adam keeps the gradients' size.
            let weight = losses.reconstruction * losses.reconstruction_interval as f32;
            let loss = self.reconstruction(&batch.reference, &mut values) * weight;
            let gradients = loss.backward();
            self.update_painter(&gradients, &mut values);
        } else {
            self.play(batch, reference, &mut values);
        }
        self.step += 1;
        let run = &self.config.run;
        let seen = self.step * run.batch as u64;
        let decay = ema_decay(run.batch, run.ema_half_life_pictures, seen);
        self.average = update_average(self.average.clone(), &self.painter, decay);
        values
    }

    /// Plays both sides of the game on one batch: discriminators, then generator.
    fn play(&mut self, batch: &TrainingBatch, reference: Tensor<4>, values: &mut StepValues) {
        let config = &self.config;
        let (seed, step) = (config.run.seed, self.step);
        let labels = &self.labels_of(&batch.reference);
        let lips = self.lips_in(batch);
        let contents = smooth_contents(batch, &self.smoothness);
        let content = self.pictures(&contents);
        let real_pictures = batch.real.as_ref().unwrap_or(&batch.reference);
        let real = match &batch.real {
            Some(real) => self.pictures(real),
            None => reference.clone(),
        };
        let shown = match config.procedural.disturbed {
            0.0 => content.clone(),
            share => {
                let random = &mut stream(seed, Stream::Disturbance, step);
                self.pictures(&disturbed(&contents, random, share))
            }
        };
        let [rows, size, _, _] = content.dims();
        let random = &mut stream(seed, Stream::Augmentation, step);
        let augmentation =
            Augmentation::draw(&config.augmentation, random, rows, size, &self.device);
        let painted = self.paint(shown, &reference, labels);

        let shown = Shown {
            real: real.clone(),
            fake: painted.fake.clone().inner(),
            labels,
            conditions: &config.model.conditions,
            augmentation: &augmentation,
            noise: step
                .is_multiple_of(config.adversarial.penalty_interval)
                .then(|| self.normal(Stream::Noise, [rows, size, size, 3])),
        };
        let extractor = self.extractor.as_ref();
        let mut terms = Terms::new(values);
        add_discriminator_terms(
            &self.discriminators,
            extractor,
            shown,
            &config.adversarial,
            &mut terms,
        );
        let first_half = |pictures: &Tensor<4>| pictures.clone().narrow(0, 0, rows / 2);
        let mut reference_game = None;
        if let (Some(net), Some(extractor)) = (&self.discriminators.reference, extractor) {
            let random = &mut stream(seed, Stream::Windows, step);
            let game = ReferenceGame::draw(random, rows / 2, size, &self.device);
            let (real, fake) = (first_half(&real), first_half(&painted.fake).inner());
            let (loss, taps) =
                game.discriminator_loss(net, extractor, &real, &fake, terms.values());
            terms.add("reference/discriminator_loss", loss, 1.0);
            reference_game = Some((game, taps));
        }
        let gradients = terms.total().backward();
        self.update_discriminators(&gradients, values);

        let config = &self.config;
        let extractor = self.extractor.as_ref();
        let random = &mut stream(seed, Stream::Matching, step);
        let target = Target {
            content,
            reference: real,
            labels,
            lips,
            smoothness: self.smoothness_in(batch),
            augmentation: &augmentation,
            ramp: ramp_up(step, config.run.warm_up_steps, config.run.ramp_steps),
            matched: [0, 1].map(|_| integer(random, 0, 1) as usize),
        };
        let discriminators = self.discriminators.valid();
        let mut terms = Terms::new(values);
        add_painting_terms(
            &self.painter,
            &discriminators,
            extractor,
            &painted,
            &target,
            config,
            &mut terms,
        );
        if let (Some(net), Some(extractor), Some((game, seen))) =
            (&discriminators.reference, extractor, &reference_game)
        {
            let fake = first_half(&painted.fake);
            let loss = game.generator_loss(net, extractor, seen, &fake);
            let weight = config.adversarial.reference_weight * target.ramp;
            terms.add("reference/generator_loss", loss, weight);
        }
        let losses = &config.losses;
        if losses.reconstruction > 0.0 && step.is_multiple_of(losses.reconstruction_interval) {
            let weight = losses.reconstruction * losses.reconstruction_interval as f32;
            let loss = self.reconstruction(real_pictures, terms.values());
            terms.add_unrecorded(loss, weight);
        }
        if losses.keep > 0.0
            && step.is_multiple_of(losses.keep_interval)
            && let Some(loss) = self.kept(&painted, &target.content, terms.values())
        {
            terms.add_unrecorded(loss, losses.keep * losses.keep_interval as f32);
        }
        let diversity = losses.diversity
            * ramp_down(step - config.run.warm_up_steps, losses.diversity_steps)
            * target.ramp;
        if diversity > 0.0 && step.is_multiple_of(losses.diversity_interval) {
            let noise = self.latents(Stream::DiversityLatents, rows - rows / 2);
            let loss = sampled_diversity(&self.painter, &painted, noise, labels);
            terms.add(
                "diversity",
                loss,
                diversity * losses.diversity_interval as f32,
            );
        }
        let gradients = terms.total().backward();
        self.update_painter(&gradients, values);
    }

    /// Paints the contents, the first half in the references' styles, the second in drawn ones.
    fn paint(&self, content: Tensor<4>, reference: &Tensor<4>, labels: &Labels) -> Painted {
        let [batch, ..] = content.dims();
        let half = batch / 2;
        let read = self
            .painter
            .style_encoder
            .forward(reference.clone().slice([0..half]));
        let noise = self.latents(Stream::Latents, batch - half);
        let drawn = self
            .painter
            .mapping_network
            .forward(noise, labels.rows(half..batch));
        let codes = Tensor::cat(vec![read, drawn], 0);
        let generator = &self.painter.generator;
        let content = generator.encode(content);
        let norm = &mut Normaliser::each_picture();
        let fake = generator.decoder.forward(&content, codes.clone(), norm);
        Painted {
            content,
            codes,
            fake,
        }
    }

    /// The loss, on the first half of the contents, of the styles that are kept without pictures,
    /// if there are any.
    fn kept(
        &self,
        painted: &Painted,
        pictures: &Tensor<4>,
        values: &mut StepValues,
    ) -> Option<Tensor<1>> {
        let memory = self.memory.as_ref()?;
        let half = pictures.dims()[0] / 2;
        let first = |x: &Tensor<4>| x.clone().narrow(0, 0, half);
        let content = ContentFeatures {
            features: first(&painted.content.features),
            lines: painted.content.lines.as_ref().map(first),
        };
        let noise = self.latents(Stream::KeptLatents, half);
        let round = (self.step / self.config.losses.keep_interval) as usize;
        let pictures = first(pictures);
        Some(memory.loss(&self.painter, pictures, &content, noise, round, values))
    }

    /// The reconstruction term: paintings, some repainted by procedural painters, are painted
    /// again, with the style read in the mirrored painting, and the content in versions that other
    /// painters and the disturbance have changed.
    fn reconstruction(&self, paintings: &Pictures, values: &mut StepValues) -> Tensor<1> {
        let procedural = &self.config.procedural;
        let random = &mut stream(self.config.run.seed, Stream::Painters, self.step);
        let truth = repainted(paintings, random, procedural.painted);
        let shown = repainted(paintings, random, procedural.painted / 2.0);
        let shown = disturbed(&shown, random, procedural.disturbed);
        let truth = self.pictures(&truth);
        let codes = self.painter.style_encoder.forward(truth.clone().flip([2]));
        let reconstruction = Reconstruction {
            shown: self.pictures(&shown),
            truth,
            codes,
        };
        let extractor = self.extractor.as_ref();
        reconstruction_loss(
            &self.painter,
            extractor,
            reconstruction,
            &self.config,
            values,
        )
    }

    fn update_painter(&mut self, gradients: &Gradients, values: &mut StepValues) {
        let (rates, decay) = (&self.config.optimizer, self.rate_decay());
        let groups = self.painter.parameter_groups();
        let rate = |parameter| {
            decay
                * match groups.get(&parameter) {
                    Some(ParameterGroup::ConditionVectors) => rates.generator_rate * CONDITION_RATE,
                    Some(ParameterGroup::StyleVectors | ParameterGroup::MappingLayers) => {
                        rates.mapping_rate
                    }
                    _ => rates.generator_rate,
                }
        };
        let options = self.update_options();
        let (painter, norm) =
            self.painter_optimizer
                .update(self.painter.clone(), gradients, options, rate);
        self.painter = painter;
        values.set("gradient/painter", norm);
    }

    fn update_discriminators(&mut self, gradients: &Gradients, values: &mut StepValues) {
        let rate = self.config.optimizer.discriminator_rate * self.rate_decay();
        let options = self.update_options();
        let condition_vectors = self.discriminators.condition_vectors();
        let (discriminators, norm) = self.discriminators_optimizer.update(
            self.discriminators.clone(),
            gradients,
            options,
            |parameter| {
                if condition_vectors.contains(&parameter) {
                    rate * CONDITION_RATE
                } else {
                    rate
                }
            },
        );
        self.discriminators = discriminators.advanced();
        values.set("gradient/discriminators", norm);
    }

    /// Makes a step of the content prior's game.
    fn play_prior(
        &mut self,
        paintings: Tensor<4>,
        labels: &Tensor<1, Int>,
        values: &mut StepValues,
    ) {
        let (rates, decay) = (&self.config.optimizer, self.rate_decay());
        let step = PriorStep {
            config: &self.config,
            extractor: self.extractor.as_ref(),
            paintings,
            labels,
            step: self.step,
            rates: [rates.generator_rate, rates.discriminator_rate].map(|rate| rate * decay),
            update: self.update_options(),
        };
        let mut played = StepValues::new(self.step);
        if let (Some(game), Some(prior)) = (&mut self.prior_game, &self.painter.content_prior) {
            let prior = game.play(prior.clone(), &step, &mut played);
            self.painter.content_prior = Some(prior);
            if self.config.prior.shared {
                // The mean of what is shared is shared.
                let average = self.average.content_prior.take();
                self.average.content_prior = average.map(ContentPrior::with_one_style);
            }
        }
        values.extend_under("prior", played);
    }

    fn update_options(&self) -> UpdateOptions {
        let config = &self.config.optimizer;
        UpdateOptions {
            beta1: config.beta1,
            beta2: config.beta2,
            clip_norm: config.clip_norm,
        }
    }

    fn rate_decay(&self) -> f32 {
        self.schedule.decay(self.step, &self.config)
    }

    fn pictures(&self, pictures: &Pictures) -> Tensor<4> {
        let (count, size) = (pictures.len(), pictures.size);
        let data = TensorData::new(pictures.pixels.clone(), [count, size, size, 3]);
        Tensor::from_data(data, &self.device)
    }

    fn labels_of(&self, pictures: &Pictures) -> Labels {
        let label = |style: &usize| self.labels.get(style).copied().unwrap_or(0);
        let styles: Vec<i64> = pictures.styles.iter().map(label).collect();
        let styles = TensorData::new(styles, [pictures.len()]);
        Labels {
            styles: Tensor::from_data(styles, &self.device),
            conditions: self.holding(pictures),
        }
    }

    /// The values of the model's conditions that hold for each picture. In the second half of the
    /// batch, which is painted in drawn styles, some are hidden at random.
    fn holding(&self, pictures: &Pictures) -> Option<Tensor<2>> {
        let (config, count) = (&self.config, pictures.len());
        let width = config.model.condition_values();
        if width == 0 {
            return None;
        }
        let random = &mut stream(config.run.seed, Stream::Labels, self.step);
        let mut rows = Vec::with_capacity(count * width);
        for row in 0..count {
            let labels = pictures.labels.get(row);
            for condition in &config.model.conditions {
                let chance = uniform(random);
                let is_kept = row < count / 2 || chance >= config.labels.left_out;
                let own = labels.filter(|_| is_kept);
                let own = own.and_then(|labels| labels.get(&condition.name));
                let holds = |value: &String| f32::from(u8::from(own == Some(value)));
                rows.extend(condition.values.iter().map(holds));
            }
        }
        Some(Tensor::from_data(
            TensorData::new(rows, [count, width]),
            &self.device,
        ))
    }

    fn latents(&self, purpose: Stream, count: usize) -> Tensor<2> {
        let dim = self.config.model.latent_dim;
        let random = &mut stream(self.config.run.seed, purpose, self.step);
        let values = standard_normal(random, count * dim);
        Tensor::from_data(TensorData::new(values, [count, dim]), &self.device)
    }

    fn normal(&self, purpose: Stream, shape: [usize; 4]) -> Tensor<4> {
        let random = &mut stream(self.config.run.seed, purpose, self.step);
        let values = standard_normal(random, shape.iter().product());
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }
}
