//! Errors of reading and running an ONNX network.

use std::io;
use std::path::{Path, PathBuf};

/// The error that an ONNX network cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Io {
        /// The network's file.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The file is not an ONNX network, or a damaged one.
    #[error("{}: this is no ONNX network, or it is damaged: {reason}", path.display())]
    NotOnnx {
        /// The network's file.
        path: PathBuf,
        /// The fault, and the place where reading ended.
        reason: String,
    },
    /// The network cannot be run here.
    #[error("{}: the network cannot be loaded: {reason}", path.display())]
    Load {
        /// The network's file.
        path: PathBuf,
        /// The runtime's reason.
        reason: String,
    },
    /// The network does something other than repainting a picture.
    #[error("{}: this network does not repaint a picture: {reason}", path.display())]
    NotAStylizer {
        /// The network's file.
        path: PathBuf,
        /// The operation that the network performs instead.
        reason: String,
    },
    /// The form in which the network takes pictures cannot be detected from the file.
    #[error("{}: {what} cannot be told from the file; say it with `--network {setting}`", path.display())]
    Unclear {
        /// The network's file.
        path: PathBuf,
        /// The setting that cannot be detected.
        what: &'static str,
        /// The form in which the user can give the setting.
        setting: &'static str,
    },
}

/// A fault of a network, before the name of its file is added.
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
