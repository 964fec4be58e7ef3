//! Which checkpoint of a run was measured as the best.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::RunError;
use utsushi_files::write_whole;

/// The checkpoint that was measured as the best.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BestCheckpoint {
    /// The checkpoint's step.
    pub step: u64,
    /// The score by which checkpoints are compared: more is better.
    pub score: f64,
}

/// Nothing where there is no such file.
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
