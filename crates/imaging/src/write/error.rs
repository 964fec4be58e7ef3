//! Errors of writing a file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::EncodeError;

/// The error that a file cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The suffix is not that of a format that is written.
    #[error("{}: the name must end in .png, .jpg, .webp, .gif, .tif, .avif, .jxl, .psd or .ora to say what to write", path.display())]
    UnknownEnding {
        /// The file asked for.
        path: PathBuf,
    },
    /// A file exists already.
    #[error("{}: exists already; choose another name, or --force to replace it", path.display())]
    Exists {
        /// The file asked for.
        path: PathBuf,
    },
    /// The path leads to a folder.
    #[error("{}: this is a folder; give the name of a file in it", path.display())]
    IsFolder {
        /// The path asked for.
        path: PathBuf,
    },
    /// The folder for the file does not exist.
    #[error("{}: the folder {} does not exist; create it first", path.display(), folder.display())]
    NoFolder {
        /// The file asked for.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// The picture cannot be encoded in the format.
    #[error("{}: {reason}", path.display())]
    Encode {
        /// The file asked for.
        path: PathBuf,
        /// Why it cannot be encoded.
        reason: EncodeError,
    },
    /// The system refused.
    #[error("{}: cannot be written: {reason}", path.display())]
    Io {
        /// The file asked for.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
}
