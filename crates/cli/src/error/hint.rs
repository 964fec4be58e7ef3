//! Hints on what to do about an error, if the error does not say it.

use std::error::Error;

use utsushi_runs::RunError;
use utsushi_weights::{ModelFileError, WeightsFileError};

use utsushi::LoadModelError;
use utsushi::creative::DirectionError;
use utsushi_dataset::DatasetError;
use utsushi_runs::LogsError;
use utsushi_training::TrainError;

use super::{FileError, UsageError};

/// The hint to print below the error, if there is one.
pub fn of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(of_cause)
}

fn of_cause(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(usage) = cause.downcast_ref::<UsageError>() {
        return usage.hint.clone();
    }
    if let Some(file) = cause.downcast_ref::<FileError>() {
        return Some(file.hint.clone());
    }
    let hint = if let Some(error) = cause.downcast_ref::<TrainError>() {
        of_training(error)
    } else if let Some(LogsError::Run(error)) = cause.downcast_ref::<LogsError>() {
        of_run(error)
    } else if let Some(error) = cause.downcast_ref::<RunError>() {
        of_run(error)
    } else if let Some(error) = cause.downcast_ref::<DatasetError>() {
        of_dataset(error)
    } else if let Some(error) = cause.downcast_ref::<DirectionError>() {
        of_direction(error)
    } else if let Some(LoadModelError::File(error)) = cause.downcast_ref::<LoadModelError>() {
        of_model(error)
    } else {
        cause.downcast_ref::<ModelFileError>().and_then(of_model)
    };
    hint.map(str::to_owned)
}

/// The hint for an error of training; errors that stand for another one do not show it among their
/// causes.
fn of_training(error: &TrainError) -> Option<&'static str> {
    match error {
        TrainError::Dataset(error) => of_dataset(error),
        TrainError::Run(error) => of_run(error),
        TrainError::Model(error) => of_model(error),
        TrainError::Config(_) => Some("docs/training.md explains every key of a configuration"),
        _ => None,
    }
}

fn of_dataset(error: &DatasetError) -> Option<&'static str> {
    let hint = match error {
        DatasetError::PreparedSet { message, .. } if !message.contains("dataset prepare") => {
            "a set is made with `utsushi dataset prepare PICTURES -o SET`, of a folder or a sets file"
        }
        DatasetError::Source { message, .. } if message.starts_with("there is no such file") => {
            "sources of a sets file lie beside it, or in the folder that --root or UTSUSHI_DATA \
             names"
        }
        DatasetError::Labels { .. } => "docs/dataset.md explains tables of labels",
        DatasetError::SetsFile { .. } => "docs/dataset.md explains every key of a sets file",
        _ => return None,
    };
    Some(hint)
}

fn of_direction(error: &DirectionError) -> Option<&'static str> {
    use WeightsFileError::{Io, Malformed};
    matches!(error, DirectionError::File(Io { .. } | Malformed { .. })).then_some(
        "a direction is made first, from two folders of examples: `utsushi direction learn --from \
         young/ --to old/ -o older.safetensors`, or without any: `utsushi direction find`",
    )
}

/// A hint on where run folders come from.
pub const A_RUN: &str =
    "a run folder is made by `utsushi train` and `utsushi learn`, in `runs` unless --run says else";

fn of_run(error: &RunError) -> Option<&'static str> {
    let hint = match error {
        RunError::Missing { .. } | RunError::NotARun { .. } => A_RUN,
        RunError::Checkpoint { .. } => {
            "older checkpoints of the run may be whole: move this one away and try again"
        }
        _ => return None,
    };
    Some(hint)
}

fn of_model(error: &ModelFileError) -> Option<&'static str> {
    let hint = match error {
        ModelFileError::NotAModel { what, .. } if !what.contains("utsushi export") => {
            "leave --model out to use the model that is built in"
        }
        ModelFileError::Version { .. } => "export the run again with this program",
        ModelFileError::Mismatch { .. } | ModelFileError::Metadata { .. } => {
            "the file was changed or is of another program; export the run again"
        }
        _ => return None,
    };
    Some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn hints_are_found_below_context_and_inside_of_other_errors() {
        let error = RunError::Missing { path: "a".into() };
        assert_eq!(of(&error.into()).as_deref(), Some(A_RUN));
        let error = TrainError::Run(RunError::NotARun { path: "a".into() });
        let error = Err::<(), _>(error).context("cannot export").unwrap_err();
        assert!(of(&error).unwrap().contains("utsushi train"));
        let (path, what) = ("a".into(), "a letter".to_owned());
        let error = LoadModelError::File(ModelFileError::NotAModel { path, what });
        assert!(of(&error.into()).unwrap().contains("built in"));
        let usage = anyhow::Error::new(UsageError::new("a").hint("b"));
        assert_eq!(of(&usage).as_deref(), Some("b"));
        assert_eq!(of(&anyhow::anyhow!("c")), None);
    }
}
