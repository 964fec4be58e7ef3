//! What can go wrong with a run folder.

use std::io;
use std::path::{Path, PathBuf};

use utsushi_weights::WeightsFileError;

/// A run folder that could not be made, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The system refused.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The action that failed.
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// A new run was asked for where there is something already.
    #[error(
        "{}: exists and is not empty; go on with that run with --resume, or name another folder with --run",
        path.display()
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// There is nothing of that name.
    #[error("{}: there is no such folder", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// There is no run here.
    #[error("{}: not a run folder (it has no config.toml and checkpoints)", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// Another process is training here.
    #[error("{}: another training is using this run folder; stop it first", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A checkpoint that is not whole or not of this program.
    #[error("{}: unusable checkpoint: {reason}", path.display())]
    Checkpoint {
        /// The checkpoint's folder.
        path: PathBuf,
        /// The fault.
        reason: String,
    },
    /// The tensors could not be written or read.
    #[error(transparent)]
    Weights(#[from] WeightsFileError),
}

impl RunError {
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            path,
            action,
            source,
        }
    }
}
