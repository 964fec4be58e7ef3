//! `utsushi transfer` with a painter that has one style: a student, or an ONNX network.

use std::path::Path;
use std::sync::Arc;

use utsushi::jobs::{self, Existing, PlanOptions, StyleSource};
use utsushi::onnx::OnnxNetwork;
use utsushi::{Model, OneStylePainter, Style};
use utsushi_weights::ExportedStudent;

use super::{output, paint, plan_list, preview, run_options, style, tell_what_is_left_out};
use crate::args::TransferArguments;
use crate::built_in::model_name;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::network;

/// Paints with a network of another program.
pub fn run_network(
    arguments: &TransferArguments,
    file: &Path,
    existing: Existing,
) -> anyhow::Result<ExitCode> {
    refuse_styles(arguments, "an ONNX network paints in the one style it has")?;
    network::check_device(arguments.paint.device.device)?;
    run(arguments, existing, || {
        let network = OnnxNetwork::load(file, &arguments.network.unwrap_or_default())?;
        Ok(OneStylePainter::new(Arc::new(network), model_name(Some(file))).into())
    })
}

/// Paints with a student.
pub fn run_student(
    arguments: &TransferArguments,
    (file, student): (&Path, ExportedStudent),
    existing: Existing,
) -> anyhow::Result<ExitCode> {
    let name = &student.style.name;
    refuse_styles(
        arguments,
        &format!("a student paints in the one style it has, `{name}`"),
    )?;
    run(arguments, existing, || {
        let device = arguments.paint.device.device.open()?;
        Ok(OneStylePainter::from_student(student, device, file)?.into())
    })
}

fn refuse_styles(arguments: &TransferArguments, message: &str) -> anyhow::Result<()> {
    if style::optional(&arguments.style)?.is_some() || !arguments.style.masks.is_empty() {
        let error = UsageError::new(message);
        return Err(error.hint("leave the options for styles out").into());
    }
    Ok(())
}

/// Everything that can be refused is refused before the painter is loaded.
fn run(
    arguments: &TransferArguments,
    existing: Existing,
    load: impl FnOnce() -> anyhow::Result<Model>,
) -> anyhow::Result<ExitCode> {
    if let Some(number) = arguments.preview_frame {
        let [content] = &arguments.contents[..] else {
            return Err(UsageError::new("--preview-frame takes one video").into());
        };
        preview::check(arguments)?;
        return preview::run(arguments, (content, number), &load()?, &Style::Only, &[]);
    }
    let plan = match &arguments.list {
        Some(list) => plan_list(list, arguments, existing)?,
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
