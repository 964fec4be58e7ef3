//! `utsushi transfer --model student.safetensors`

use std::path::Path;

use utsushi_checkpoint::ExportedStudent;
use utsushi_transfer::jobs::{self, Existing, PlanOptions, StyleSource};
use utsushi_transfer::{StudentPainter, StyleCode};

use super::{output, paint, plan_list, preview, run_options, style, tell_what_is_left_out};
use crate::args::TransferArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;

/// Paints with a student, which has one style.
pub fn run(
    arguments: &TransferArguments,
    (file, student): (&Path, ExportedStudent),
    existing: Existing,
) -> anyhow::Result<ExitCode> {
    if style::optional(&arguments.style)?.is_some() || !arguments.style.masks.is_empty() {
        let message = format!(
            "a student paints in the one style it has, `{}`",
            student.style.name
        );
        let error = UsageError::new(message);
        return Err(error.hint("leave the options for styles out").into());
    }
    let load = || -> anyhow::Result<StudentPainter> {
        let device = arguments.paint.device.device.open()?;
        Ok(StudentPainter::from_exported(student, device, file)?)
    };
    if let Some(number) = arguments.preview_frame {
        let [content] = &arguments.contents[..] else {
            return Err(UsageError::new("--preview-frame takes one video").into());
        };
        preview::check(arguments)?;
        let only = StyleCode::new(Vec::new())?;
        return preview::run(arguments, (content, number), &load()?, &only, &[]);
    }
    let plan = match &arguments.list {
        Some(list) => plan_list(list, existing)?,
        None => {
            let options = PlanOptions {
                existing,
                format: None,
            };
            let (contents, output) = (&arguments.contents, output(arguments));
            jobs::plan(contents, &StyleSource::Only, output, &options)?
        }
    };
    let skipped = tell_what_is_left_out(&plan);
    if plan.jobs.is_empty() {
        return Ok(ExitCode::Done);
    }
    let options = run_options(arguments);
    paint(&load()?, &plan, &options, (arguments.paint.json, skipped))
}
