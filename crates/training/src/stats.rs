//! Statistics of steps, kept on the device until a tick reads them.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::TrainError;

/// The named numbers of one step, not yet read back from the device.
#[derive(Debug)]
pub struct StepValues {
    step: u64,
    values: Vec<(String, Tensor<1>)>,
}

impl StepValues {
    pub(crate) fn new(step: u64) -> Self {
        Self {
            step,
            values: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Tensor<1>) {
        self.values
            .push((name.to_owned(), value.inner_if_tracked()));
    }

    /// Adds the numbers of a part of the step, with `part/` before their names.
    pub(crate) fn extend_under(&mut self, part: &str, values: StepValues) {
        let under = |(name, value)| (format!("{part}/{name}"), value);
        self.values.extend(values.values.into_iter().map(under));
    }

    /// Reads the numbers back from the device.
    pub fn read(self) -> BTreeMap<String, f32> {
        let read = |(name, value): (String, Tensor<1>)| (name, value.into_scalar::<f32>());
        self.values.into_iter().map(read).collect()
    }
}

/// A line of `stats.jsonl`, without its step number: means since the line before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatsLine {
    /// Number of pictures painted for training so far.
    pub pictures: u64,
    /// Seconds of training in this process.
    pub seconds: f64,
    /// Pictures per second since the line before, time for sheets and checkpoints not counted.
    pub pictures_per_second: f64,
    /// Resident memory in bytes, if the system tells.
    pub memory: Option<u64>,
    /// Means of the numbers that the steps recorded, by name.
    pub values: BTreeMap<String, f64>,
}

/// Numbers of the steps since the last tick, waiting to be read.
#[derive(Debug, Default)]
pub struct Pending {
    steps: Vec<StepValues>,
}

impl Pending {
    /// Adds the numbers of a step.
    pub fn push(&mut self, values: StepValues) {
        self.steps.push(values);
    }

    /// Reads all numbers back, and returns the mean of each over the steps that have it.
    ///
    /// # Errors
    /// Names a number that is NaN or infinite, and its step.
    pub fn means(&mut self) -> Result<BTreeMap<String, f64>, TrainError> {
        let mut sums: BTreeMap<String, (f64, u32)> = BTreeMap::new();
        for values in self.steps.drain(..) {
            let step = values.step;
            for (name, value) in values.read() {
                if !value.is_finite() {
                    return Err(TrainError::Diverged { name, step, value });
                }
                let (sum, count) = sums.entry(name).or_default();
                *sum += f64::from(value);
                *count += 1;
            }
        }
        let mean = |(name, (sum, count)): (String, (f64, u32))| (name, sum / f64::from(count));
        Ok(sums.into_iter().map(mean).collect())
    }
}

/// Detaches a tensor from the graph of gradients that led to it, on any device.
trait Untracked {
    fn inner_if_tracked(self) -> Self;
}

impl Untracked for Tensor<1> {
    fn inner_if_tracked(self) -> Self {
        if self.is_autodiff() {
            self.inner()
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn step(step: u64, values: &[(&str, f32)]) -> StepValues {
        let mut kept = StepValues::new(step);
        for &(name, value) in values {
            kept.set(name, Tensor::from_floats([value], &Device::flex()));
        }
        kept
    }

    #[test]
    fn means_are_over_the_steps_that_have_a_value() {
        let mut pending = Pending::default();
        pending.push(step(0, &[("a", 1.0), ("b", 5.0)]));
        pending.push(step(1, &[("a", 2.0)]));
        let means = pending.means().unwrap();
        assert_eq!(means["a"], 1.5);
        assert_eq!(means["b"], 5.0);
        assert!(pending.means().unwrap().is_empty());
    }

    #[test]
    fn a_value_that_is_not_finite_is_named_with_its_step() {
        let mut pending = Pending::default();
        pending.push(step(41, &[("content", 1.0)]));
        pending.push(step(42, &[("content", f32::NAN)]));
        let message = pending.means().unwrap_err().to_string();
        assert!(
            message.contains("content") && message.contains("42"),
            "{message}"
        );
    }
}
