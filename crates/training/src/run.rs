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
mod start;
mod tick;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use utsushi_dataset::Loader;

use crate::config::TrainingConfig;
use crate::error::TrainError;
use crate::trainer::Trainer;

pub use budget::{Schedule, TimeBudget};
pub use carried::discriminators_beside;
pub use examine::{Examination, Examiner};
pub(crate) use labels::StyleLabels;
pub use origin::InitialModel;
pub use plan::{Plan, plan};
pub use start::{as_in_run, completed};
use tick::Ticker;

/// What a run is started with.
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
    /// How long the run may take, in place of `run.steps`. One whose rates have begun to fall ends
    /// after the steps that were fixed then.
    pub budget: Option<TimeBudget>,
    /// Where to compute: a plain device, gradients are turned on inside.
    pub device: Device,
}

/// Told to whoever watches, once a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Steps of the whole run; an estimate as long as it goes by the clock.
    pub steps: u64,
    /// Pictures a second over the last steps.
    pub pictures_per_second: f64,
    /// Seconds left at this rate.
    pub seconds_left: f64,
    /// Something that happened: a sheet, a checkpoint, a loss that was read.
    pub message: Option<String>,
}

/// How a run ended without an error.
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
        mut watch,
    } = start::start(options)?;
    for message in ticker.take_messages() {
        on_progress(&ticker.progress(&trainer, Some(message)));
    }
    while trainer.step() < trainer.last_step() {
        advance(&mut trainer, &mut loader, &mut ticker)?;
        if let Some(clock) = &mut watch {
            ticker.expect(clock.likely(trainer.step()));
            if let Some(fall) = clock.look(trainer.step()) {
                ticker.fix(&fall)?;
                trainer.schedule = Schedule::Falling(fall);
                watch = None;
            }
        }
        ticker.examine(&trainer, examiner)?;
        let mut messages = ticker.take_messages().into_iter();
        on_progress(&ticker.progress(&trainer, messages.next()));
        for message in messages {
            on_progress(&ticker.progress(&trainer, Some(message)));
        }
        if stop.load(Ordering::Relaxed) && trainer.step() < trainer.last_step() {
            ticker.stop(&trainer)?;
            return Ok(Outcome::Stopped {
                step: trainer.step(),
            });
        }
    }
    ticker.stop(&trainer)?;
    Ok(Outcome::Finished {
        step: trainer.step(),
    })
}

fn advance(
    trainer: &mut Trainer,
    loader: &mut Loader,
    ticker: &mut Ticker,
) -> Result<(), TrainError> {
    let batch = loader.next()?;
    let values = trainer.advance(&batch);
    ticker.after_step(trainer, values)
}
