//! Errors of measuring a model.

use std::io;
use std::path::PathBuf;

use utsushi::anatomy::AnatomyReaderError;
use utsushi::creative::GenerateError;
use utsushi::{PaintError, StyleError};
use utsushi_backbone::FeaturesError;
use utsushi_imaging::{ReadError, WriteError};

/// The error that a model cannot be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// An option is out of its range.
    #[error("{option}: {message}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// The option's value, and the values that are allowed.
        message: String,
    },
    /// The set has no style that can be measured.
    #[error("{}: nothing can be measured on this set: {reason}", path.display())]
    NothingToMeasure {
        /// The set's folder.
        path: PathBuf,
        /// The reasons, one for each style.
        reason: String,
    },
    /// The feature network cannot be loaded.
    #[error(transparent)]
    Features(#[from] FeaturesError),
    /// The feature network's output is not finite.
    #[error(
        "the feature network gives no finite numbers for `{picture}`; its file is damaged, or \
         not of a trained network: import it again"
    )]
    NotFinite {
        /// Name of the picture.
        picture: String,
    },
    /// A picture of the set, or an output of another program, cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A folder of outputs lacks a picture.
    #[error(
        "{}: there is no such picture; the folder must hold every output of the list that \
         --write-jobs writes for the same set, seed and number of pictures", path.display()
    )]
    MissingOutput {
        /// Path of the missing picture.
        path: PathBuf,
    },
    /// A picture could not be painted.
    #[error("painting {content} after {reference}: {reason}")]
    Paint {
        /// The content, as the set names it.
        content: String,
        /// The reference, as the set names it.
        reference: String,
        /// Why it could not be painted.
        reason: PaintError,
    },
    /// A new painting could not be made.
    #[error("making a new painting of {style} with seed {seed}: {reason}")]
    Generate {
        /// The style.
        style: String,
        /// Seed of the painting.
        seed: u64,
        /// Why it could not be made.
        reason: GenerateError,
    },
    /// The style of a painting could not be read.
    #[error("reading the style of {picture}: {reason}")]
    Style {
        /// The painting, as the set names it.
        picture: String,
        /// Why it could not be read.
        reason: StyleError,
    },
    /// The networks for faces, landmarks or parts cannot be loaded.
    #[error(transparent)]
    Faces(#[from] AnatomyReaderError),
    /// A file of the report cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A folder cannot be created or accessed.
    #[error("{}: cannot {action}: {reason}", path.display())]
    Folder {
        /// Path of the folder that cannot be created or accessed.
        path: PathBuf,
        /// The action that failed.
        action: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
    /// A path of the set cannot be written in a list of jobs.
    #[error(
        "{path:?}: a path with a tab, a line end or characters that are no text cannot stand in \
         a list of jobs; move the set to another folder"
    )]
    Unlistable {
        /// The path.
        path: PathBuf,
    },
    /// The caller asked to stop.
    #[error("stopped; no report was written")]
    Stopped,
}
