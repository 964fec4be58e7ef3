use std::path::PathBuf;

use utsushi_model::ConfigError;

use crate::{MismatchError, WeightsFileError};

/// A model that could not be read, written or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The file is not a model.
    #[error("{}: {what}", path.display())]
    NotAModel {
        /// The file or folder.
        path: PathBuf,
        /// The kind of file, and the remedy.
        what: String,
    },
    /// The model was written by another version of the program.
    #[error(
        "{}: a model of the format version {found}{}; this program reads version {expected}",
        path.display(), .program.as_ref().map(|it| format!(" (utsushi {it})")).unwrap_or_default()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version it has.
        found: String,
        /// The program that wrote it.
        program: Option<String>,
        /// The version that is read.
        expected: &'static str,
    },
    /// The metadata lack something or do not fit the tensors.
    #[error("{}: the model's metadata `{key}` is not valid: {reason}", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// The metadata key.
        key: &'static str,
        /// The fault.
        reason: String,
    },
    /// The configuration asks for networks that cannot be built.
    #[error("{}: {source}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// The key that is out of range.
        source: ConfigError,
    },
    /// The tensors are not those of the networks that the configuration describes.
    #[error("{}: {source}", path.display())]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Every misfit.
        source: MismatchError,
    },
    /// The file of weights could not be read or written.
    #[error(transparent)]
    Weights(#[from] WeightsFileError),
}
