//! A run: the loop around the steps, and everything at its ticks.

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

/// Options for a run.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// The configuration; when resuming, the run folder's own is used in its place, except for
    /// `run.steps`, which may be raised.
    pub config: TrainingConfig,
    /// The prepared set.
    pub set: PathBuf,
    /// The run folder: made if new, gone on with if `resume`.
    pub run: PathBuf,
    /// Go on from the newest whole checkpoint of the run folder.
    pub resume: bool,
    /// The imported feature network; without it training falls back on the pixel discriminator.
    pub features: Option<PathBuf>,
    /// A model that the networks start from. Styles keep their names' labels; those that it does
    /// not know come after them. A run that is resumed has it in its folder.
    pub init: Option<InitialModel>,
    /// How long the run may take, in place of `run.steps`. One that is resumed while its rates fall
    /// ends after the steps that were told last.
    pub budget: Option<TimeBudget>,
    /// Measures skin in paintings; without it the model tells no colour of skin.
    pub skin: Option<Arc<dyn MeasureSkin>>,
    /// The device to compute on, a plain one: gradients are turned on inside.
    pub device: Device,
}

/// Told to whoever watches, once a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// Pictures a second over the last steps.
    pub pictures_per_second: f64,
    /// Seconds left at this rate.
    pub seconds_left: f64,
    /// Something that happened: a sheet, a checkpoint, a loss that was read.
    pub message: Option<String>,
}

/// Outcome of a run that ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All steps are done.
    Finished {
        /// Steps done.
        step: u64,
    },
    /// Stopped when asked to, with a checkpoint to go on from.
    Stopped {
        /// Steps done.
        step: u64,
    },
}

/// Trains until the run's last step or until `stop` is set, which is looked at once a step; a
/// checkpoint is then written.
///
/// On the CPU a resumed run goes on bit for bit as if it had never stopped.
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

/// As [`train`], with somebody who measures a checkpoint every `run.evaluate_steps`. What is found
/// goes into `measures.jsonl`, and the best checkpoint is kept (see
/// [`export_model`](crate::export_model)).
///
/// # Errors
/// As [`train`], and what the examiner says.
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
