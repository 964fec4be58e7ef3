//! Errors of reading and writing files of weights.

use std::io;
use std::path::PathBuf;

/// The error that a file of weights could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsFileError {
    /// The system refused an action on the file.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// Path of the file that the action was refused on.
        path: PathBuf,
        /// The action that failed: "read", "write", …
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// A file exists at the path and may not be replaced.
    #[error("{}: exists already; choose another name or pass --force to replace it", path.display())]
    Exists {
        /// Path of the file that exists already.
        path: PathBuf,
    },
    /// The bytes are not a whole safetensors file.
    #[error("{}: not a safetensors file, or a damaged one: {reason}", path.display())]
    Malformed {
        /// Path of the file that is not a whole safetensors file.
        path: PathBuf,
        /// The fault of the bytes.
        reason: String,
    },
    /// The file is larger than any that this program writes.
    #[error("{}: {bytes} bytes are more than the {limit} allowed for weights", path.display())]
    TooLarge {
        /// Path of the file that is too large.
        path: PathBuf,
        /// The file's size in bytes.
        bytes: u64,
        /// The largest size in bytes that is read.
        limit: u64,
    },
    /// A tensor has a number type that is not used here.
    #[error("{}: tensor `{tensor}` is stored as {found}; expected F32 or F16", path.display())]
    NumberType {
        /// Path of the weights' file.
        path: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// The number type that the tensor has in the file.
        found: String,
    },
    /// A value is NaN, infinite, or too large for the number type.
    #[error("{}: value {index} of tensor `{tensor}` is {value}; weights must be finite{}", path.display(), .hint)]
    NotFinite {
        /// Path of the weights' file.
        path: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// Index of the value within the tensor, in row order.
        index: usize,
        /// The value itself.
        value: f32,
        /// An explanation to add to the message, or an empty text.
        hint: &'static str,
    },
}

impl WeightsFileError {
    pub(crate) fn io(path: &std::path::Path, action: &'static str, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            action,
            source,
        }
    }
}
