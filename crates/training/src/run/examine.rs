//! Evaluation of checkpoints during a run.

use std::path::Path;

use serde_json::Value;
use utsushi_runs::BestCheckpoint;

use super::run_loop::Maintenance;
use super::tick::Ticker;
use crate::error::TrainError;
use crate::trainer::Trainer;

/// Result of an evaluation of a checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// Score by which checkpoints are compared: higher is better.
    pub score: f64,
    /// Everything that was measured, as a JSON object.
    pub measures: Value,
}

/// Measures the checkpoint of a step in the run folder. Returns `None` if it was stopped.
pub type Examiner<'a> = dyn FnMut(&Path, u64) -> Result<Option<Examination>, TrainError> + 'a;

impl Ticker<'_> {
    /// Has the step's checkpoint measured, if an evaluation is due.
    pub fn examine(&mut self, trainer: &Trainer) -> Result<(), TrainError> {
        let (step, every) = (trainer.step(), trainer.config.run.evaluate_steps);
        if every == 0 || !step.is_multiple_of(every) {
            return Ok(());
        }
        let Some(found) = self.measured(step)? else {
            return Ok(());
        };
        let directory = self.recorder().directory();
        directory
            .measures_log(step - 1)?
            .append(step, &found.measures)?;
        let best = directory.best()?;
        let is_best = best.is_none_or(|best| found.score >= best.score);
        if is_best {
            let score = found.score;
            directory.keep_best(&BestCheckpoint { step, score })?;
        }
        self.record_measures(step, &found.measures)?;
        self.recorder().restart_clock();
        self.recorder().remark(match (is_best, best) {
            (false, Some(best)) => format!(
                "evaluated: {:.3}; the best is {:.3}, of step {}",
                found.score, best.score, best.step
            ),
            _ => format!("evaluated: {:.3}, the best so far", found.score),
        });
        Ok(())
    }
}
