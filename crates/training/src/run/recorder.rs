//! The log of a run, its checkpoints, and how fast it goes.

use std::path::PathBuf;
use std::time::Instant;

use utsushi_runs::{Fall, RunDirectory, StatsLog, TrainingRecord, TrainingState};
use utsushi_weights::NamedTensors;

use super::Progress;
use crate::error::TrainError;
use crate::memory::resident_bytes;
use crate::stats::{Pending, StatsLine, StepValues};

/// The facts of a run that its log and its checkpoints record.
#[derive(Debug, Clone)]
pub(crate) struct RunFacts {
    /// Every random number follows from it.
    pub seed: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// Pictures a step.
    pub batch: usize,
    /// Of the configuration's text.
    pub config_hash: String,
    /// Checkpoints kept besides milestones.
    pub keep: usize,
}

/// Keeps a run folder's log and checkpoints up to date.
#[derive(Debug)]
pub(crate) struct RunRecorder {
    directory: RunDirectory,
    facts: RunFacts,
    log: StatsLog,
    pending: Pending,
    messages: Vec<String>,
    started: Instant,
    /// Start of the steps since the last line, maintenance taken out.
    since: Instant,
    steps_since: u64,
    rate: f64,
    saved: Option<u64>,
    /// The last step of the run that was told last, where its rates fall.
    told: u64,
}

impl RunRecorder {
    /// A recorder of a run that starts, or goes on, behind `step`.
    pub fn new(directory: RunDirectory, facts: RunFacts, step: u64) -> Result<Self, TrainError> {
        Ok(Self {
            log: directory.stats_log(step)?,
            told: facts.steps,
            directory,
            facts,
            pending: Pending::default(),
            messages: Vec::new(),
            started: Instant::now(),
            since: Instant::now(),
            steps_since: 0,
            rate: 0.0,
            saved: Some(step).filter(|&step| step > 0),
        })
    }

    /// The run folder.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// Takes the numbers of a step.
    pub fn push(&mut self, values: StepValues) {
        self.pending.push(values);
        self.steps_since += 1;
    }

    /// Whether there were steps since the last line.
    pub fn is_behind(&self) -> bool {
        self.steps_since > 0
    }

    /// Writes a line of the log: means since the one before.
    ///
    /// # Errors
    /// A number that is not finite, or a log that cannot be written.
    pub fn write_line(&mut self, step: u64) -> Result<StatsLine, TrainError> {
        // Reading the values waits for the device, so the clock is looked at afterwards.
        let values = self.pending.means()?;
        self.rate = self.current_rate();
        let line = StatsLine {
            pictures: step * self.facts.batch as u64,
            seconds: self.started.elapsed().as_secs_f64(),
            pictures_per_second: self.rate,
            memory: resident_bytes(),
            values,
        };
        self.log.append(step, &line)?;
        Ok(line)
    }

    /// Writes a checkpoint and returns its folder.
    pub fn save(
        &mut self,
        step: u64,
        tensors: NamedTensors,
        extra: serde_json::Value,
    ) -> Result<PathBuf, TrainError> {
        let state = TrainingState {
            record: TrainingRecord {
                step,
                pictures_seen: step * self.facts.batch as u64,
                seed: self.facts.seed,
                config_hash: self.facts.config_hash.clone(),
                milestone: false,
                extra,
            },
            tensors,
        };
        let path = self.directory.save(&state, self.facts.keep)?;
        self.saved = Some(step);
        Ok(path)
    }

    /// Whether there is a checkpoint of the step.
    pub fn has_saved(&self, step: u64) -> bool {
        self.saved == Some(step)
    }

    /// Takes note of how many steps the run may have, which goes by the clock.
    pub fn expect(&mut self, steps: u64) {
        self.facts.steps = steps;
    }

    /// Writes down how many steps it has: its rates fall from now on, or to another step than before.
    pub fn fix(&mut self, fall: &Fall) -> Result<(), TrainError> {
        self.facts.steps = fall.last();
        self.directory.keep_fall(fall)?;
        let steps = fall.last();
        let remark = match fall.again.last() {
            None => {
                let from = fall.from;
                format!(
                    "from step {from} on the learning rates fall; the run ends after step {steps}"
                )
            }
            Some(bend) if is_news(steps, bend.from, self.told) => {
                let from = bend.from;
                format!(
                    "the speed has changed at step {from}: to end on time, the run now ends after \
                     step {steps}"
                )
            }
            Some(_) => return Ok(()),
        };
        self.told = steps;
        self.remark(remark);
        Ok(())
    }

    /// Starts the clock anew: the time that was spent since the last step is no step's.
    pub fn restart_clock(&mut self) {
        (self.since, self.steps_since) = (Instant::now(), 0);
    }

    /// Adds something to tell.
    pub fn remark(&mut self, message: String) {
        self.messages.push(message);
    }

    /// Takes what there is to tell since it was last asked.
    pub fn take_messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// The run's progress.
    pub fn progress(&self, step: u64, message: Option<String>) -> Progress {
        let rate = match self.steps_since {
            0 => self.rate,
            _ => self.current_rate(),
        };
        let left = self.facts.steps.saturating_sub(step) * self.facts.batch as u64;
        Progress {
            step,
            steps: self.facts.steps,
            pictures_per_second: rate,
            seconds_left: if rate > 0.0 {
                left as f64 / rate
            } else {
                f64::INFINITY
            },
            message,
        }
    }

    fn current_rate(&self) -> f64 {
        let pictures = self.steps_since * self.facts.batch as u64;
        pictures as f64 / self.since.elapsed().as_secs_f64().max(1e-9)
    }
}

/// Whether it is worth telling after `step` that a run ends after `steps`, where `told` was told last: it
/// is another by a tenth or more, and more than a tenth of the run is left.
fn is_news(steps: u64, step: u64, told: u64) -> bool {
    let differs = steps.abs_diff(told).saturating_mul(10) >= told;
    differs && steps.saturating_sub(step).saturating_mul(10) > steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_end_is_told_where_it_differs_by_a_tenth_and_is_not_near() {
        assert!(is_news(110, 50, 100) && is_news(90, 50, 100));
        assert!(!is_news(109, 50, 100) && !is_news(91, 50, 100));
        assert!(is_news(60, 53, 100) && !is_news(60, 54, 100));
        assert!(!is_news(60, 60, 100));
    }
}
