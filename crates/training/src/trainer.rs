//! One step of the game: real paintings, fakes, discriminators, generator, moving average.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::Module;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Pictures, TrainingBatch};
use utsushi_model::{Content, Labels, Normaliser, PainterNetworks};

use crate::augment::Augmentation;
use crate::config::TrainingConfig;
use crate::discriminator_step::{Shown, discriminator_loss};
use crate::ema::update_average;
use crate::freeze::frozen;
use crate::generator_step::{
    Painted, Target, painting_loss, reconstruction_loss, sampled_diversity,
};
use crate::judges::{Eyes, Judges};
use crate::keep::Memory;
use crate::optimizer::{Adam, UpdateOptions};
use crate::prior::{PriorGame, PriorStep};
use crate::random::{Stream, standard_normal, stream, uniform};
use crate::schedule::{cosine_decay, ema_decay, ramp_down, ramp_up};
use crate::stats::StepValues;

/// How much faster than the other weights the vectors of conditions learn: they start at zero,
/// and with Adam a step is about as long as the rate, however steep the loss.
const CONDITION_RATE: f32 = 10.0;

/// What the tables of such vectors are called, in whichever network.
const CONDITION_TABLE: &str = "labels.conditions";

/// Everything that training changes, and what it needs to do so.
#[derive(Debug)]
pub struct Trainer {
    pub(crate) config: TrainingConfig,
    pub(crate) device: Device,
    pub(crate) painter: PainterNetworks,
    pub(crate) average: PainterNetworks,
    pub(crate) judges: Judges,
    pub(crate) painter_optimizer: Adam,
    pub(crate) judges_optimizer: Adam,
    /// Where the content prior is trained.
    pub(crate) prior_game: Option<PriorGame>,
    pub(crate) step: u64,
    pub(crate) eyes: Option<Eyes>,
    /// Number of a style in the set to its label in the networks.
    pub(crate) labels: BTreeMap<usize, i64>,
    /// Numbers in the set of the styles whose pictures have lips.
    pub(crate) with_lips: BTreeSet<usize>,
    /// What the networks were before, where styles are kept of which there are no pictures.
    pub(crate) memory: Option<Memory>,
}

/// What a step of the game is played with.
struct Pieces<'a> {
    /// Pictures to repaint.
    content: Tensor<4>,
    /// Paintings that style is read in.
    reference: Tensor<4>,
    /// Paintings that those painted are judged against.
    real: Tensor<4>,
    /// Their styles, and what conditions hold.
    labels: &'a Labels,
    /// As [`Target::lips`].
    lips: Option<Tensor<1>>,
}

impl Trainer {
    /// Fresh networks from the configuration's seed on `device` (a plain one: gradients are
    /// turned on where they are needed). `labels` gives each target style's number in the set its
    /// label in the networks. Without `features` the projected discriminator, the content term
    /// and the features' share of the reconstruction fall away.
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
            average: painter.valid(),
            judges: Judges::new(&config, features.is_some(), &tracked),
            prior_game: config
                .prior
                .train
                .then(|| PriorGame::new(&config, features.is_some(), &tracked)),
            eyes: features.map(|network| Eyes::new(network, config.run.feature_size)),
            painter_optimizer: Adam::default(),
            judges_optimizer: Adam::default(),
            step: 0,
            device: device.clone(),
            painter,
            labels,
            config,
        }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The moving average of the networks that paint.
    pub fn average(&self) -> &PainterNetworks {
        &self.average
    }

    /// One step. Nothing is read back from the device: the values are looked at at ticks.
    pub fn advance(&mut self, batch: &TrainingBatch) -> StepValues {
        let mut values = StepValues::new(self.step);
        let reference = self.pictures(&batch.reference);
        if self.prior_game.is_some() {
            let labels = self.labels_of(&batch.reference);
            self.play_prior(reference.clone(), &labels.styles, &mut values);
        }
        if self.config.prior.alone {
            // The other networks stay as they are.
        } else if self.step < self.config.run.warm_up_steps {
            let codes = self.painter.style_encoder.forward(reference.clone());
            let loss = self.reconstruction(reference, codes, &mut values);
            let gradients = loss.backward();
            self.update_painter(&gradients, &mut values);
        } else {
            let content = self.pictures(&batch.content);
            let real = batch.real.as_ref();
            let real = real.map_or_else(|| reference.clone(), |real| self.pictures(real));
            let game = Pieces {
                content,
                reference,
                real,
                labels: &self.labels_of(&batch.reference),
                lips: self.lips_in(batch),
            };
            self.play(game, &mut values);
        }
        self.step += 1;
        let run = &self.config.run;
        let seen = self.step * run.batch as u64;
        let decay = ema_decay(run.batch, run.ema_half_life_pictures, seen);
        self.average = update_average(self.average.clone(), &self.painter, decay);
        values
    }

    /// Both sides of the game on one batch.
    fn play(&mut self, pieces: Pieces<'_>, values: &mut StepValues) {
        let Pieces {
            content,
            reference,
            real,
            labels,
            lips,
        } = pieces;
        let config = &self.config;
        let step = self.step;
        let [batch, size, _, _] = content.dims();
        let random = &mut stream(config.run.seed, Stream::Augmentation, step);
        let augmentation =
            Augmentation::draw(&config.augmentation, random, batch, size, &self.device);
        let reconstruct = config.losses.reconstruction > 0.0
            && step.is_multiple_of(config.losses.reconstruction_interval);
        let (painted, own_codes) = self.paint(&content, &reference, labels, reconstruct);

        let shown = Shown {
            real: real.clone(),
            fake: painted.fake.clone().inner(),
            labels,
            conditions: &config.model.conditions,
            augmentation: &augmentation,
            noise: step
                .is_multiple_of(config.adversarial.penalty_interval)
                .then(|| self.normal(Stream::Noise, [batch, size, size, 3])),
        };
        let eyes = self.eyes.as_ref();
        let loss = discriminator_loss(&self.judges, eyes, shown, &config.adversarial, values);
        self.update_judges(&loss.backward(), values);

        let config = &self.config;
        let eyes = self.eyes.as_ref();
        let target = Target {
            content,
            reference: real.clone(),
            labels,
            lips,
            augmentation: &augmentation,
            ramp: ramp_up(step, config.run.warm_up_steps, config.run.ramp_steps),
        };
        let judges = self.judges.valid();
        let mut loss = painting_loss(
            &self.painter,
            &judges,
            eyes,
            &painted,
            &target,
            config,
            values,
        );
        if let Some(codes) = own_codes {
            loss = loss + self.reconstruction(real, codes, values);
        }
        let losses = &config.losses;
        if losses.keep > 0.0
            && step.is_multiple_of(losses.keep_interval)
            && let Some(term) = self.kept(&painted, &target.content, values)
        {
            loss = loss + term * (losses.keep * losses.keep_interval as f32);
        }
        let diversity = losses.diversity
            * ramp_down(step - config.run.warm_up_steps, losses.diversity_steps)
            * target.ramp;
        if diversity > 0.0 && step.is_multiple_of(losses.diversity_interval) {
            let noise = self.latents(step + (1 << 40), batch - batch / 2);
            let term = sampled_diversity(&self.painter, &painted, noise, labels, values);
            loss = loss + term * (diversity * losses.diversity_interval as f32);
        }
        let gradients = loss.backward();
        self.update_painter(&gradients, values);
    }

    /// Paints the contents, the first half in the references' styles, the second in drawn ones.
    /// Also the references' own codes if all of them are wanted.
    fn paint(
        &self,
        content: &Tensor<4>,
        reference: &Tensor<4>,
        labels: &Labels,
        own_codes: bool,
    ) -> (Painted, Option<Tensor<3>>) {
        let [batch, ..] = content.dims();
        let half = batch / 2;
        let shown = if own_codes {
            reference.clone()
        } else {
            reference.clone().slice([0..half])
        };
        let read = self.painter.style_encoder.forward(shown);
        let noise = self.latents(self.step, batch - half);
        let drawn = self
            .painter
            .mapping_network
            .forward(noise, labels.rows(half..batch));
        let codes = Tensor::cat(vec![read.clone().slice([0..half]), drawn], 0);
        let norm = &mut Normaliser::each_picture();
        let content = self.painter.generator.encode(content.clone());
        let fake = self
            .painter
            .generator
            .decoder
            .forward(&content, codes.clone(), norm);
        (
            Painted {
                content,
                codes,
                fake,
            },
            own_codes.then_some(read),
        )
    }

    /// Styles that the networks knew before, on the first half of the contents.
    fn kept(
        &self,
        painted: &Painted,
        pictures: &Tensor<4>,
        values: &mut StepValues,
    ) -> Option<Tensor<1>> {
        let memory = self.memory.as_ref()?;
        let half = pictures.dims()[0] / 2;
        let first = |x: &Tensor<4>| x.clone().narrow(0, 0, half);
        let content = Content {
            features: first(&painted.content.features),
            lines: painted.content.lines.as_ref().map(first),
        };
        let noise = self.latents(self.step + (2 << 40), half);
        let round = (self.step / self.config.losses.keep_interval) as usize;
        let pictures = first(pictures);
        Some(memory.loss(&self.painter, pictures, &content, noise, round, values))
    }

    fn reconstruction(
        &self,
        paintings: Tensor<4>,
        codes: Tensor<3>,
        values: &mut StepValues,
    ) -> Tensor<1> {
        let eyes = self.eyes.as_ref();
        reconstruction_loss(&self.painter, eyes, paintings, codes, &self.config, values)
    }

    fn update_painter(&mut self, gradients: &Gradients, values: &mut StepValues) {
        let rates = &self.config.optimizer;
        let decay = self.rate_decay();
        let rate = |name: &str| {
            let mapping = name.starts_with("mapping_network");
            decay
                * if name.ends_with(CONDITION_TABLE) {
                    rates.generator_rate * CONDITION_RATE
                } else if mapping {
                    rates.mapping_rate
                } else {
                    rates.generator_rate
                }
        };
        let options = self.update_options();
        let (painter, norm) =
            self.painter_optimizer
                .update(self.painter.clone(), gradients, options, rate);
        self.painter = painter;
        values.set("gradient/painter", norm);
    }

    fn update_judges(&mut self, gradients: &Gradients, values: &mut StepValues) {
        let rate = self.config.optimizer.discriminator_rate * self.rate_decay();
        let options = self.update_options();
        let (judges, norm) = self.judges_optimizer.update(
            self.judges.clone(),
            gradients,
            options,
            |name| match name.ends_with(CONDITION_TABLE) {
                true => rate * CONDITION_RATE,
                false => rate,
            },
        );
        self.judges = judges.advanced();
        values.set("gradient/discriminators", norm);
    }

    /// A step of the content prior's game.
    fn play_prior(
        &mut self,
        paintings: Tensor<4>,
        labels: &Tensor<1, Int>,
        values: &mut StepValues,
    ) {
        let (rates, decay) = (&self.config.optimizer, self.rate_decay());
        let step = PriorStep {
            config: &self.config,
            eyes: self.eyes.as_ref(),
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
        let (run, config) = (&self.config.run, &self.config.optimizer);
        let from = (run.steps as f64 * f64::from(config.decay_from)) as u64;
        cosine_decay(self.step, from, run.steps, config.final_rate)
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

    /// Which contents have lips where the whole picture has its mouth, `[batch]`: 1 or 0.
    fn lips_in(&self, batch: &TrainingBatch) -> Option<Tensor<1>> {
        let has_lips = |style: &usize| self.with_lips.contains(style);
        if self.config.losses.lips == 0.0 || batch.real.is_some() {
            return None;
        }
        let styles = &batch.content.styles;
        let rows = styles
            .iter()
            .map(|style| f32::from(u8::from(has_lips(style))));
        let rows = TensorData::new(rows.collect::<Vec<_>>(), [styles.len()]);
        Some(Tensor::from_data(rows, &self.device))
    }

    /// Which values of the model's conditions hold. Of the second half, which is painted in drawn
    /// styles, some are left out by chance.
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

    fn latents(&self, key: u64, count: usize) -> Tensor<2> {
        let dim = self.config.model.latent_dim;
        let random = &mut stream(self.config.run.seed, Stream::Latents, key);
        let values = standard_normal(random, count * dim);
        Tensor::from_data(TensorData::new(values, [count, dim]), &self.device)
    }

    fn normal(&self, purpose: Stream, shape: [usize; 4]) -> Tensor<4> {
        let random = &mut stream(self.config.run.seed, purpose, self.step);
        let values = standard_normal(random, shape.iter().product());
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }
}
