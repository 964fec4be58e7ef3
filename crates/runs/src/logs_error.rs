//! Errors of reading, drawing and writing logs.

use std::io;
use std::path::{Path, PathBuf};

/// The error that a log cannot be read, drawn or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogsError {
    /// The run folder cannot be read.
    #[error(transparent)]
    Run(#[from] crate::RunError),
    /// The run's configuration is not valid TOML.
    #[error("{}: not a configuration: {reason}", path.display())]
    Config {
        /// Path of the configuration's file.
        path: PathBuf,
        /// The syntax error and its place.
        reason: Box<toml::de::Error>,
    },
    /// The system refused an action on a file.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// Path of the file or folder that could not be read or written.
        path: PathBuf,
        /// The action that failed.
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// A drawing cannot be written.
    #[error(transparent)]
    Write(#[from] utsushi_imaging::WriteError),
    /// The suffix of a drawing's name is not that of a format for drawings.
    #[error("{}: the name must end in .svg or .png to say what to draw", path.display())]
    Ending {
        /// The file asked for.
        path: PathBuf,
    },
    /// There is nothing to draw.
    #[error("there is nothing to draw: {reason}")]
    NoCurves {
        /// The reason, and what to do about it.
        reason: String,
    },
}

impl LogsError {
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            path,
            action,
            source,
        }
    }
}
