//! A whole distillation: pictures, steps, checkpoints, and the student's file at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::json;
use utsushi_runs::{RunDirectory, config_hash};
use utsushi_weights::ExportedStudent;

use utsushi_backbone::FeatureNetwork;
use utsushi_dataset::{Loader, LoaderOptions, NearViews, PreparedSet, TrainingBatch};

use super::agreement::agreement;
use super::card::card;
use super::step::Distillation;
use super::{Agreement, DistilConfig, DistilOptions, Teacher};
use crate::error::TrainError;
use crate::run::recorder::{RunFacts, RunRecorder};
use crate::run::run_loop::{Learner, Maintenance, run_loop};
use crate::run::{Outcome, Progress};
use crate::stats::StepValues;

/// Number of checkpoints that are kept.
const KEEP: usize = 2;

/// Steps between two lines of the log.
const TICK: u64 = 50;

/// Outcome of a distillation.
#[derive(Debug, Clone, PartialEq)]
pub enum Distilled {
    /// The student is finished and written.
    Finished {
        /// The student's file.
        path: PathBuf,
        /// The student's agreement with its teacher.
        agreement: Agreement,
        /// Number of parameters of the student.
        parameters: usize,
    },
    /// The distillation was stopped on request, with a checkpoint to continue from.
    Stopped {
        /// Number of steps done.
        step: u64,
    },
}

/// Teaches a student until the last step, measures and writes it. `stop` is looked at once a step:
/// if it is set, a checkpoint is written instead.
///
/// On the CPU a resumed run gives the same bits as one that never stopped.
///
/// # Errors
/// Options out of range, files that cannot be read or written, or a loss that is no longer finite;
/// checkpoints already written stay.
pub fn distil(
    options: &DistilOptions,
    stop: &AtomicBool,
    on_progress: &mut dyn FnMut(&Progress),
) -> Result<Distilled, TrainError> {
    let set = Arc::new(PreparedSet::open(&options.set)?);
    let (config, directory) = open_run(options, &set)?;
    let features = options
        .features
        .as_deref()
        .map(|path| FeatureNetwork::load(path, &options.device))
        .transpose()?;
    let teacher = options.teacher.clone();
    let fresh = Distillation::new(config.clone(), teacher.clone(), features, &options.device);
    let (mut distillation, identity) = resume(fresh, options, &directory, &set)?;
    let mut loader = Loader::new(
        Arc::clone(&set),
        LoaderOptions {
            batch: config.batch,
            size: config.size,
            seed: config.seed,
            threads: 1,
            flip: true,
            style_weights: None,
            near: NearViews::default(),
            ahead: 3,
        },
        distillation.step,
    )?;
    let facts = RunFacts {
        seed: config.seed,
        steps: config.steps,
        batch: config.batch,
        config_hash: config_hash(&toml::to_string(&config).expect("numbers can be written")),
        keep: KEEP,
    };
    let mut maintenance = DistilMaintenance {
        recorder: RunRecorder::new(directory, facts, distillation.step)?,
        identity,
        checkpoint_steps: config.checkpoint_steps,
    };
    let outcome = run_loop(
        &mut distillation,
        &mut loader,
        &mut maintenance,
        stop,
        on_progress,
    )?;
    match outcome {
        Outcome::Stopped { step } => Ok(Distilled::Stopped { step }),
        Outcome::Finished { .. } => write(&distillation, &teacher, &set, options),
    }
}

/// Measures a finished student and writes its file.
fn write(
    distillation: &Distillation,
    teacher: &Teacher,
    set: &PreparedSet,
    options: &DistilOptions,
) -> Result<Distilled, TrainError> {
    let agreement = agreement(distillation, set)?;
    let student = &distillation.config.student;
    let exported = ExportedStudent::from_network(
        student,
        &distillation.average,
        teacher.style.clone(),
        card(distillation, teacher, &agreement),
    );
    exported.write(&options.out, options.force)?;
    Ok(Distilled::Finished {
        path: options.out.clone(),
        agreement,
        parameters: student.parameters(),
    })
}

/// Opens the run folder, new or existing, and returns it with the configuration to use.
fn open_run(
    options: &DistilOptions,
    set: &PreparedSet,
) -> Result<(DistilConfig, RunDirectory), TrainError> {
    let (config, directory) = if options.resume {
        let directory = RunDirectory::open(&options.run)?;
        let misfit = |reason: String| TrainError::Checkpoint {
            path: directory.config_path(),
            reason,
        };
        let text = directory.config()?;
        let mut config: DistilConfig =
            toml::from_str(&text).map_err(|error| misfit(error.to_string()))?;
        config.steps = options.config.steps.max(config.steps);
        config.validate()?;
        (config, directory)
    } else {
        let config = options.config.clone();
        config.validate()?;
        let text = toml::to_string(&config).expect("numbers can be written");
        (config, RunDirectory::create(&options.run, &text)?)
    };
    if config.size > set.size() as usize {
        return Err(TrainError::Set {
            set: set.folder().to_owned(),
            reason: format!(
                "pictures of {} px are asked for, and its own are of {} px; give --size or prepare \
                 it with a larger one",
                config.size,
                set.size()
            ),
        });
    }
    Ok((config, directory))
}

/// Restores the distillation as an earlier run left it, and checks that the run folder belongs to
/// it.
fn resume(
    distillation: Distillation,
    options: &DistilOptions,
    directory: &RunDirectory,
    set: &PreparedSet,
) -> Result<(Distillation, serde_json::Value), TrainError> {
    let code: Vec<u32> = options.teacher.code.iter().map(|it| it.to_bits()).collect();
    let identity = json!({
        "set": set.identity().to_string(),
        "style": config_hash(&format!("{code:?}")),
        "features": options.features.is_some(),
    });
    let Some(state) = directory.latest()?.state.filter(|_| options.resume) else {
        return Ok((distillation, identity));
    };
    let misfit = |reason| TrainError::Checkpoint {
        path: directory.checkpoint_path(state.record.step),
        reason,
    };
    if state.record.extra != identity {
        let reason = "the run was started with another set, style or feature network";
        return Err(misfit(reason.to_owned()));
    }
    let step = state.record.step;
    let path = directory.checkpoint_path(step);
    let distillation = distillation
        .restored(state.tensors, step)
        .map_err(|reason| TrainError::State { path, reason })?;
    Ok((distillation, identity))
}

impl Learner for Distillation {
    fn step(&self) -> u64 {
        self.step
    }

    fn steps(&self) -> u64 {
        self.config.steps
    }

    fn advance(&mut self, batch: &TrainingBatch) -> StepValues {
        self.imitate(&batch.content)
    }
}

/// Maintenance of a distillation between its steps: log and checkpoints.
struct DistilMaintenance {
    recorder: RunRecorder,
    identity: serde_json::Value,
    checkpoint_steps: u64,
}

impl DistilMaintenance {
    /// Writes a line of the log, and a checkpoint if `saves`.
    fn record(&mut self, distillation: &Distillation, saves: bool) -> Result<(), TrainError> {
        let step = distillation.step;
        // Nothing is saved that has not been seen to be finite.
        let line = self.recorder.write_line(step)?;
        if saves {
            let tensors = distillation.to_named();
            self.recorder.save(step, tensors, self.identity.clone())?;
            let pixels = line.values.get("pixels").copied().unwrap_or_default();
            let message = format!("step {step}: differs by {pixels:.4} a pixel");
            self.recorder.remark(message);
        }
        self.recorder.restart_clock();
        Ok(())
    }
}

impl Maintenance<Distillation> for DistilMaintenance {
    fn recorder(&mut self) -> &mut RunRecorder {
        &mut self.recorder
    }

    fn after_step(
        &mut self,
        distillation: &Distillation,
        values: StepValues,
    ) -> Result<(), TrainError> {
        self.recorder.push(values);
        let step = distillation.step;
        let saves = step.is_multiple_of(self.checkpoint_steps);
        if saves || step.is_multiple_of(TICK) {
            self.record(distillation, saves)?;
        }
        Ok(())
    }

    fn stop(&mut self, distillation: &Distillation) -> Result<(), TrainError> {
        if self.recorder.has_saved(distillation.step) {
            Ok(())
        } else {
            self.record(distillation, true)
        }
    }
}
