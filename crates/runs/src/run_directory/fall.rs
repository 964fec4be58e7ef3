//! When the learning rates of a run that ends by the clock began to fall, and where it ends.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use utsushi_files::write_whole;

use crate::RunError;

/// The fall of a run's learning rates, fixed when it began: from then on the run is one of so many
/// steps, whatever the clock says, and resumed exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fall {
    /// The step after which rates fall.
    pub from: u64,
    /// Steps of the whole run.
    pub steps: u64,
}

/// Nothing where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Fall>, RunError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunError::io(path, "read")(error)),
    };
    let fall = serde_json::from_slice(&text);
    fall.map(Some)
        .map_err(|error| RunError::io(path, "understand")(error.into()))
}

pub(super) fn write(path: &Path, fall: &Fall) -> Result<(), RunError> {
    let text = serde_json::to_vec(fall).expect("numbers can be written");
    write_whole(path, true, |writer| writer.write_all(&text)).map_err(RunError::io(path, "write"))
}
