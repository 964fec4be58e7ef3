//! Errors of reading the weights of a face finder.

use std::path::PathBuf;

use utsushi_weights::{MismatchError, WeightsFileError};

/// The error that a file does not make a face finder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaceFinderError {
    /// The file cannot be read, or is damaged.
    #[error(transparent)]
    File(#[from] WeightsFileError),
    /// The file holds something other than weights of a face finder.
    #[error(
        "{}: these are not the weights of a face finder: {reason}; make some with the example `train_faces`",
        path.display()
    )]
    Weights {
        /// Path of the network's file.
        path: PathBuf,
        /// Names of the tensors that are missing or do not fit.
        reason: MismatchError,
    },
}
