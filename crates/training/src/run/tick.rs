//! What happens between steps: statistics, sheets, checkpoints.

use std::time::Instant;

use burn::tensor::{Tensor, TensorData};
use serde_json::json;
use utsushi_model::ModelConfig;
use utsushi_runs::{Fall, RunDirectory, StatsLog, TrainingRecord, TrainingState};
use utsushi_weights::{GALLERY_CODES, STYLE_GALLERY, STYLE_MEANS};

use utsushi_dataset::{Pictures, PreparedSet, Role};
use utsushi_imaging::{WriteOptions, write};

use super::events::Events;
use super::gallery::typical;
use super::{Progress, StyleLabels};
use crate::error::TrainError;
use crate::memory::resident_bytes;
use crate::sheet::Sheet;
use crate::stats::{Pending, StatsLine, StepValues};
use crate::trainer::Trainer;

/// Checkpoints kept besides milestones.
const KEEP: usize = 3;

/// Keeps the run folder up to date.
pub(super) struct Ticker {
    directory: RunDirectory,
    log: StatsLog,
    sheet: Sheet,
    /// The same for TensorBoard, where it is asked for.
    events: Option<Events>,
    shown: Shown,
    config_hash: String,
    set_hash: String,
    styles: serde_json::Value,
    pending: Pending,
    messages: Vec<String>,
    started: Instant,
    /// Start of the steps since the last line, maintenance taken out.
    since: Instant,
    steps_since: u64,
    rate: f64,
    saved: Option<u64>,
    /// Steps of the whole run that may be expected, where it goes by the clock.
    expected: Option<u64>,
}

/// What the styles' mean codes come from, in the order of the labels.
pub(super) struct Shown {
    /// Paintings that a mean is taken over.
    pub paintings: Vec<Option<Pictures>>,
    /// The mean that a style without paintings had in the model that the run started from.
    pub remembered: Vec<Option<Vec<f32>>>,
}

impl Ticker {
    pub fn new(
        trainer: &Trainer,
        directory: RunDirectory,
        set: &PreparedSet,
        labels: &StyleLabels,
        shown: Shown,
        config_hash: String,
        messages: Vec<String>,
    ) -> Result<Self, TrainError> {
        let config = &trainer.config;
        let (size, seed) = (config.run.size, config.run.seed);
        let events = match config.run.tensorboard {
            true => Some(Events::start(&directory, trainer.step(), labels)?),
            false => None,
        };
        Ok(Self {
            events,
            log: directory.stats_log(trainer.step())?,
            sheet: Sheet::new(
                set,
                size,
                seed,
                &trainer.labels,
                &config.model,
                &trainer.device,
            )?,
            shown,
            directory,
            config_hash,
            set_hash: set.identity().to_string(),
            styles: described(set, labels),
            pending: Pending::default(),
            messages,
            started: Instant::now(),
            since: Instant::now(),
            steps_since: 0,
            rate: 0.0,
            saved: Some(trainer.step()).filter(|&step| step > 0),
            expected: None,
        })
    }

    /// Called once a step, after it.
    pub fn after_step(&mut self, trainer: &Trainer, values: StepValues) -> Result<(), TrainError> {
        self.pending.push(values);
        self.steps_since += 1;
        let (step, run) = (trainer.step(), &trainer.config.run);
        let tick = step.is_multiple_of(run.tick_steps);
        let checkpoint = step.is_multiple_of(run.checkpoint_steps);
        let sheet = step.is_multiple_of(run.sheet_steps);
        // Nothing is saved that has not been seen to be finite.
        if tick || checkpoint || sheet {
            self.write_line(trainer)?;
        }
        if sheet {
            self.write_sheet(trainer)?;
        }
        if checkpoint {
            self.save(trainer)?;
        }
        if tick || checkpoint || sheet {
            (self.since, self.steps_since) = (Instant::now(), 0);
        }
        Ok(())
    }

    /// The last things before a run ends or is interrupted.
    pub fn stop(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        if self.steps_since > 0 {
            self.write_line(trainer)?;
        }
        if self.saved != Some(trainer.step()) {
            self.save(trainer)?;
        }
        if !self.directory.sample_path(trainer.step()).exists() {
            self.write_sheet(trainer)?;
        }
        Ok(())
    }

    /// How many steps the run may have, which goes by the clock.
    pub fn expect(&mut self, steps: u64) {
        self.expected = Some(steps);
    }

    /// How many it has: its rates fall from now on.
    pub fn fix(&mut self, fall: &Fall) -> Result<(), TrainError> {
        self.expected = None;
        self.directory.keep_fall(fall)?;
        let (from, steps) = (fall.from, fall.steps);
        self.messages.push(format!(
            "from step {from} on the rates fall; the run ends after step {steps}"
        ));
        Ok(())
    }

    /// What an evaluation found, for TensorBoard.
    pub fn record_measures(
        &mut self,
        step: u64,
        measures: &serde_json::Value,
    ) -> Result<(), TrainError> {
        match &mut self.events {
            Some(events) => events.measures(step, measures),
            None => Ok(()),
        }
    }

    /// The run folder.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// Something to tell; the time it took is no step's.
    pub fn remark(&mut self, message: String) {
        self.messages.push(message);
        (self.since, self.steps_since) = (Instant::now(), 0);
    }

    /// What has happened since it was last asked.
    pub fn take_messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// Where the run stands.
    pub fn progress(&self, trainer: &Trainer, message: Option<String>) -> Progress {
        let (step, run) = (trainer.step(), &trainer.config.run);
        let rate = if self.steps_since > 0 {
            self.current_rate(run.batch)
        } else {
            self.rate
        };
        let steps = self.expected.unwrap_or_else(|| trainer.last_step());
        let left = steps.saturating_sub(step) * run.batch as u64;
        let seconds_left = if rate > 0.0 {
            left as f64 / rate
        } else {
            f64::INFINITY
        };
        Progress {
            step,
            steps,
            pictures_per_second: rate,
            seconds_left,
            message,
        }
    }

    fn current_rate(&self, batch: usize) -> f64 {
        let pictures = self.steps_since * batch as u64;
        pictures as f64 / self.since.elapsed().as_secs_f64().max(1e-9)
    }

    fn write_line(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        // Reading the values waits for the device, so the clock is looked at afterwards.
        let values = self.pending.means()?;
        let run = &trainer.config.run;
        self.rate = self.current_rate(run.batch);
        let line = StatsLine {
            pictures: trainer.step() * run.batch as u64,
            seconds: self.started.elapsed().as_secs_f64(),
            pictures_per_second: self.rate,
            memory: resident_bytes(),
            values,
        };
        self.log.append(trainer.step(), &line)?;
        match &mut self.events {
            Some(events) => events.line(trainer.step(), &line),
            None => Ok(()),
        }
    }

    fn write_sheet(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let path = self.directory.sample_path(trainer.step());
        let options = WriteOptions {
            force: true,
            ..WriteOptions::default()
        };
        write(&path, &self.sheet.paint(trainer.average()), &options)?;
        if let Some(events) = &mut self.events {
            events.sheet(trainer.step(), &path)?;
        }
        self.messages
            .push(format!("sample sheet {}", path.display()));
        Ok(())
    }

    fn save(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let run = &trainer.config.run;
        let mut tensors = trainer.to_named();
        let codes = self.style_codes(trainer)?;
        let model = &trainer.config.model;
        let (stages, dim) = (ModelConfig::STAGES, model.code_length());
        let styles = self.shown.paintings.len();
        tensors.insert(STYLE_MEANS, [styles, stages, dim], codes.means);
        let shape = [styles, GALLERY_CODES, stages, dim];
        tensors.insert(STYLE_GALLERY, shape, codes.gallery);
        let state = TrainingState {
            record: TrainingRecord {
                step: trainer.step(),
                pictures_seen: trainer.step() * run.batch as u64,
                seed: run.seed,
                config_hash: self.config_hash.clone(),
                milestone: false,
                extra: json!({ "set": self.set_hash, "styles": self.styles }),
            },
            tensors,
        };
        let path = self.directory.save(&state, KEEP)?;
        self.saved = Some(trainer.step());
        self.messages.push(format!("checkpoint {}", path.display()));
        Ok(())
    }

    /// The mean code and the typical codes of each style, by the averaged style encoder.
    fn style_codes(&mut self, trainer: &Trainer) -> Result<StyleCodes, TrainError> {
        let mut found = StyleCodes::default();
        let Shown {
            paintings,
            remembered,
        } = &self.shown;
        for (label, (paintings, remembered)) in paintings.iter().zip(remembered).enumerate() {
            let Some(paintings) = paintings else {
                let mean = remembered.as_deref().unwrap_or_default();
                found.means.extend(mean);
                found.gallery.extend(mean.repeat(GALLERY_CODES));
                continue;
            };
            let size = paintings.size;
            let data = TensorData::new(paintings.pixels.clone(), [paintings.len(), size, size, 3]);
            let shown = Tensor::<4>::from_data(data, &trainer.device);
            let codes = trainer.average().style_encoder.forward(shown);
            let mean = codes.clone().mean_dim(0).into_data();
            let mean = mean.try_to_vec::<f32>().expect("codes are f32");
            let codes = codes
                .into_data()
                .try_to_vec::<f32>()
                .expect("codes are f32");
            let rows: Vec<&[f32]> = codes.chunks_exact(mean.len()).collect();
            for index in typical(&rows) {
                found.gallery.extend(rows[index]);
            }
            found.means.extend(mean);
            if let Some(events) = &mut self.events {
                events.codes(trainer.step(), label, codes)?;
            }
        }
        Ok(found)
    }
}

/// Codes that styles are asked for by, one style after the other.
#[derive(Default)]
struct StyleCodes {
    means: Vec<f32>,
    /// [`GALLERY_CODES`] a style.
    gallery: Vec<f32>,
}

/// The styles as a checkpoint keeps them: those with a label in the order of their labels, then
/// the content-only ones.
fn described(set: &PreparedSet, labels: &StyleLabels) -> serde_json::Value {
    let labelled = labels.iter().map(|style| {
        let held = style.number.map(|number| &set.styles()[number]);
        json!({
            "name": style.name,
            "role": Role::Style,
            "train": held.map_or(0, |held| held.train),
            "validation": held.map_or(0, |held| held.validation),
            "licence": style.licence,
        })
    });
    let others = set.styles().iter();
    let others = others.filter(|style| style.role != Role::Style);
    let others = others.map(|style| {
        json!({
            "name": style.name,
            "role": style.role,
            "train": style.train,
            "validation": style.validation,
            "licence": style.licence,
        })
    });
    labelled.chain(others).collect()
}
