//! Errors of reading the weights of an anatomy finder.

use std::path::PathBuf;

use utsushi_weights::{MismatchError, WeightsFileError};

/// The error that a file does not make an anatomy finder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnatomyError {
    /// The file cannot be read, or is damaged.
    #[error(transparent)]
    File(#[from] WeightsFileError),
    /// The file holds something other than weights for parts and landmarks.
    #[error(
        "{}: these are not the weights of a network for parts and landmarks: {reason}; make some \
         with the example `train_anatomy`",
        path.display()
    )]
    Weights {
        /// Path of the network's file.
        path: PathBuf,
        /// Names of the tensors that are missing or do not fit.
        reason: MismatchError,
    },
}
