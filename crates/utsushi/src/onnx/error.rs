//! Why a network cannot be used.

use std::io;
use std::path::{Path, PathBuf};

/// Error returned when a network cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The file is no network, or a damaged one.
    #[error("{}: this is no ONNX network, or it is damaged: {reason}", path.display())]
    NotOnnx {
        /// The file.
        path: PathBuf,
        /// The place at which reading it ended.
        reason: String,
    },
    /// The network cannot be run here.
    #[error("{}: the network cannot be loaded: {reason}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// The objection.
        reason: String,
    },
    /// The network does something else than repainting a picture.
    #[error("{}: this network does not repaint a picture: {reason}", path.display())]
    NotAStylizer {
        /// The file.
        path: PathBuf,
        /// The operation.
        reason: String,
    },
    /// The form in which the network takes pictures cannot be told from the file.
    #[error("{}: {what} cannot be told from the file; say it with `--network {setting}`", path.display())]
    Unclear {
        /// The file.
        path: PathBuf,
        /// The setting that cannot be told.
        what: &'static str,
        /// The way in which it is said.
        setting: &'static str,
    },
}

/// A fault of a network, before it is known which file has it.
#[derive(Debug)]
pub(super) enum Fault {
    TooLarge,
    NotOnnx(String),
    Load(String),
    NotAStylizer(String),
    Unclear(&'static str, &'static str),
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> NetworkError {
        let path = path.to_owned();
        match self {
            Self::TooLarge => NetworkError::Load {
                path,
                reason: "it is larger than 1 GB".to_owned(),
            },
            Self::NotOnnx(reason) => NetworkError::NotOnnx { path, reason },
            Self::Load(reason) => NetworkError::Load { path, reason },
            Self::NotAStylizer(reason) => NetworkError::NotAStylizer { path, reason },
            Self::Unclear(what, setting) => NetworkError::Unclear {
                path,
                what,
                setting,
            },
        }
    }
}
