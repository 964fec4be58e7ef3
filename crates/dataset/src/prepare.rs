//! Preparation: from the sources of a sets file to a folder of pictures for training.

mod cut;
mod journal;
mod options;
mod output;
mod progress;
mod report;
mod run;
mod settings;
mod style;
mod work;

use std::path::Path;
use std::sync::atomic::AtomicBool;

pub(crate) use journal::JOURNAL_FILE;
pub use options::PrepareOptions;
pub use progress::PrepareProgress;
pub use report::{DroppedPicture, FacelessPicture, PrepareReport, StyleCounts};

use crate::{DatasetError, FindFace, SetsFile};

/// Prepares a training set in the folder `out`.
///
/// Writes `pictures/<style>/<aa>/<hash>.png`, then `report.jsonl` (a line for each picture that was
/// dropped or cut without a face, and for each [`Notice`](crate::Notice)), `manifest.jsonl` (a line
/// for each that was kept) and `set.toml`. Pictures are named by the hash of their file, not by
/// their names in the source.
///
/// The work can be stopped with `stop` or killed at any moment and started again: pictures that
/// were cut stay and are not cut again, and the finished set is the same as that of one run. Run
/// again after pictures were added to the sources, it cuts only those; no picture changes its
/// split.
///
/// `progress` is called now and then from the calling thread.
///
/// # Errors
/// A source is to be cut by its faces ([`prepare_finding`] does that); a source or the output
/// folder cannot be used; a style is left without pictures; `out` was prepared with other settings
/// and [`PrepareOptions::force`] is not set; or [`DatasetError::Stopped`].
pub fn prepare(
    sets: &SetsFile,
    options: &PrepareOptions,
    out: &Path,
    progress: &mut dyn FnMut(&PrepareProgress),
    stop: &AtomicBool,
) -> Result<PrepareReport, DatasetError> {
    run::run(sets, options, None, out, progress, stop)
}

/// Prepares a training set as [`prepare`] does, with a face finder for sources with
/// [`Crop::Face`](crate::Crop).
///
/// A picture in which `faces` finds none is cut at the top instead, and named in
/// [`PrepareReport::without_face`].
///
/// # Errors
/// As [`prepare`].
pub fn prepare_finding(
    sets: &SetsFile,
    options: &PrepareOptions,
    faces: &dyn FindFace,
    out: &Path,
    progress: &mut dyn FnMut(&PrepareProgress),
    stop: &AtomicBool,
) -> Result<PrepareReport, DatasetError> {
    run::run(sets, options, Some(faces), out, progress, stop)
}
