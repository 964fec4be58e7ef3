//! The training loop around the steps of any learner.

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_dataset::{Loader, TrainingBatch};

use super::recorder::RunRecorder;
use super::{Outcome, Progress};
use crate::error::TrainError;
use crate::stats::StepValues;

/// A learner: networks that are trained step by step.
pub(crate) trait Learner {
    /// Number of steps done.
    fn step(&self) -> u64;

    /// Number of steps of the whole run.
    fn steps(&self) -> u64;

    /// Fixes the number of steps of the whole run after a step, if the run has a time budget and it
    /// is time to.
    fn look_at_clock(&mut self, _recorder: &mut RunRecorder) -> Result<(), TrainError> {
        Ok(())
    }

    /// Makes one training step. Nothing is read back from the device.
    fn advance(&mut self, batch: &TrainingBatch) -> StepValues;
}

/// Maintenance between the steps of a learner: log, checkpoints, measurements.
pub(crate) trait Maintenance<L> {
    /// The recorder of log and checkpoints.
    fn recorder(&mut self) -> &mut RunRecorder;

    /// Does what is due after a step: a line of the log, a checkpoint, a measurement.
    fn after_step(&mut self, learner: &L, values: StepValues) -> Result<(), TrainError>;

    /// Writes what is left to write before a run ends or is interrupted.
    fn stop(&mut self, learner: &L) -> Result<(), TrainError>;
}

/// Trains until the last step, or until `stop` is set, which is looked at once a step. A checkpoint
/// is written at the end.
pub(crate) fn run_loop<L: Learner>(
    learner: &mut L,
    loader: &mut Loader,
    maintenance: &mut impl Maintenance<L>,
    stop: &AtomicBool,
    on_progress: &mut dyn FnMut(&Progress),
) -> Result<Outcome, TrainError> {
    for message in maintenance.recorder().take_messages() {
        let step = learner.step();
        on_progress(&maintenance.recorder().progress(step, Some(message)));
    }
    while learner.step() < learner.steps() {
        let batch = loader.next()?;
        let values = learner.advance(&batch);
        learner.look_at_clock(maintenance.recorder())?;
        maintenance.after_step(learner, values)?;
        let (step, recorder) = (learner.step(), maintenance.recorder());
        let mut messages = recorder.take_messages().into_iter();
        on_progress(&recorder.progress(step, messages.next()));
        for message in messages {
            on_progress(&recorder.progress(step, Some(message)));
        }
        if stop.load(Ordering::Relaxed) && step < learner.steps() {
            maintenance.stop(learner)?;
            return Ok(Outcome::Stopped { step });
        }
    }
    maintenance.stop(learner)?;
    Ok(Outcome::Finished {
        step: learner.step(),
    })
}
