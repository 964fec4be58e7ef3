//! Errors of preparing and reading sets.

use std::path::{Path, PathBuf};

/// An error of the dataset crate.
///
/// Single pictures that cannot be used are not errors: they are dropped with a
/// [`DropReason`](crate::DropReason) and the work goes on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// A file or folder could not be read or written.
    #[error("could not {action} `{path}`: {reason}")]
    File {
        /// The action that failed: "read", "write", "create the folder"…
        action: &'static str,
        /// Path of the file or folder that could not be read or written.
        path: PathBuf,
        /// The system's error.
        reason: std::io::Error,
    },
    /// A sets file lacks something or has a wrong value.
    #[error("`{path}`: {message}")]
    SetsFile {
        /// The sets file.
        path: PathBuf,
        /// The key, its value, and what to write instead.
        message: String,
    },
    /// A source is neither a folder nor a readable zip.
    #[error("source `{path}`: {message}")]
    Source {
        /// The folder or zip.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        message: String,
    },
    /// A table of labels cannot be used.
    #[error("labels `{path}`: {message}")]
    Labels {
        /// Path of the table of labels.
        path: PathBuf,
        /// What is wrong, in which line, and what to do about it.
        message: String,
    },
    /// The prepared set cannot be written to an output folder.
    #[error("output folder `{path}`: {message}")]
    Output {
        /// Path of the output folder.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        message: String,
    },
    /// A folder is not a prepared set, or a damaged one.
    #[error("prepared set `{path}`: {message}")]
    PreparedSet {
        /// The folder or the file in it.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        message: String,
    },
    /// A folder of unprepared pictures was given instead of a prepared set.
    #[error(
        "`{path}` is a folder of pictures and no prepared set: `utsushi dataset prepare {path} -o set` \
         prepares it"
    )]
    NotPrepared {
        /// Path of the folder that is not a prepared set.
        path: PathBuf,
    },
    /// An option is out of its range.
    #[error("option `{option}`: {message}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// The option's value, and the values that are allowed.
        message: String,
    },
    /// The caller asked to stop; work done so far is kept and will not be repeated.
    #[error("stopped after {done} of {total} pictures; run the same command again to go on")]
    Stopped {
        /// Number of pictures processed so far, kept and dropped.
        done: usize,
        /// Number of pictures in all sources.
        total: usize,
    },
}

impl DatasetError {
    /// Wraps an input/output error with the path and the action that failed.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |reason| Self::File {
            action,
            path,
            reason,
        }
    }
}
