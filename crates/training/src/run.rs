//! A training run: the loop around the steps, and everything at its ticks.

mod budget;
pub(crate) mod carried;
mod conditions;
mod events;
mod examine;
mod gallery;
mod labels;
mod origin;
mod plan;
pub(crate) mod recorder;
pub(crate) mod run_loop;
mod start;
mod tick;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use utsushi_dataset::TrainingBatch;

use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::stats::StepValues;
use crate::surface::MeasureSkin;
use crate::trainer::Trainer;

pub(crate) use budget::{Looked, Watch};
pub use budget::{Schedule, TimeBudget};
pub use carried::discriminators_beside;
pub use examine::{Examination, Examiner};
pub(crate) use labels::StyleLabels;
pub use origin::InitialModel;
pub use plan::{TrainingPlan, plan, without_features};
use recorder::RunRecorder;
use run_loop::{Learner, run_loop};
pub use start::{Completed, as_in_run, completed};

/// Options of a training run.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// The configuration; when resuming, the run folder's own is used in its place, except for
    /// `run.steps`, which may be raised.
    pub config: TrainingConfig,
    /// Folder of the prepared set.
    pub set: PathBuf,
    /// The run folder: made if new, continued if `resume`.
    pub run: PathBuf,
    /// Whether to continue from the newest whole checkpoint of the run folder.
    pub resume: bool,
    /// File of the imported feature network; without it, training uses the pixel discriminator
    /// alone.
    pub features: Option<PathBuf>,
    /// Model that the networks start from. Its styles keep their labels, and new styles come after
    /// them. A run that is resumed has this model in its folder.
    pub init: Option<InitialModel>,
    /// Time that the run may take, instead of `run.steps`. A run that is resumed while its rates
    /// fall ends after the number of steps that was fixed last.
    pub budget: Option<TimeBudget>,
    /// Measures the colour of skin in paintings; without it the model knows no colour of skin.
    pub skin: Option<Arc<dyn MeasureSkin>>,
    /// The device to compute on, a plain one: gradients are turned on inside.
    pub device: Device,
}

/// Progress of a run, reported after every step.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Number of steps done.
    pub step: u64,
    /// Number of steps of the whole run.
    pub steps: u64,
    /// Pictures per second over the last steps.
    pub pictures_per_second: f64,
    /// Estimated seconds left at the current pace.
    pub seconds_left: f64,
    /// A message about an event: a sheet, a checkpoint, a loss that was read.
    pub message: Option<String>,
}

/// Outcome of a run that ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All steps are done.
    Finished {
        /// Number of steps done.
        step: u64,
    },
    /// The run was stopped on request, with a checkpoint to continue from.
    Stopped {
        /// Number of steps done.
        step: u64,
    },
}

/// Trains until the run's last step, or until `stop` is set, which is looked at once a step. A
/// checkpoint is written at the end.
///
/// On the CPU a resumed run gives the same bits as one that never stopped.
///
/// # Errors
/// Options that do not fit each other, files that cannot be read or written, or a loss that is no
/// longer finite; checkpoints already written stay.
pub fn train(
    options: &TrainOptions,
    stop: &AtomicBool,
    on_progress: &mut dyn FnMut(&Progress),
) -> Result<Outcome, TrainError> {
    train_examined(options, stop, on_progress, &mut |_, _| Ok(None))
}

/// Trains as [`train`] does, and has `examiner` measure a checkpoint every `run.evaluate_steps`.
/// The measures go into `measures.jsonl`, and the best checkpoint is kept (see
/// [`export_model`](crate::export_model)).
///
/// # Errors
/// As [`train`], and the examiner's errors.
pub fn train_examined(
    options: &TrainOptions,
    stop: &AtomicBool,
    on_progress: &mut dyn FnMut(&Progress),
    examiner: &mut Examiner<'_>,
) -> Result<Outcome, TrainError> {
    let start::Started {
        mut trainer,
        mut loader,
        mut ticker,
    } = start::start(options, examiner)?;
    run_loop(&mut trainer, &mut loader, &mut ticker, stop, on_progress)
}

impl Learner for Trainer {
    fn step(&self) -> u64 {
        self.step
    }

    fn steps(&self) -> u64 {
        self.last_step()
    }

    fn look_at_clock(&mut self, recorder: &mut RunRecorder) -> Result<(), TrainError> {
        let Some(watch) = &mut self.watch else {
            return Ok(());
        };
        match watch.look(self.step, self.schedule.fall()) {
            Looked::Likely(steps) => recorder.expect(steps),
            Looked::Fall(fall) => {
                recorder.fix(&fall)?;
                self.schedule = Schedule::Falling(fall);
            }
            Looked::AsTold => {}
        }
        Ok(())
    }

    fn advance(&mut self, batch: &TrainingBatch) -> StepValues {
        Trainer::advance(self, batch)
    }
}
