//! Kinds of errors: of the command line, and of files.

use std::error::Error;
use std::fmt;

use utsushi::creative::GenerateError;
use utsushi::jobs::{PlanError, StyleSourceError};
use utsushi::{PaintError, StyleError};
use utsushi_imaging::WriteError;

/// The error for a command line that clap accepts but that makes no sense.
#[derive(Debug)]
pub struct UsageError {
    message: String,
    pub(super) hint: Option<String>,
}

impl UsageError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    /// Adds a hint on what to write instead.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The error that a file or a folder does not exist, or exists already, with a hint.
#[derive(Debug)]
pub struct FileError {
    message: String,
    pub(super) hint: String,
}

impl FileError {
    /// An error with this message, and a hint on what to do.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for UsageError {}

impl Error for FileError {}

/// Whether the command line is at fault, whatever files there are: options, unknown names, and
/// names of outputs that do not fit. A missing or existing file is a failure instead.
pub fn is_wrong_usage(error: &anyhow::Error) -> bool {
    error.chain().any(is_of_usage)
}

fn is_of_usage(cause: &(dyn Error + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<StyleError>() {
        is_of_names(error)
    } else if let Some(error) = cause.downcast_ref::<StyleSourceError>() {
        is_of_source(error)
    } else if let Some(error) = cause.downcast_ref::<PaintError>() {
        is_of_options(error)
    } else if let Some(GenerateError::Style(error)) = cause.downcast_ref::<GenerateError>() {
        is_of_names(error)
    } else if let Some(error) = cause.downcast_ref::<PlanError>() {
        is_of_plan(error)
    } else if let Some(error) = cause.downcast_ref::<WriteError>() {
        is_of_ending(error)
    } else {
        cause.is::<UsageError>()
    }
}

// What an error stands for transparently is not among its causes.

fn is_of_names(error: &StyleError) -> bool {
    matches!(
        error,
        StyleError::Unknown { .. }
            | StyleError::ContentOnly { .. }
            | StyleError::NoTypical { .. }
            | StyleError::UnknownCondition { .. }
            | StyleError::UnknownValue { .. }
            | StyleError::OneStyle
            | StyleError::NotOneStyle
            | StyleError::Weight(_)
            | StyleError::NoWeight
    )
}

fn is_of_source(error: &StyleSourceError) -> bool {
    matches!(error, StyleSourceError::Style(error) if is_of_names(error))
}

fn is_of_options(error: &PaintError) -> bool {
    match error {
        PaintError::Strength(_)
        | PaintError::Steady(_)
        | PaintError::Tile(_)
        | PaintError::Octaves(_) => true,
        PaintError::Style(error) => is_of_names(error),
        _ => false,
    }
}

fn is_of_plan(error: &PlanError) -> bool {
    match error {
        PlanError::StandardAmongOthers
        | PlanError::NotAFolder { .. }
        | PlanError::VideoToPicture { .. } => true,
        PlanError::Output(error) => is_of_ending(error),
        _ => false,
    }
}

fn is_of_ending(error: &WriteError) -> bool {
    matches!(error, WriteError::UnknownEnding { .. })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use anyhow::Context;

    use super::*;

    #[test]
    fn the_command_line_is_told_from_files_however_deep_the_error_lies() {
        let path = || PathBuf::from("a.bmp");
        let unknown = || StyleError::NoTypical {
            name: "ink".to_owned(),
            asked: "9".to_owned(),
            count: 1,
        };
        let usage: [anyhow::Error; 4] = [
            UsageError::new("a").into(),
            StyleSourceError::from(unknown()).into(),
            PlanError::from(WriteError::UnknownEnding { path: path() }).into(),
            Err::<(), _>(PaintError::from(unknown()))
                .context("a.png")
                .unwrap_err(),
        ];
        for error in usage {
            assert!(is_wrong_usage(&error), "{error:#}");
        }
        let files: [anyhow::Error; 3] = [
            FileError::new("a", "b").into(),
            PlanError::NotFound { path: path() }.into(),
            PlanError::from(WriteError::Exists { path: path() }).into(),
        ];
        for error in files {
            assert!(!is_wrong_usage(&error), "{error:#}");
        }
    }
}
