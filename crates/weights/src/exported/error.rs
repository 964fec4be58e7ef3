use std::path::PathBuf;

use utsushi_model::ConfigError;

use crate::{MismatchError, WeightsFileError};

/// The error that a model could not be read, written or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The file is not a model.
    #[error("{}: {what}", path.display())]
    NotAModel {
        /// Path of the file or folder that is not a model.
        path: PathBuf,
        /// The kind of file that it is instead, and what to do about it.
        what: String,
    },
    /// The model was written by another version of the program.
    #[error(
        "{}: a model of the format version {found}{}; this program reads version {expected}",
        path.display(), .program.as_ref().map(|it| format!(" (utsushi {it})")).unwrap_or_default()
    )]
    Version {
        /// Path of the model's file.
        path: PathBuf,
        /// The version that the file has.
        found: String,
        /// Version of the program that wrote the file, if it says so.
        program: Option<String>,
        /// The versions that this program reads, in words.
        expected: &'static str,
    },
    /// Metadata are missing, or do not fit the tensors.
    #[error("{}: the model's metadata `{key}` is not valid: {reason}", path.display())]
    Metadata {
        /// Path of the model's file.
        path: PathBuf,
        /// The metadata key.
        key: &'static str,
        /// The fault of the value.
        reason: String,
    },
    /// The configuration asks for networks that cannot be built.
    #[error("{}: {source}", path.display())]
    Config {
        /// Path of the model's file.
        path: PathBuf,
        /// The key that is out of range, and its value.
        source: ConfigError,
    },
    /// The tensors are not those of the networks that the configuration describes.
    #[error("{}: {source}", path.display())]
    Mismatch {
        /// Path of the model's file.
        path: PathBuf,
        /// All tensors that do not fit.
        source: MismatchError,
    },
    /// The file of weights could not be read or written.
    #[error(transparent)]
    Weights(#[from] WeightsFileError),
}
