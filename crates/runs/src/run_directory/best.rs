//! The record of a run's best checkpoint.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::RunError;
use utsushi_files::write_whole;

/// The checkpoint with the best score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BestCheckpoint {
    /// Step of the checkpoint.
    pub step: u64,
    /// Score of the checkpoint: higher is better.
    pub score: f64,
}

/// Reads the record; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<BestCheckpoint>, RunError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunError::io(path, "read")(error)),
    };
    let best = serde_json::from_slice(&text);
    best.map(Some)
        .map_err(|error| RunError::io(path, "understand")(error.into()))
}

pub(super) fn write(path: &Path, best: &BestCheckpoint) -> Result<(), RunError> {
    let text = serde_json::to_vec(best).expect("numbers can be written");
    write_whole(path, true, |writer| writer.write_all(&text)).map_err(RunError::io(path, "write"))
}
