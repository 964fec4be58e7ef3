//! Configuration of a training run: the TOML file, in which unknown keys are errors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use utsushi_dataset::NearViews;
use utsushi_model::{DiscriminatorConfig, ModelConfig};

use crate::losses::adversarial::AdversarialLoss;

mod labels;
mod part;
mod precision;
mod validate;

pub use labels::LabelsConfig;
pub use part::NetworkPart;
pub use precision::Precision;

/// Configuration of a training run, as the TOML file gives it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Length of the run, size of its pictures, and intervals between its outputs.
    pub run: RunConfig,
    /// Sizes of the networks that paint.
    pub model: ModelConfig,
    /// Sizes of the discriminators.
    pub discriminator: DiscriminatorConfig,
    /// Adversarial losses, their weights and the gradient penalty.
    pub adversarial: AdversarialConfig,
    /// Weights of the other terms of the generator's loss.
    pub losses: LossConfig,
    /// Learning rates and other settings of the optimizer.
    pub optimizer: OptimizerConfig,
    /// Changes of pictures before they are judged.
    pub augmentation: AugmentationConfig,
    /// Training of the content prior, which plays a game of its own; its sizes are `[model.prior]`.
    pub prior: PriorTraining,
    /// Labels of the set that become conditions of the model.
    pub labels: LabelsConfig,
    /// Windows of larger pictures, which show things from nearer.
    pub near: NearViews,
    /// Changes of pictures by randomly drawn rules.
    pub procedural: ProceduralConfig,
    /// The frequency of each style as a target, relative to the others; a style left out counts 1.
    pub style_weights: BTreeMap<String, f32>,
}

/// Length of a run, size of its pictures, and intervals between its outputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunConfig {
    /// Seed from which every random number of the run follows.
    pub seed: u64,
    /// Side of the pictures, in pixels.
    pub size: usize,
    /// Pictures in one step.
    pub batch: usize,
    /// Number of steps of the whole run.
    pub steps: u64,
    /// The precision in which the networks multiply while they are trained.
    pub precision: Precision,
    /// Number of first steps that only learn to reconstruct paintings: the guard against an early
    /// collapse.
    pub warm_up_steps: u64,
    /// Number of steps after the warm-up over which the adversarial terms rise to their full
    /// weight.
    pub ramp_steps: u64,
    /// Half-life of the moving average, in pictures.
    pub ema_half_life_pictures: f64,
    /// Steps between two lines of `stats.jsonl`.
    pub tick_steps: u64,
    /// Steps between two sample sheets.
    pub sheet_steps: u64,
    /// Steps between two checkpoints.
    pub checkpoint_steps: u64,
    /// Steps between two evaluations on the held-out split, a multiple of `checkpoint_steps`; 0
    /// for none. The best checkpoint is kept.
    pub evaluate_steps: u64,
    /// Pictures that an evaluation repaints in each style.
    pub evaluate_pictures: usize,
    /// Whether styles of the model that the run starts from stay in the model even if the set has
    /// no pictures of them.
    pub keep_styles: bool,
    /// Side in pixels at which pictures are shown to the frozen feature network.
    pub feature_size: usize,
    /// Number of threads that decode pictures.
    pub loader_threads: usize,
    /// Whether statistics, sample sheets and style codes are written for TensorBoard, too.
    pub tensorboard: bool,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            size: 128,
            batch: 16,
            steps: 20_000,
            precision: Precision::Full,
            warm_up_steps: 150,
            ramp_steps: 200,
            ema_half_life_pictures: 5_000.0,
            tick_steps: 50,
            sheet_steps: 250,
            checkpoint_steps: 250,
            evaluate_steps: 0,
            evaluate_pictures: 16,
            keep_styles: true,
            feature_size: 128,
            loader_threads: 1,
            tensorboard: false,
        }
    }
}

/// Adversarial losses of the discriminators, their weights, and the gradient penalty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdversarialConfig {
    /// Loss of the projected discriminator, which judges frozen features.
    pub projected: AdversarialLoss,
    /// Weight of the projected discriminator in the generator's loss.
    pub projected_weight: f32,
    /// Loss of the pixel discriminator.
    pub pixel: AdversarialLoss,
    /// Weight of the pixel discriminator in the generator's loss.
    pub pixel_weight: f32,
    /// Weight of the reference discriminator, which judges paintings beside their reference, in the
    /// generator's loss; 0 leaves it out. It needs the feature network.
    pub reference_weight: f32,
    /// γ of the gradient penalty on real pictures (R1); 0 turns it off.
    pub r1_gamma: f32,
    /// γ of the gradient penalty on fakes (R2); 0 turns it off.
    pub r2_gamma: f32,
    /// Standard deviation of the noise by which the penalty is estimated, on the pixels' scale
    /// −1…1.
    pub penalty_noise: f32,
    /// Steps from one gradient penalty to the next; its weight is multiplied by this number.
    pub penalty_interval: u64,
}

impl Default for AdversarialConfig {
    fn default() -> Self {
        Self {
            projected: AdversarialLoss::NonSaturating,
            projected_weight: 1.0,
            pixel: AdversarialLoss::NonSaturating,
            pixel_weight: 0.5,
            reference_weight: 0.0,
            r1_gamma: 1.0,
            r2_gamma: 0.0,
            penalty_noise: 0.01,
            penalty_interval: 4,
        }
    }
}

impl AdversarialConfig {
    /// Weight of the pixel discriminator in the generator's loss: without the frozen network it is
    /// the only discriminator and counts in full.
    pub(crate) fn weight_of_pixels(&self, with_features: bool) -> f32 {
        if with_features {
            self.pixel_weight
        } else {
            self.pixel_weight.max(1.0)
        }
    }
}

/// Weights of the generator's terms besides the adversarial ones; 0 turns one off. Each weight is
/// described by what its term asks for. A term with an interval of `n` is taken every `n` steps,
/// and its weight multiplied by `n`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LossConfig {
    /// Weight of the content term: a painting has the content's features, after normalisation has
    /// taken out the palette.
    pub content: f32,
    /// Weight of the line term: lines stand where the content's do, seen at half the size.
    pub lines: f32,
    /// Weight of the line term at full size, which forbids strokes, hatching and screens that the
    /// content lacks.
    pub fine_lines: f32,
    /// Weight of the lip term: lips of photographs and portraits are not painted less red than
    /// their surroundings.
    pub lips: f32,
    /// Names of the styles whose pictures have lips that the lip term protects, content-only styles
    /// included.
    pub lips_of: Vec<String>,
    /// Weight of the texture term: areas have no texture where neither the content nor the style
    /// has any. Needs `procedural.smoothed`.
    pub texture: f32,
    /// Weight of the style term: the style encoder finds in a painting the code that it was painted
    /// with.
    pub style: f32,
    /// Weight of the statistics term: features vary over the painting as they do over the
    /// reference.
    pub style_statistics: f32,
    /// Weight of the matching term: each feature of the painting is near to one of the reference
    /// and the other way round, however much of the picture each kind covers.
    pub matching: f32,
    /// Weight of the classification term: a classifier that learns the styles on real paintings
    /// recognises the painting's style. Needs the feature network.
    pub classification: f32,
    /// Weight of the reconstruction term: a painting that is painted in its own style stays the
    /// same.
    pub reconstruction: f32,
    /// Share of the difference of features, beside that of pixels, in the reconstruction term, 0…1.
    pub reconstruction_features: f32,
    /// Steps from one reconstruction term to the next; its weight is multiplied by this number.
    pub reconstruction_interval: u64,
    /// Weight of the diversity term: paintings whose codes were drawn from different noise differ.
    pub diversity: f32,
    /// Number of steps over which the diversity term falls to nothing; 0 keeps it.
    pub diversity_steps: u64,
    /// Steps from one diversity term to the next; its weight is multiplied by this number.
    pub diversity_interval: u64,
    /// Weight of the cycle term: painted back in the content's own style, a painting becomes the
    /// content again.
    pub cycle: f32,
    /// Weight of the term that keeps styles without pictures: styles of the model that the run
    /// started from are painted as that model paints them.
    pub keep: f32,
    /// Steps from one term that keeps styles to the next; its weight is multiplied by this number.
    pub keep_interval: u64,
}

impl Default for LossConfig {
    fn default() -> Self {
        Self {
            content: 1.5,
            lines: 0.0,
            fine_lines: 0.0,
            lips: 0.0,
            lips_of: Vec::new(),
            texture: 0.0,
            style: 1.0,
            style_statistics: 0.5,
            matching: 0.0,
            classification: 0.0,
            reconstruction: 3.0,
            reconstruction_features: 0.3,
            reconstruction_interval: 2,
            diversity: 1.0,
            diversity_steps: 0,
            diversity_interval: 4,
            cycle: 0.0,
            keep: 0.0,
            keep_interval: 2,
        }
    }
}

/// Training of the content prior: a game of its own, on the grey pictures of the references, with
/// discriminators of its own and the weights and rates of the other game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriorTraining {
    /// Whether the content prior is trained.
    pub train: bool,
    /// Whether nothing but the content prior is trained: the other networks stay as they were
    /// started, and a step costs less.
    pub alone: bool,
    /// Whether one kind of sketch is drawn for all styles, learned from all paintings alike, so
    /// that styles of few pictures have the sketches of the others.
    pub shared: bool,
    /// Weight of the term by which sketches differ as real paintings do: the guard against a
    /// prior that always draws the same face. 0 turns it off.
    pub spread: f32,
    /// Weight of the term by which edges in sketches lie where others have none, as they do in real
    /// paintings: without it hair and ground differ, and the face is one and the same. 0 turns it
    /// off.
    pub edges: f32,
    /// Weight of the term by which the noise that a sketch was drawn from can be found in it. 0
    /// turns it off.
    pub noise: f32,
    /// Weight of the term by which real pictures are drawn again from the noise that an encoder
    /// reads in them, which makes every part of the noise count. 0 turns it off.
    pub reconstruction: f32,
}

impl Default for PriorTraining {
    fn default() -> Self {
        Self {
            train: false,
            alone: false,
            shared: false,
            spread: 4.0,
            edges: 0.0,
            noise: 5.0,
            reconstruction: 8.0,
        }
    }
}

/// Changes of pictures by randomly drawn rules, so that the networks have to take line, shading and
/// texture from the style.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProceduralConfig {
    /// Share of the contents whose lines and shading are changed before the content encoder sees
    /// them, 0…1. Losses compare with the unchanged pictures.
    pub disturbed: f32,
    /// Share of the reconstructed paintings that a procedural painter has repainted, 0…1: its style
    /// is read in the mirrored result, its content in another painter's version of the painting.
    pub painted: f32,
    /// Whether texture is removed from contents that are painted in styles with smooth areas,
    /// before anything else, as the pipeline does; losses compare with the smooth contents, too.
    pub smoothed: bool,
}

/// Settings of Adam (Kingma and Ba 2015) and its learning rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// Learning rate of the generator and the style encoder.
    pub generator_rate: f32,
    /// Learning rate of the mapping network.
    pub mapping_rate: f32,
    /// Learning rate of the discriminators.
    pub discriminator_rate: f32,
    /// Decay of the gradient's moving average, below 1.
    pub beta1: f32,
    /// Decay of the squared gradient's moving average, below 1.
    pub beta2: f32,
    /// Length to which longer gradients are clipped, network by network.
    pub clip_norm: f32,
    /// Share of the run after which the learning rates fall along half a cosine.
    pub decay_from: f32,
    /// Share of the learning rates that is left at the end of the run.
    pub final_rate: f32,
    /// Parts of the networks that are not trained and stay as they are when the run starts.
    pub frozen: Vec<NetworkPart>,
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            generator_rate: 3e-4,
            mapping_rate: 1e-4,
            discriminator_rate: 1.5e-4,
            beta1: 0.0,
            beta2: 0.99,
            clip_norm: 10.0,
            decay_from: 0.6,
            final_rate: 0.1,
            frozen: Vec::new(),
        }
    }
}

/// Changes of pictures before they are judged, real and painted alike (DiffAugment, Zhao et al.
/// 2020).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentationConfig {
    /// Largest random shift, as a share of the picture's side.
    pub shift: f32,
    /// Largest random change of brightness, on the scale −1…1. Weak, because colour is style.
    pub brightness: f32,
    /// Side of the square that is cut out, as a share of the picture's side; 0 for none.
    pub cutout: f32,
}

impl Default for AugmentationConfig {
    fn default() -> Self {
        Self {
            shift: 0.125,
            brightness: 0.1,
            cutout: 0.25,
        }
    }
}

/// The error that a training configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingConfigError {
    /// The configuration file cannot be read.
    #[error("cannot read the training configuration `{path}`: {reason}")]
    Read {
        /// The configuration file.
        path: PathBuf,
        /// Why the file could not be read.
        reason: std::io::Error,
    },
    /// The configuration is not TOML, or has an unknown key or a value of the wrong kind.
    #[error("`{path}`: {reason}")]
    Parse {
        /// The configuration file.
        path: PathBuf,
        /// The fault and its place in the file.
        reason: Box<toml::de::Error>,
    },
    /// A value is out of range, or two values contradict each other.
    #[error("`{key} = {value}`: {fix}")]
    Value {
        /// The key, as it is written in TOML.
        key: &'static str,
        /// The value that the key was set to.
        value: String,
        /// Advice on what to change.
        fix: String,
    },
}

impl TrainingConfig {
    /// Reads a configuration from a TOML file; keys left out have their defaults.
    ///
    /// # Errors
    /// The file cannot be read, has an unknown key, or a value that cannot be used.
    pub fn read(path: &Path) -> Result<Self, TrainingConfigError> {
        let text = std::fs::read_to_string(path).map_err(|reason| TrainingConfigError::Read {
            path: path.into(),
            reason,
        })?;
        let config: Self = toml::from_str(&text).map_err(|reason| TrainingConfigError::Parse {
            path: path.into(),
            reason: Box::new(reason),
        })?;
        config.validate()?;
        Ok(config)
    }

    /// Writes the whole configuration as TOML, defaults included.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a configuration holds only what TOML can say")
    }
}
