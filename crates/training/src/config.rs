//! What a training run is told: the TOML file, strict.

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

/// A training run, as the TOML file says it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Length, size and rhythm.
    pub run: RunConfig,
    /// The networks that paint.
    pub model: ModelConfig,
    /// The networks that judge.
    pub discriminator: DiscriminatorConfig,
    /// The game that each discriminator plays.
    pub adversarial: AdversarialConfig,
    /// The other terms.
    pub losses: LossConfig,
    /// Learning rates.
    pub optimizer: OptimizerConfig,
    /// Changes of pictures before they are judged.
    pub augmentation: AugmentationConfig,
    /// The content prior's own game; its sizes are `[model.prior]`.
    pub prior: PriorTraining,
    /// Labels that become conditions of the model.
    pub labels: LabelsConfig,
    /// Settings for pictures seen from nearer.
    pub near: NearViews,
    /// Pictures changed by drawn rules.
    pub procedural: ProceduralConfig,
    /// The frequency of each style as a target, relative to the others; a style left out counts 1.
    pub style_weights: BTreeMap<String, f32>,
}

/// Length, size and rhythm of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunConfig {
    /// Every random number of the run follows from it.
    pub seed: u64,
    /// Side of the pictures, in pixels.
    pub size: usize,
    /// Pictures a step.
    pub batch: usize,
    /// Steps of the whole run.
    pub steps: u64,
    /// The precision in which the networks multiply while they are trained.
    pub precision: Precision,
    /// First steps, which learn to reconstruct alone: the guard against early collapse.
    pub warm_up_steps: u64,
    /// Steps over which the adversarial terms then rise to their weight.
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
    /// Styles of the model that the run starts from stay in the model though the set has no
    /// pictures of them.
    pub keep_styles: bool,
    /// Side at which pictures are shown to the frozen feature network.
    pub feature_size: usize,
    /// Threads that decode pictures.
    pub loader_threads: usize,
    /// Write what `stats.jsonl` says, sample sheets and style codes for TensorBoard too.
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

/// The game that each discriminator plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdversarialConfig {
    /// On frozen features.
    pub projected: AdversarialLoss,
    /// Weight of the projected discriminator in the generator's loss.
    pub projected_weight: f32,
    /// On pixels.
    pub pixel: AdversarialLoss,
    /// Weight of the pixel discriminator in the generator's loss.
    pub pixel_weight: f32,
    /// Weight, in the generator's loss, of the discriminator that sees the reference; 0 leaves it
    /// out. Needs the feature network.
    pub reference_weight: f32,
    /// γ of the gradient penalty on real pictures (R1); 0 turns it off.
    pub r1_gamma: f32,
    /// γ of the gradient penalty on fakes (R2); 0 turns it off.
    pub r2_gamma: f32,
    /// Standard deviation of the noise that estimates the penalty, on the scale −1…1.
    pub penalty_noise: f32,
    /// The penalty is taken every so many steps, and its weight multiplied by as much.
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
    /// Weight of the pixel discriminator: without the frozen network it is all there is, and
    /// counts in full.
    pub(crate) fn weight_of_pixels(&self, with_features: bool) -> f32 {
        if with_features {
            self.pixel_weight
        } else {
            self.pixel_weight.max(1.0)
        }
    }
}

/// Weights of the generator's terms besides the adversarial ones; 0 turns one off. Each weight is described by
/// what its term asks of paintings. A term with an interval is taken every so many steps, and its weight
/// multiplied by as much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LossConfig {
    /// A painting has the content's features, with those of its palette taken out.
    pub content: f32,
    /// Lines stand where the content's do, seen at half the size.
    pub lines: f32,
    /// As `lines`, at full size. It forbids strokes, hatching and screens that the content lacks.
    pub fine_lines: f32,
    /// Lips of photographs and portraits are not painted less red than what is around them.
    pub lips: f32,
    /// The styles whose pictures have such lips, content-only ones included.
    pub lips_of: Vec<String>,
    /// Areas have no texture where neither the content nor the style has; needs
    /// `procedural.smoothed`.
    pub texture: f32,
    /// The style encoder finds the code that was painted with.
    pub style: f32,
    /// Features vary over the painting as they do over the reference.
    pub style_statistics: f32,
    /// Each feature of the painting is near to one of the reference and the other way round,
    /// however much of the picture each kind covers.
    pub matching: f32,
    /// A classifier that learns the styles on real paintings tells the painting as its style;
    /// needs the feature network.
    pub classification: f32,
    /// A painting in its own style is itself.
    pub reconstruction: f32,
    /// Share of feature difference beside pixel difference in the reconstruction.
    pub reconstruction_features: f32,
    /// That term is taken every so many steps, and its weight multiplied by as much.
    pub reconstruction_interval: u64,
    /// Paintings whose codes were drawn from different noise differ.
    pub diversity: f32,
    /// Steps over which the diversity term falls to nothing; 0 keeps it.
    pub diversity_steps: u64,
    /// The diversity term is taken every so many steps, and its weight multiplied by as much.
    pub diversity_interval: u64,
    /// Painted back in the content's own style, the content returns.
    pub cycle: f32,
    /// Styles of the model that the run started from, of which the set has no pictures, are
    /// painted as that model paints them.
    pub keep: f32,
    /// That term is taken every so many steps, and its weight multiplied by as much.
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
    /// Train it.
    pub train: bool,
    /// Train nothing else: the other networks stay as they were started, and a step costs less.
    pub alone: bool,
    /// Draw one kind of sketches for all styles, learned from all paintings alike: styles of few pictures
    /// then have the sketches of the others.
    pub shared: bool,
    /// Weight of the term by which sketches differ as real paintings do: the guard against a
    /// prior that always draws the same face. 0 turns it off.
    pub spread: f32,
    /// Weight of the term by which edges in sketches lie where others have none, as they do in real
    /// paintings: without it hair and ground differ, and the face is one and the same. 0 turns it off.
    pub edges: f32,
    /// Weight of finding in a sketch the noise that it was drawn from. 0 turns it off.
    pub noise: f32,
    /// Weight of drawing real pictures again from the noise that an encoder reads in them, which
    /// makes every part of the noise count. 0 turns it off.
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

/// Pictures changed by drawn rules, so that line, shading and texture have to come from the style.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProceduralConfig {
    /// Share of the contents whose lines and shading are changed before the content encoder sees
    /// them, 0…1. Losses go by the unchanged pictures.
    pub disturbed: f32,
    /// Share of the reconstructed paintings that a procedural painter has repainted, 0…1: style
    /// is read in the mirrored result, content in what another painter has made of the painting.
    pub painted: f32,
    /// Whether texture is taken out of contents that are painted in styles whose areas are smooth,
    /// before anything else, as painting takes it out: losses go by the smooth contents too.
    pub smoothed: bool,
}

/// Adam's settings (Kingma and Ba 2015).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// Learning rate of generator and style encoder.
    pub generator_rate: f32,
    /// Learning rate of the mapping network.
    pub mapping_rate: f32,
    /// Learning rate of the discriminators.
    pub discriminator_rate: f32,
    /// Decay of the gradient's moving average.
    pub beta1: f32,
    /// Decay of the squared gradient's moving average.
    pub beta2: f32,
    /// Gradients longer than this are shortened to it, network by network.
    pub clip_norm: f32,
    /// Share of the run after which the rates fall along half a cosine.
    pub decay_from: f32,
    /// The share of the rates that is left at the end.
    pub final_rate: f32,
    /// Parts of the networks that stay exactly as the run starts with them.
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
    /// Largest shift, as a share of the picture's side.
    pub shift: f32,
    /// Largest change of brightness, on the scale −1…1. Weak, because colour is style.
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

/// A training configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingConfigError {
    /// The file cannot be read.
    #[error("cannot read the training configuration `{path}`: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: std::io::Error,
    },
    /// Not TOML, an unknown key, a value of the wrong kind.
    #[error("`{path}`: {reason}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The fault and its place.
        reason: Box<toml::de::Error>,
    },
    /// A value out of range, or two that contradict each other.
    #[error("`{key} = {value}`: {fix}")]
    Value {
        /// The key as written in the TOML.
        key: &'static str,
        /// The value that it was set to.
        value: String,
        /// The remedy.
        fix: String,
    },
}

impl TrainingConfig {
    /// Reads a TOML file; keys left out have their defaults.
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

    /// The whole configuration as TOML, defaults written out.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a configuration holds only what TOML can say")
    }
}
