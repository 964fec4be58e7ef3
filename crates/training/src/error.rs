//! Errors of training: why a run cannot start or go on.

use std::path::PathBuf;

use crate::config::TrainingConfigError;
use crate::state::StateError;

/// The error that a run cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] TrainingConfigError),
    /// The prepared set cannot be read.
    #[error(transparent)]
    Dataset(#[from] utsushi_dataset::DatasetError),
    /// The set and the configuration do not fit each other.
    #[error("the set `{set}` does not fit the configuration: {reason}")]
    Set {
        /// The prepared set.
        set: PathBuf,
        /// The mismatch, and what to do about it.
        reason: String,
    },
    /// The run folder cannot be made, read or written.
    #[error(transparent)]
    Run(#[from] utsushi_runs::RunError),
    /// A checkpoint does not hold what the configuration asks for.
    #[error("the checkpoint `{path}` does not fit this run: {reason}")]
    Checkpoint {
        /// The checkpoint's folder, or the file of the model to start from.
        path: PathBuf,
        /// The mismatch that was found.
        reason: String,
    },
    /// A checkpoint's tensors do not fit the networks of its configuration.
    #[error("the checkpoint `{path}` does not fit this run: {reason}")]
    State {
        /// The checkpoint's folder.
        path: PathBuf,
        /// The tensor that does not fit.
        reason: StateError,
    },
    /// The feature network's file cannot be used.
    #[error(transparent)]
    Features(#[from] utsushi_backbone::FeaturesError),
    /// The event file for TensorBoard cannot be written.
    #[error(transparent)]
    Events(#[from] utsushi_runs::LogsError),
    /// The model cannot be exported.
    #[error(transparent)]
    Model(#[from] utsushi_weights::ModelFileError),
    /// A sample sheet cannot be written.
    #[error(transparent)]
    Sheet(#[from] utsushi_imaging::WriteError),
    /// A checkpoint cannot be measured.
    #[error("the checkpoint of step {step} cannot be evaluated: {reason}")]
    Examination {
        /// Number of the checkpoint's step.
        step: u64,
        /// Why the checkpoint cannot be measured.
        reason: String,
    },
    /// A recorded number became NaN or infinite.
    #[error(
        "`{name}` became {value} at step {step}: training has diverged and was stopped. The last \
         good checkpoint is kept; resume from it with a lower learning rate, a smaller \
         adversarial weight or a larger adversarial.r1_gamma"
    )]
    Diverged {
        /// Name of the number, as in the log.
        name: String,
        /// Step in which it was computed.
        step: u64,
        /// The value that is not finite.
        value: f32,
    },
}
