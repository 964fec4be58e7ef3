//! Weights on disk: training state, exported models. The only crate that knows their formats.

mod error;
mod exported;
mod format;
mod named;
mod published;
mod run_directory;
mod run_error;
mod stats_log;
mod student;
mod training_state;
mod weights_file;
mod whole_file;

pub use error::WeightsFileError;
pub use exported::{ExportedModel, ExportedStyle, ModelFileError, STYLE_MEANS};
pub use named::{Mismatch, MismatchError, NamedTensor, NamedTensors, apply, apply_taking, collect};
pub use run_directory::{BestCheckpoint, LatestCheckpoint, RunDirectory};
pub use run_error::RunError;
pub use stats_log::StatsLog;
pub use student::ExportedStudent;
pub use training_state::{TrainingRecord, TrainingState, config_hash};
pub use weights_file::{Precision, WeightsFile};
