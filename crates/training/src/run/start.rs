//! Start of a run: from its options to a trainer that is ready for its next step.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use utsushi_model::Surface;
use utsushi_runs::{RunDirectory, TrainingState, config_hash};

use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Loader, LoaderOptions, Pictures, PreparedSet};

use super::budget::Watch;
use super::conditions::conditions_of;
use super::labels::LabelledStyle;
use super::origin::Origin;
use super::plan::without_features;
use super::run_loop::Maintenance;
use super::tick::{Shown, Ticker};
use super::{Examiner, InitialModel, Schedule, StyleLabels, TrainOptions};
use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::state::restore;
use crate::surface::{MeasureSkin, measured};
use crate::trainer::Trainer;

/// Number of batches that may lie ready or be in the making.
const AHEAD: usize = 3;

/// Number of training paintings of a style from which its mean code is computed.
const PAINTINGS_A_STYLE: usize = 64;

/// A run that is ready for its next step.
pub(super) struct Started<'a> {
    pub trainer: Trainer,
    pub loader: Loader,
    pub ticker: Ticker<'a>,
}

pub(super) fn start<'a>(
    options: &TrainOptions,
    examiner: &'a mut Examiner<'a>,
) -> Result<Started<'a>, TrainError> {
    let set = Arc::new(PreparedSet::open(&options.set)?);
    let Opened {
        config,
        directory,
        origin,
        labels,
    } = if options.resume {
        reopen(options, &set)?
    } else {
        begin(options, &set)?
    };
    let mut messages = Vec::new();
    let features = load_features(&config, options.features.as_deref(), options, &mut messages)?;
    if !config.run.precision.is_supported() {
        messages.push(
            "run.precision = \"reduced\" is not faster on this processor: training in full \
             precision"
                .to_owned(),
        );
    }
    let text = config.to_toml();
    let paintings = load_paintings(&set, &labels, config.run.size)?;
    let mut trainer = Trainer::new(
        config.clone(),
        features,
        labels.by_number(),
        &options.device,
    );
    let state = if options.resume {
        found_checkpoint(&directory, &set, &mut messages)?
    } else {
        None
    };
    match (state, &origin) {
        (Some(state), _) => trainer = resume(trainer, state, &directory)?,
        (None, Some(origin)) => {
            trainer = origin.start(trainer, &labels, &paintings, &mut messages)?;
        }
        (None, None) => {}
    }
    if options.budget.is_none() && directory.fall()?.is_none() && trainer.step() >= config.run.steps
    {
        messages.push(format!(
            "its {} steps are done: --resume with --for 1h trains further",
            config.run.steps
        ));
    }
    match (directory.fall()?, &options.budget) {
        (Some(fall), budget) => {
            // Whoever asks for a run that has ended is told so by its outcome.
            if budget.is_some() && trainer.step() < fall.last() {
                messages.push(format!(
                    "its learning rates are falling already: it ends after step {}, whatever time \
                     is given",
                    fall.last()
                ));
            }
            trainer.schedule = Schedule::Falling(fall);
        }
        (None, Some(budget)) => {
            trainer.schedule = Schedule::Open;
            let decay_from = config.optimizer.decay_from;
            trainer.watch = Some(Watch::new(budget.clone(), decay_from, trainer.step()));
        }
        (None, None) => {}
    }
    let with_lips = config.losses.lips_of.iter();
    trainer.with_lips = with_lips.filter_map(|name| set.style_index(name)).collect();
    messages.extend(told_of_kept(&labels));
    let remembered = |style: &LabelledStyle| {
        let known = style.known.filter(|_| style.number.is_none())?;
        Some(origin.as_ref()?.style_mean(known)?.to_vec())
    };
    let remembered = labels.iter().map(remembered).collect();
    let surface = origin.as_ref().and_then(Origin::surface);
    if config.losses.keep > 0.0 {
        trainer.memory = origin.and_then(|origin| origin.memory(&labels));
    }
    let loader_options = LoaderOptions {
        batch: config.run.batch,
        size: config.run.size,
        seed: config.run.seed,
        threads: config.run.loader_threads,
        flip: true,
        style_weights: (!config.style_weights.is_empty()).then(|| config.style_weights.clone()),
        near: config.near.clone(),
        ahead: AHEAD,
    };
    let loader = Loader::new(Arc::clone(&set), loader_options, trainer.step())?;
    let surfaces = load_surfaces(&set, &labels, options.skin.as_deref())?;
    if config.procedural.smoothed {
        let each = labels.iter().zip(&surfaces);
        let each = each.filter_map(|(style, found)| Some((style.number?, mean_smoothness(found))));
        trainer.smoothness = each.collect();
    }
    let shown = Shown {
        paintings,
        surfaces,
        remembered,
        surface,
    };
    let hash = config_hash(&text);
    let mut ticker = Ticker::new(&trainer, directory, &set, &labels, shown, hash, examiner)?;
    messages
        .into_iter()
        .for_each(|message| ticker.recorder().remark(message));
    Ok(Started {
        trainer,
        loader,
        ticker,
    })
}

/// An opened run folder, new or existing, with the configuration to use and what follows from both.
struct Opened {
    config: TrainingConfig,
    directory: RunDirectory,
    origin: Option<Origin>,
    labels: StyleLabels,
}

/// The configuration that a new run would have, completed.
#[derive(Debug)]
pub struct Completed {
    /// The configuration, with as many styles as the set and the model that the run starts from
    /// have together, and with that model's sizes where the file gives none.
    pub config: TrainingConfig,
    /// Why such a run would be refused, if the set does not fit the configuration.
    pub refusal: Option<TrainError>,
}

/// Completes a configuration as a new run would.
///
/// # Errors
/// The model cannot be used, or a value is out of range.
pub fn completed(
    config: &TrainingConfig,
    set: &PreparedSet,
    init: Option<&InitialModel>,
) -> Result<Completed, TrainError> {
    let device = Device::flex();
    let origin = init.map(|init| Origin::of(init, &device)).transpose()?;
    let (config, labels) = complete(config, set, origin.as_ref())?;
    let refusal = check_set(&config, set, &labels).err();
    Ok(Completed { config, refusal })
}

/// Completes a configuration as it would be in an existing run: with the sizes of the model that
/// the run started from, where the configuration gives none.
///
/// # Errors
/// The model in the run folder is damaged.
pub fn as_in_run(
    config: &TrainingConfig,
    run: &RunDirectory,
) -> Result<TrainingConfig, TrainError> {
    let mut config = config.clone();
    if let Some(origin) = Origin::kept(run, &Device::flex())? {
        origin.complete(&mut config);
    }
    Ok(config)
}

fn complete(
    config: &TrainingConfig,
    set: &PreparedSet,
    origin: Option<&Origin>,
) -> Result<(TrainingConfig, StyleLabels), TrainError> {
    let mut config = config.clone();
    let labels = labels_of(set, &config, origin);
    if config.near.share > 0.0 {
        config.model.largest_seen = (config.run.size as f64 * config.near.largest) as usize;
    }
    // That there is none is told in the set's words.
    config.model.styles = labels.len().max(1);
    if !config.labels.columns.is_empty() {
        config.model.conditions = conditions_of(set, &config.labels.columns)?;
    }
    if let Some(origin) = origin {
        origin.complete(&mut config);
    }
    config.validate()?;
    Ok((config, labels))
}

fn begin(options: &TrainOptions, set: &PreparedSet) -> Result<Opened, TrainError> {
    let device = &options.device;
    let initial = options.init.as_ref();
    let origin = initial
        .map(|initial| Origin::of(initial, device))
        .transpose()?;
    let (config, labels) = complete(&options.config, set, origin.as_ref())?;
    check_set(&config, set, &labels)?;
    let directory = RunDirectory::create(&options.run, &config.to_toml())?;
    directory.keep_data(&options.set)?;
    let keep = |origin: Origin| origin.keep(&directory, device);
    let origin = origin.map(keep).transpose()?;
    Ok(Opened {
        config,
        directory,
        origin,
        labels,
    })
}

fn reopen(options: &TrainOptions, set: &PreparedSet) -> Result<Opened, TrainError> {
    let directory = RunDirectory::open(&options.run)?;
    let mut config = TrainingConfig::read(&directory.config_path())?;
    // A run may be prolonged; whatever else is changed would make it another run.
    config.run.steps = options.config.run.steps.max(config.run.steps);
    let origin = Origin::kept(&directory, &options.device)?;
    let labels = labels_of(set, &config, origin.as_ref());
    check_set(&config, set, &labels)?;
    directory.keep_data(&options.set)?;
    Ok(Opened {
        config,
        directory,
        origin,
        labels,
    })
}

/// Assigns the styles' labels; styles without pictures are kept only if the model has a mean code
/// of them, by which they can be asked for.
fn labels_of(set: &PreparedSet, config: &TrainingConfig, origin: Option<&Origin>) -> StyleLabels {
    let known = origin.map_or(&[][..], Origin::styles);
    let has_means = origin.is_some_and(|origin| origin.style_mean(0).is_some());
    StyleLabels::of(set, known, config.run.keep_styles && has_means)
}

/// Number of styles that a message names; of any others it gives the number.
const NAMED: usize = 3;

fn told_of_kept(labels: &StyleLabels) -> Option<String> {
    let kept = labels.iter().filter(|style| style.number.is_none());
    let kept: Vec<&str> = kept.map(|style| style.name.as_str()).collect();
    let names = match kept.len() {
        0 => return None,
        1..=NAMED => kept.join(", "),
        count => format!("{} and {} more", kept[..NAMED].join(", "), count - NAMED),
    };
    Some(format!(
        "kept without pictures of their own: {names}; run.keep_styles = false leaves them out"
    ))
}

/// Loads the paintings from which each style's mean code is computed, in the order of the labels;
/// none for a style without pictures in the set.
fn load_paintings(
    set: &PreparedSet,
    labels: &StyleLabels,
    size: usize,
) -> Result<Vec<Option<Pictures>>, TrainError> {
    let load = |style: &LabelledStyle| {
        let number = style.number.map(|number| load_some(set, number, size));
        number.transpose()
    };
    labels.iter().map(load).collect()
}

/// Measures the surfaces of the paintings of [`load_paintings`] at the set's own size: at the size
/// of training, the squares of pixel art are hardly larger than pixels.
fn load_surfaces(
    set: &PreparedSet,
    labels: &StyleLabels,
    skin: Option<&dyn MeasureSkin>,
) -> Result<Vec<Vec<Surface>>, TrainError> {
    let load = |style: &LabelledStyle| match style.number {
        Some(number) => Ok(measured(
            &load_some(set, number, set.size() as usize)?,
            skin,
        )),
        None => Ok(Vec::new()),
    };
    labels.iter().map(load).collect()
}

/// Mean smoothness of surfaces, 0 if there are none.
fn mean_smoothness(surfaces: &[Surface]) -> f32 {
    let sum: f32 = surfaces.iter().map(|surface| surface.smoothness).sum();
    sum / surfaces.len().max(1) as f32
}

/// Loads those training paintings of a style of the set from which its mean code is computed.
fn load_some(set: &PreparedSet, number: usize, size: usize) -> Result<Pictures, TrainError> {
    let entries = set.train(number).iter().take(PAINTINGS_A_STYLE);
    let entries: Vec<_> = entries.map(|&index| &set.entries()[index]).collect();
    Ok(set.load(&entries, size)?)
}

fn check_set(
    config: &TrainingConfig,
    set: &PreparedSet,
    labels: &StyleLabels,
) -> Result<(), TrainError> {
    let refuse = |reason| {
        Err(TrainError::Set {
            set: set.folder().to_owned(),
            reason,
        })
    };
    if labels.by_number().is_empty() {
        return refuse("no source has the role `style`, so there is nothing to paint in".into());
    }
    if config.model.styles != labels.len() {
        let (known, found) = (config.model.styles, labels.len());
        return refuse(format!(
            "the run knows {known} styles, with this set there are {found}"
        ));
    }
    if config.run.size > set.size() as usize {
        let (asked, held) = (config.run.size, set.size());
        return refuse(format!(
            "run.size = {asked}, but its pictures are {held} px; prepare it with --size {asked}, or more"
        ));
    }
    let weights: Vec<_> = config.style_weights.keys().cloned().collect();
    for (key, names) in [
        ("style_weights", &weights),
        ("near.styles", &config.near.styles),
        ("losses.lips_of", &config.losses.lips_of),
    ] {
        let unknown = names.iter().find(|name| set.style_index(name).is_none());
        if let Some(name) = unknown {
            return refuse(format!("{key} names `{name}`, which the set does not have"));
        }
    }
    Ok(())
}

fn load_features(
    config: &TrainingConfig,
    path: Option<&Path>,
    options: &TrainOptions,
    messages: &mut Vec<String>,
) -> Result<Option<FeatureNetwork>, TrainError> {
    let Some(path) = path else {
        messages.push(without_features(config)?);
        return Ok(None);
    };
    Ok(Some(FeatureNetwork::load(path, &options.device)?))
}

/// Reads the newest whole checkpoint, which must belong to this set.
fn found_checkpoint(
    directory: &RunDirectory,
    set: &PreparedSet,
    messages: &mut Vec<String>,
) -> Result<Option<TrainingState>, TrainError> {
    let latest = directory.latest()?;
    let rejected = latest.rejected.iter();
    messages.extend(rejected.map(|error| format!("skipped: {error}")));
    let Some(state) = latest.state else {
        messages.push("no checkpoint yet: starting from the first step".to_owned());
        return Ok(None);
    };
    let identity = set.identity().to_string();
    let own = state.record.extra.get("set").and_then(|hash| hash.as_str());
    if own != Some(&identity) {
        return Err(TrainError::Checkpoint {
            path: directory.checkpoint_path(state.record.step),
            reason: format!(
                "it was trained on another state of the set; start a new run with --init, or give \
                 the set of the run (hash {})",
                own.unwrap_or("unknown")
            ),
        });
    }
    messages.push(format!("going on from step {}", state.record.step));
    Ok(Some(state))
}

fn resume(
    trainer: Trainer,
    state: TrainingState,
    directory: &RunDirectory,
) -> Result<Trainer, TrainError> {
    let step = state.record.step;
    restore(trainer, state.tensors, step).map_err(|reason| TrainError::State {
        path: directory.checkpoint_path(step),
        reason,
    })
}
