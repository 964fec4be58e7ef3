//! Ticks, what happens between the steps of a run: statistics, sample sheets, checkpoints.

use burn::tensor::{Tensor, TensorData};
use serde_json::json;
use utsushi_model::{ModelConfig, Surface, SurfaceRegression};
use utsushi_runs::RunDirectory;
use utsushi_weights::{GALLERY_CODES, STYLE_GALLERY, STYLE_MEANS, STYLE_SURFACE};

use utsushi_dataset::{Pictures, PreparedSet, Role};
use utsushi_imaging::{WriteOptions, write};

use super::events::Events;
use super::gallery::typical;
use super::recorder::{RunFacts, RunRecorder};
use super::run_loop::Maintenance;
use super::{Examination, Examiner, StyleLabels};
use crate::error::TrainError;
use crate::sheet::Sheet;
use crate::stats::StepValues;
use crate::surface::{Sample, fitted};
use crate::trainer::Trainer;

/// Number of checkpoints that are kept besides milestones.
const KEEP: usize = 3;

/// Maintenance of a training run between its steps: statistics, sheets, checkpoints, evaluations.
pub(super) struct Ticker<'a> {
    recorder: RunRecorder,
    sheet: Sheet,
    /// The log for TensorBoard, if it is asked for.
    events: Option<Events>,
    shown: Shown,
    set_hash: String,
    styles: serde_json::Value,
    examiner: &'a mut Examiner<'a>,
}

/// Sources of the mean code and the surface of each style, in the order of the labels.
pub(super) struct Shown {
    /// Paintings of each style, over which its mean code is computed.
    pub paintings: Vec<Option<Pictures>>,
    /// Mean code that a style without paintings had in the model that the run started from.
    pub remembered: Vec<Option<Vec<f32>>>,
    /// Surfaces of the paintings of each style.
    pub surfaces: Vec<Vec<Surface>>,
    /// Surface regression of the model that the run started from, for styles without paintings.
    pub surface: Option<SurfaceRegression>,
}

impl<'a> Ticker<'a> {
    pub fn new(
        trainer: &Trainer,
        directory: RunDirectory,
        set: &PreparedSet,
        labels: &StyleLabels,
        shown: Shown,
        config_hash: String,
        examiner: &'a mut Examiner<'a>,
    ) -> Result<Self, TrainError> {
        let run = &trainer.config.run;
        let events = if run.tensorboard {
            Some(Events::start(&directory, trainer.step(), labels)?)
        } else {
            None
        };
        let facts = RunFacts {
            seed: run.seed,
            // Until the first step nobody knows how many there are of one by the clock.
            steps: match trainer.last_step() {
                u64::MAX => run.steps,
                steps => steps,
            },
            batch: run.batch,
            config_hash,
            keep: KEEP,
        };
        Ok(Self {
            events,
            sheet: Sheet::new(
                set,
                run.size,
                run.seed,
                &trainer.labels,
                &trainer.config.model,
                &trainer.device,
            )?,
            recorder: RunRecorder::new(directory, facts, trainer.step())?,
            shown,
            set_hash: set.identity().to_string(),
            styles: described(set, labels),
            examiner,
        })
    }

    /// Records the findings of an evaluation for TensorBoard.
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

    /// Has the examiner measure the checkpoint of the last step.
    pub fn measured(&mut self, step: u64) -> Result<Option<Examination>, TrainError> {
        (self.examiner)(self.recorder.directory().path(), step)
    }

    fn write_line(&mut self, step: u64) -> Result<(), TrainError> {
        let line = self.recorder.write_line(step)?;
        match &mut self.events {
            Some(events) => events.line(step, &line),
            None => Ok(()),
        }
    }

    fn write_sheet(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let path = self.recorder.directory().sample_path(trainer.step());
        let options = WriteOptions {
            force: true,
            ..WriteOptions::default()
        };
        write(&path, &self.sheet.paint(trainer.average()), &options)?;
        if let Some(events) = &mut self.events {
            events.sheet(trainer.step(), &path)?;
        }
        let message = format!("sample sheet {}", path.display());
        self.recorder.remark(message);
        Ok(())
    }

    fn save(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let mut tensors = trainer.to_named();
        let codes = self.style_codes(trainer)?;
        let model = &trainer.config.model;
        let (stages, dim) = (ModelConfig::STAGES, model.code_length());
        let styles = self.shown.paintings.len();
        tensors.insert(STYLE_MEANS, [styles, stages, dim], codes.means);
        let shape = [styles, GALLERY_CODES, stages, dim];
        tensors.insert(STYLE_GALLERY, shape, codes.gallery);
        if let Some(surface) = codes.surface {
            let columns = 1 + surface.code_length();
            let shape = [surface.weights().len() / columns, columns];
            tensors.insert(STYLE_SURFACE, shape, surface.weights().to_vec());
        }
        let extra = json!({ "set": self.set_hash, "styles": self.styles });
        let path = self.recorder.save(trainer.step(), tensors, extra)?;
        let message = format!("checkpoint {}", path.display());
        self.recorder.remark(message);
        Ok(())
    }

    /// Computes the mean code and the typical codes of each style with the averaged style encoder,
    /// and fits the surface regression to them.
    fn style_codes(&mut self, trainer: &Trainer) -> Result<StyleCodes, TrainError> {
        let mut found = StyleCodes::default();
        let Shown {
            paintings,
            remembered,
            surfaces,
            surface,
        } = &self.shown;
        // Each style counts alike, whatever it has of paintings.
        let mut of_styles: Vec<(Vec<f32>, Vec<Surface>)> = Vec::new();
        for (label, (paintings, remembered)) in paintings.iter().zip(remembered).enumerate() {
            let Some(paintings) = paintings else {
                let mean = remembered.as_deref().unwrap_or_default();
                found.means.extend(mean);
                found.gallery.extend(mean.repeat(GALLERY_CODES));
                let told = surface.as_ref().map(|surface| surface.tell(mean));
                of_styles.push((mean.to_vec(), vec![told.unwrap_or_default()]));
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
                events.codes(trainer.step(), label, codes.clone())?;
            }
            of_styles.push((codes, surfaces[label].clone()));
        }
        let samples = of_styles.iter().flat_map(|(codes, surfaces)| {
            let length = (codes.len() / surfaces.len().max(1)).max(1);
            let each = codes.chunks_exact(length).zip(surfaces);
            each.map(|(code, &surface)| Sample {
                code,
                surface,
                weight: 1.0 / surfaces.len() as f32,
            })
        });
        found.surface = fitted(&samples.collect::<Vec<_>>());
        Ok(found)
    }
}

impl Maintenance<Trainer> for Ticker<'_> {
    fn recorder(&mut self) -> &mut RunRecorder {
        &mut self.recorder
    }

    fn after_step(&mut self, trainer: &Trainer, values: StepValues) -> Result<(), TrainError> {
        self.recorder.push(values);
        let (step, run) = (trainer.step(), &trainer.config.run);
        let tick = step.is_multiple_of(run.tick_steps);
        let checkpoint = step.is_multiple_of(run.checkpoint_steps);
        let sheet = step.is_multiple_of(run.sheet_steps);
        // Nothing is saved that has not been seen to be finite.
        if tick || checkpoint || sheet {
            self.write_line(step)?;
        }
        if sheet {
            self.write_sheet(trainer)?;
        }
        if checkpoint {
            self.save(trainer)?;
        }
        if tick || checkpoint || sheet {
            self.recorder.restart_clock();
        }
        self.examine(trainer)
    }

    fn stop(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let step = trainer.step();
        if self.recorder.is_behind() {
            self.write_line(step)?;
        }
        if !self.recorder.has_saved(step) {
            self.save(trainer)?;
        }
        if !self.recorder.directory().sample_path(step).exists() {
            self.write_sheet(trainer)?;
        }
        Ok(())
    }
}

/// Codes by which styles are asked for, one style after the other.
#[derive(Default)]
struct StyleCodes {
    means: Vec<f32>,
    /// Typical codes, [`GALLERY_CODES`] of each style.
    gallery: Vec<f32>,
    surface: Option<SurfaceRegression>,
}

/// Describes the styles for a checkpoint: those with a label in the order of their labels, then the
/// content-only ones.
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
