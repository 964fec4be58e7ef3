//! From options to a trainer that is ready for its next step.

use std::path::Path;
use std::sync::Arc;

use utsushi_checkpoint::{RunDirectory, config_hash};
use utsushi_dataset::{Loader, LoaderOptions, PreparedSet};
use utsushi_features::FeatureNetwork;

use super::origin::Origin;
use super::tick::Ticker;
use super::{StyleLabels, TrainOptions};
use crate::config::{TrainingConfig, TrainingConfigError};
use crate::error::TrainError;
use crate::state::restore;
use crate::trainer::Trainer;

/// Batches that may lie ready or be in the making.
const AHEAD: usize = 3;

/// A run ready for its next step.
pub(super) struct Started {
    pub trainer: Trainer,
    pub loader: Loader,
    pub ticker: Ticker,
}

pub(super) fn start(options: &TrainOptions) -> Result<Started, TrainError> {
    let set = Arc::new(PreparedSet::open(&options.set)?);
    let labels = StyleLabels::of(&set);
    let origin = match &options.init {
        Some(path) if !options.resume => Some(Origin::read(path)?),
        _ => None,
    };
    let (config, directory) = open_run(options, &set, &labels, origin.as_ref())?;
    let mut messages = Vec::new();
    let features = load_features(&config, options.features.as_deref(), options, &mut messages)?;
    let text = config.to_toml();
    let mut trainer = Trainer::new(
        config.clone(),
        features,
        labels.by_number(),
        &options.device,
    );
    if options.resume {
        trainer = resume(trainer, &directory, &set, &mut messages)?;
    } else if let Some(origin) = origin {
        trainer = origin.start(trainer, &directory)?;
    }
    let loader_options = LoaderOptions {
        batch: config.run.batch,
        size: config.run.size,
        seed: config.run.seed,
        threads: config.run.loader_threads,
        flip: true,
        style_weights: (!config.style_weights.is_empty()).then(|| config.style_weights.clone()),
        ahead: AHEAD,
    };
    let loader = Loader::new(Arc::clone(&set), loader_options, trainer.step())?;
    let ticker = Ticker::new(
        &trainer,
        directory,
        &set,
        &labels,
        config_hash(&text),
        messages,
    )?;
    Ok(Started {
        trainer,
        loader,
        ticker,
    })
}

/// The configuration that counts, and the folder, new or found.
fn open_run(
    options: &TrainOptions,
    set: &PreparedSet,
    labels: &StyleLabels,
    origin: Option<&Origin>,
) -> Result<(TrainingConfig, RunDirectory), TrainError> {
    if options.resume {
        let directory = RunDirectory::open(&options.run)?;
        let mut config = TrainingConfig::read(&directory.config_path())?;
        // A run may be prolonged; whatever else is changed would make it another run.
        config.run.steps = options.config.run.steps.max(config.run.steps);
        check_set(&config, set, labels)?;
        return Ok((config, directory));
    }
    let mut config = options.config.clone();
    config.model.styles = labels.len();
    if let Some(origin) = origin {
        origin.complete(&mut config);
    }
    config.validate()?;
    check_set(&config, set, labels)?;
    let directory = RunDirectory::create(&options.run, &config.to_toml())?;
    Ok((config, directory))
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
    if labels.len() == 0 {
        return refuse("no source has the role `style`, so there is nothing to paint in".into());
    }
    if config.model.styles != labels.len() {
        let (known, found) = (config.model.styles, labels.len());
        return refuse(format!("the run knows {known} styles, the set has {found}"));
    }
    if config.run.size > set.size() as usize {
        let (asked, held) = (config.run.size, set.size());
        return refuse(format!(
            "run.size = {asked}, but its pictures are {held} px; prepare it with a larger size"
        ));
    }
    if let Some(name) = config
        .style_weights
        .keys()
        .find(|name| set.style_index(name).is_none())
    {
        return refuse(format!(
            "style_weights names `{name}`, which the set does not have"
        ));
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
        if config.discriminator.pixel_channels.is_empty() {
            return Err(TrainError::Config(TrainingConfigError::Value {
                key: "discriminator.pixel_channels",
                value: "[]".to_owned(),
                fix: "without the feature network only the pixel discriminator is left; give it \
                      sizes, or import the network with `utsushi features import`"
                    .to_owned(),
            }));
        }
        messages.push(
            "no feature network: training on the pixel discriminator alone, without the projected \
             discriminator, the content term and the reconstruction's features; expect softer \
             pictures that keep less of the content. See `utsushi features import --help`"
                .to_owned(),
        );
        return Ok(None);
    };
    Ok(Some(FeatureNetwork::load(path, &options.device)?))
}

fn resume(
    trainer: Trainer,
    directory: &RunDirectory,
    set: &PreparedSet,
    messages: &mut Vec<String>,
) -> Result<Trainer, TrainError> {
    let latest = directory.latest()?;
    messages.extend(
        latest
            .rejected
            .iter()
            .map(|error| format!("passed over: {error}")),
    );
    let Some(state) = latest.state else {
        messages.push("no checkpoint yet: starting from the first step".to_owned());
        return Ok(trainer);
    };
    let step = state.record.step;
    let misfit = |reason| TrainError::Checkpoint {
        path: directory.checkpoint_path(step),
        reason,
    };
    let identity = set.identity().to_string();
    if state.record.extra.get("set").and_then(|hash| hash.as_str()) != Some(&identity) {
        return Err(misfit(format!(
            "it was trained on another state of the set; start a new run with --init, or give the \
             set of the run (hash {})",
            state
                .record
                .extra
                .get("set")
                .and_then(|hash| hash.as_str())
                .unwrap_or("unknown")
        )));
    }
    messages.push(format!("going on from step {step}"));
    restore(trainer, state.tensors, step).map_err(misfit)
}
