//! Recording of a run: its log, its checkpoints, and its pace.

use std::path::PathBuf;
use std::time::Instant;

use utsushi_runs::{Fall, RunDirectory, StatsLog, TrainingRecord, TrainingState};
use utsushi_weights::NamedTensors;

use super::Progress;
use crate::error::TrainError;
use crate::memory::resident_bytes;
use crate::stats::{Pending, StatsLine, StepValues};

/// Facts of a run that its log and its checkpoints record.
#[derive(Debug, Clone)]
pub(crate) struct RunFacts {
    /// Seed from which every random number follows.
    pub seed: u64,
    /// Number of steps of the whole run.
    pub steps: u64,
    /// Pictures in one step.
    pub batch: usize,
    /// Hash of the configuration's text.
    pub config_hash: String,
    /// Number of checkpoints that are kept besides milestones.
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
    /// Start of the time over which the pace is measured, since the last line of the log; time for
    /// maintenance is left out.
    since: Instant,
    steps_since: u64,
    rate: f64,
    saved: Option<u64>,
    /// Last step of the run as it was reported last, if its rates fall.
    told: u64,
}

impl RunRecorder {
    /// A recorder of a run that starts or continues after `step`.
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

    /// The folder of the run.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// Adds the numbers of a step, to be read later.
    pub fn push(&mut self, values: StepValues) {
        self.pending.push(values);
        self.steps_since += 1;
    }

    /// Whether there were steps since the last line of the log.
    pub fn is_behind(&self) -> bool {
        self.steps_since > 0
    }

    /// Writes a line of the log, with means over the steps since the line before.
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

    /// Whether there is a checkpoint of the step already.
    pub fn has_saved(&self, step: u64) -> bool {
        self.saved == Some(step)
    }

    /// Notes the number of steps that a run with a time budget will probably have.
    pub fn expect(&mut self, steps: u64) {
        self.facts.steps = steps;
    }

    /// Records that the rates fall from now on, or towards another last step than before, which
    /// fixes the number of steps.
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

    /// Restarts the measurement of the pace: time spent since the last step is not counted.
    pub fn restart_clock(&mut self) {
        (self.since, self.steps_since) = (Instant::now(), 0);
    }

    /// Adds a message for the user.
    pub fn remark(&mut self, message: String) {
        self.messages.push(message);
    }

    /// Takes the messages since the last call, and clears them.
    pub fn take_messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// Progress of the run after `step`, with an optional message.
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

/// Whether it is worth reporting after `step` that a run ends after `steps`, if `told` was reported
/// last: the number has changed by a tenth or more, and more than a tenth of the run is left.
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
