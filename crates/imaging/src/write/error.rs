//! Why a file was not written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::EncodeError;

/// Error returned when a file cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The ending names no format that is written.
    #[error("{}: the name must end in .png, .jpg, .webp, .gif, .tif, .avif, .jxl, .psd or .ora to say what to write", path.display())]
    UnknownEnding {
        /// The file asked for.
        path: PathBuf,
    },
    /// There is a file already.
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
    /// The folder to write into is not there.
    #[error("{}: the folder {} does not exist; create it first", path.display(), folder.display())]
    NoFolder {
        /// The file asked for.
        path: PathBuf,
        /// The folder it would be in.
        folder: PathBuf,
    },
    /// The picture does not fit the format.
    #[error("{}: {reason}", path.display())]
    Encode {
        /// The file asked for.
        path: PathBuf,
        /// The misfit.
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
