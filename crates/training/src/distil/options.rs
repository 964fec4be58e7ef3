//! Options of a distillation: what a student is taught, and for how long.

use std::path::PathBuf;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use utsushi_model::{PainterNetworks, StudentConfig};
use utsushi_weights::ExportedStyle;

use crate::config::TrainingConfigError;

/// Length and size of a distillation, and how often it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DistilConfig {
    /// Seed from which every random number follows.
    pub seed: u64,
    /// Number of steps in all.
    pub steps: u64,
    /// Pictures in one step.
    pub batch: usize,
    /// Side of the pictures in pixels, a multiple of 32.
    pub size: usize,
    /// Learning rate at the start; it falls to a fiftieth along half a cosine.
    pub rate: f32,
    /// Steps between two checkpoints.
    pub checkpoint_steps: u64,
    /// Sizes of the student.
    pub student: StudentConfig,
}

impl Default for DistilConfig {
    /// A default of 6000 steps of 8 pictures of 128 px, which takes about two hours on two cores.
    fn default() -> Self {
        Self {
            seed: 0,
            steps: 6000,
            batch: 8,
            size: 128,
            rate: 1e-3,
            checkpoint_steps: 500,
            student: StudentConfig::default(),
        }
    }
}

impl DistilConfig {
    /// Checks that every value is in its range.
    ///
    /// # Errors
    /// Names the first key that is out of range, and what it may be.
    pub fn validate(&self) -> Result<(), TrainingConfigError> {
        let refuse = |key, value: String, fix: &str| {
            Err(TrainingConfigError::Value {
                key,
                value,
                fix: fix.to_owned(),
            })
        };
        if self.steps == 0 || self.steps > 100_000_000 {
            return refuse("steps", self.steps.to_string(), "from 1 to 100000000");
        }
        if self.batch == 0 || self.batch > 1024 {
            return refuse("batch", self.batch.to_string(), "from 1 to 1024");
        }
        if self.size < 32 || self.size > 1024 || !self.size.is_multiple_of(32) {
            let fix = "a multiple of 32 from 32 to 1024";
            return refuse("size", self.size.to_string(), fix);
        }
        if !(1e-7..=0.1).contains(&self.rate) {
            return refuse("rate", self.rate.to_string(), "from 0.0000001 to 0.1");
        }
        if self.checkpoint_steps == 0 {
            return refuse("checkpoint_steps", "0".to_owned(), "at least 1");
        }
        match self.student.validate() {
            Ok(()) => Ok(()),
            Err(error) => refuse("student", error.value.to_string(), error.expected),
        }
    }
}

/// The teacher of a distillation, and the style that it teaches.
#[derive(Debug, Clone)]
pub struct Teacher {
    /// The networks of the teacher's model, on the device for computing.
    pub networks: PainterNetworks,
    /// The style's code, `stages × code_length` numbers.
    pub code: Vec<f32>,
    /// Length of the style code of one stage.
    pub code_length: usize,
    /// The style's name, and the terms of the pictures that it was learned from.
    pub style: ExportedStyle,
    /// Name of the teacher's model.
    pub name: String,
    /// Card of the teacher's model, which the student's card repeats.
    pub card: String,
}

/// Options for [`distil`](super::distil).
#[derive(Debug, Clone)]
pub struct DistilOptions {
    /// Length, size and intervals of the distillation. When resuming, the run folder's own are
    /// used, except for `steps`, which may be raised.
    pub config: DistilConfig,
    /// The teacher, and its style.
    pub teacher: Teacher,
    /// The prepared set whose pictures are painted.
    pub set: PathBuf,
    /// The run folder: made if new, continued if `resume`.
    pub run: PathBuf,
    /// Whether to continue from the newest whole checkpoint of the run folder.
    pub resume: bool,
    /// File of the imported feature network, if it is to be used.
    pub features: Option<PathBuf>,
    /// The file to write the student to.
    pub out: PathBuf,
    /// Whether to replace `out` if it exists.
    pub force: bool,
    /// The device to compute on, a plain one: gradients are turned on inside.
    pub device: Device,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_named() {
        let config = DistilConfig::default();
        config.validate().unwrap();
        for (wrong, key) in [
            (
                DistilConfig {
                    steps: 0,
                    ..config.clone()
                },
                "steps",
            ),
            (
                DistilConfig {
                    batch: 0,
                    ..config.clone()
                },
                "batch",
            ),
            (
                DistilConfig {
                    size: 100,
                    ..config.clone()
                },
                "size",
            ),
            (
                DistilConfig {
                    rate: f32::NAN,
                    ..config.clone()
                },
                "rate",
            ),
            (
                DistilConfig {
                    checkpoint_steps: 0,
                    ..config
                },
                "checkpoint_steps",
            ),
        ] {
            let error = wrong.validate().unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
