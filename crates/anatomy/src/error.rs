//! Why there is no finder.

use std::path::PathBuf;

use utsushi_weights::{MismatchError, WeightsFileError};

/// Error returned when a file does not make a finder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnatomyError {
    /// The file cannot be read, or is damaged.
    #[error(transparent)]
    File(#[from] WeightsFileError),
    /// The file holds something else than weights for parts and landmarks.
    #[error(
        "{}: these are not the weights of a network for parts and landmarks: {reason}; make some \
         with the example `train_anatomy`",
        path.display()
    )]
    Weights {
        /// The file.
        path: PathBuf,
        /// The tensors that are missing or do not fit.
        reason: MismatchError,
    },
}
