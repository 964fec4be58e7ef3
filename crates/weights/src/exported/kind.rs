//! Telling a model from other kinds of files.

use std::path::Path;

use super::{ModelFileError, READ_VERSIONS};
use crate::WeightsFile;
use crate::format::{KIND_KEY, MODEL_KIND, PROGRAM_KEY, STUDENT_KIND, TRAINING_KIND, VERSION_KEY};

const EXPORT: &str = "run `utsushi export RUN -o model.safetensors` and use that file";

/// [`READ_VERSIONS`] in words.
const READ: &str = "1 or 2";

/// Refuses a file that is not a model of a version that can be read.
pub(super) fn check(file: &WeightsFile, path: &Path) -> Result<(), ModelFileError> {
    let not_a_model = |what: String| ModelFileError::NotAModel {
        path: path.to_owned(),
        what,
    };
    match file.metadata.get(KIND_KEY).map(String::as_str) {
        Some(MODEL_KIND) => {}
        Some(TRAINING_KIND) => {
            return Err(not_a_model(format!(
                "this is a training checkpoint: {EXPORT}"
            )));
        }
        Some(STUDENT_KIND) => {
            return Err(not_a_model(
                "this is a student, which paints in one style: `utsushi transfer --model` takes it, \
                 everything else needs a whole model"
                    .to_owned(),
            ));
        }
        Some(other) if other.starts_with("utsushi-") => {
            return Err(not_a_model(format!(
                "this file is of the kind \"{other}\", not a model"
            )));
        }
        _ => {
            let what = "not an utsushi model (a safetensors file of another program)";
            return Err(not_a_model(what.to_owned()));
        }
    }
    let found = file
        .metadata
        .get(VERSION_KEY)
        .map_or("none", String::as_str);
    if !READ_VERSIONS.contains(&found) {
        return Err(ModelFileError::Version {
            path: path.to_owned(),
            found: found.to_owned(),
            program: file.metadata.get(PROGRAM_KEY).cloned(),
            expected: READ,
        });
    }
    Ok(())
}

/// The error for a network of another program, which is recognised by its file name; none for other
/// files.
pub(super) fn of_network(path: &Path) -> Option<ModelFileError> {
    let ending = path.extension()?;
    ending
        .eq_ignore_ascii_case("onnx")
        .then(|| ModelFileError::NotAModel {
            path: path.to_owned(),
            what: "an ONNX network, with which `utsushi transfer` paints and nothing else does"
                .to_owned(),
        })
}

/// The error for a folder where a model file was expected.
pub(super) fn of_folder(path: &Path) -> ModelFileError {
    let what = if path.join("checkpoints").is_dir() && path.join("config.toml").is_file() {
        format!("this is a run folder: {EXPORT}")
    } else if path.join("state.json").is_file() {
        format!("this is a training checkpoint: {EXPORT}")
    } else {
        "a folder; a model is one .safetensors file".to_owned()
    };
    ModelFileError::NotAModel {
        path: path.to_owned(),
        what,
    }
}
