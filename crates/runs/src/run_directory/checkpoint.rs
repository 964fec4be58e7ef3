//! Checkpoints: folders that appear only when they are complete.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utsushi_files::{sync_folder, write_whole};
use utsushi_weights::format::{KIND_KEY, PROGRAM_VERSION, TRAINING_KIND, VERSION_KEY};
use utsushi_weights::{MAXIMUM_BYTES, Precision, WeightsFile, write_tensors};

use super::shelf;
use crate::training_state::hexadecimal;
use crate::{RunError, TrainingRecord, TrainingState};

pub(super) const TENSORS: &str = "state.safetensors";
pub(super) const RECORD: &str = "state.json";

/// Version of the format, which changes whenever a state written before could be misunderstood.
const VERSION: u32 = 1;

/// Size in bytes of the largest record that is parsed.
const MAXIMUM_RECORD_BYTES: u64 = 64 << 20;

/// The content of `state.json`.
#[derive(Serialize, Deserialize)]
struct StateFile {
    format: String,
    format_version: u32,
    program_version: String,
    tensors_bytes: u64,
    tensors_sha256: String,
    record: TrainingRecord,
}

/// Writes `state` as the folder `destination` inside of `checkpoints`.
pub(super) fn write(
    state: &TrainingState,
    checkpoints: &Path,
    destination: &Path,
) -> Result<(), RunError> {
    let temporary = shelf::hidden_folder(checkpoints)?;
    let tensors = temporary.path().join(TENSORS);
    let metadata = BTreeMap::from([
        (KIND_KEY.to_owned(), TRAINING_KIND.to_owned()),
        (VERSION_KEY.to_owned(), VERSION.to_string()),
    ]);
    write_tensors(
        &state.tensors,
        &metadata,
        &tensors,
        Precision::Single,
        false,
    )?;
    // Read back: what counts is what the disk gives.
    let bytes = fs::read(&tensors).map_err(RunError::io(&tensors, "read"))?;
    let file = StateFile {
        format: TRAINING_KIND.to_owned(),
        format_version: VERSION,
        program_version: PROGRAM_VERSION.to_owned(),
        tensors_bytes: bytes.len() as u64,
        tensors_sha256: hexadecimal(&Sha256::digest(&bytes)),
        record: state.record.clone(),
    };
    drop(bytes);
    let record = temporary.path().join(RECORD);
    let text = serde_json::to_vec_pretty(&file).expect("strings and numbers can be written");
    write_whole(&record, false, |writer| writer.write_all(&text))
        .map_err(RunError::io(&record, "write"))?;

    let renaming = RunError::io(destination, "rename the finished checkpoint to");
    let replaced = shelf::put_aside(destination)?;
    fs::rename(temporary.path(), destination).map_err(renaming)?;
    // The folder has moved: there is nothing left to remove.
    let _ = temporary.keep();
    sync_folder(checkpoints).map_err(RunError::io(checkpoints, "write"))?;
    if let Some(replaced) = replaced {
        fs::remove_dir_all(&replaced).map_err(RunError::io(&replaced, "remove"))?;
    }
    Ok(())
}

/// Reads the checkpoint in `folder` and verifies all of it.
pub(super) fn read(folder: &Path, step: u64) -> Result<TrainingState, RunError> {
    let file = read_record(folder, step)?;
    let path = folder.join(TENSORS);
    let length = fs::metadata(&path)
        .map_err(RunError::io(&path, "read"))?
        .len();
    let damaged = |reason: String| RunError::Checkpoint {
        path: folder.to_owned(),
        reason,
    };
    if length != file.tensors_bytes || length > MAXIMUM_BYTES {
        let expected = file.tensors_bytes;
        return Err(damaged(format!(
            "{TENSORS} has {length} bytes instead of {expected}"
        )));
    }
    let bytes = fs::read(&path).map_err(RunError::io(&path, "read"))?;
    if hexadecimal(&Sha256::digest(&bytes)) != file.tensors_sha256 {
        return Err(damaged(format!(
            "{TENSORS} is damaged: its hash differs from the noted one"
        )));
    }
    let tensors = WeightsFile::from_bytes(&bytes, &path)?.tensors;
    Ok(TrainingState {
        record: file.record,
        tensors,
    })
}

/// Checks a checkpoint quickly, by its record and the length of its tensors. Returns whether it is
/// a milestone, or `None` if it is not complete.
pub(super) fn glance(folder: &Path, step: u64) -> Option<bool> {
    let file = read_record(folder, step).ok()?;
    let length = fs::metadata(folder.join(TENSORS)).ok()?.len();
    (length == file.tensors_bytes).then_some(file.record.milestone)
}

fn read_record(folder: &Path, step: u64) -> Result<StateFile, RunError> {
    let path = folder.join(RECORD);
    let length = fs::metadata(&path)
        .map_err(RunError::io(&path, "read"))?
        .len();
    let damaged = |reason: String| RunError::Checkpoint {
        path: folder.to_owned(),
        reason,
    };
    if length > MAXIMUM_RECORD_BYTES {
        return Err(damaged(format!(
            "{RECORD} has {length} bytes, far more than it should"
        )));
    }
    let text = fs::read(&path).map_err(RunError::io(&path, "read"))?;
    let invalid = |error| damaged(format!("{RECORD} is not valid ({error})"));
    // The version first: the rest of another version may look different.
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(invalid)?;
    if value["format"] != TRAINING_KIND {
        return Err(damaged(format!(
            "{RECORD} does not describe a training state"
        )));
    }
    if value["format_version"] != VERSION {
        let (found, writer) = (&value["format_version"], &value["program_version"]);
        return Err(damaged(format!(
            "it has the format version {found} (written by utsushi {writer}); this program \
             ({PROGRAM_VERSION}) reads version {VERSION}"
        )));
    }
    let file: StateFile = serde_json::from_value(value).map_err(invalid)?;
    if file.record.step != step {
        return Err(damaged(format!(
            "it is the state after step {}",
            file.record.step
        )));
    }
    Ok(file)
}
