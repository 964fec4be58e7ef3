//! Errors of run folders.

use std::io;
use std::path::{Path, PathBuf};

use utsushi_weights::WeightsFileError;

/// The error that a run folder could not be created, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
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
    /// A new run was asked for in a folder that is not empty.
    #[error(
        "{}: exists and is not empty; go on with that run with --resume, or name another folder with --run",
        path.display()
    )]
    NotEmpty {
        /// Path of the folder that is not empty.
        path: PathBuf,
    },
    /// The folder does not exist.
    #[error("{}: there is no such folder", path.display())]
    Missing {
        /// Path of the folder that does not exist.
        path: PathBuf,
    },
    /// The folder is not a run's.
    #[error("{}: not a run folder (it has no config.toml and checkpoints)", path.display())]
    NotARun {
        /// Path of the folder that is not a run's.
        path: PathBuf,
    },
    /// Another process is training in the folder.
    #[error("{}: another training is using this run folder; stop it first", path.display())]
    InUse {
        /// Path of the run's folder.
        path: PathBuf,
    },
    /// The checkpoint is not complete, or not of this program.
    #[error("{}: unusable checkpoint: {reason}", path.display())]
    Checkpoint {
        /// The checkpoint's folder.
        path: PathBuf,
        /// The fault of the checkpoint.
        reason: String,
    },
    /// The tensors of a checkpoint could not be written or read.
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
