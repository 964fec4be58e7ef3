//! `utsushi transfer --model NETWORK.onnx`

use std::path::Path;

use utsushi_onnx::OnnxNetwork;
use utsushi_transfer::jobs::{self, Existing, PlanOptions, RunOptions, StyleSource};

use super::{output, paint, paint_options, plan_list, style, tell_what_is_no_picture};
use crate::args::TransferArguments;
use crate::device::DeviceChoice;
use crate::error::UsageError;
use crate::exit_code::ExitCode;

/// Paints with a network that has one style.
pub fn run(
    arguments: &TransferArguments,
    file: &Path,
    existing: Existing,
) -> anyhow::Result<ExitCode> {
    if style::optional(&arguments.style)?.is_some() || !arguments.style.masks.is_empty() {
        let error = UsageError::new("an ONNX network paints in the one style it has");
        return Err(error.hint("leave the options for styles out").into());
    }
    if let DeviceChoice::Vulkan(_) = arguments.paint.device.device {
        let error = UsageError::new("ONNX networks run on the CPU");
        return Err(error.hint("leave --device out").into());
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
    let skipped = tell_what_is_no_picture(&plan);
    let network = OnnxNetwork::load(file, &arguments.network.unwrap_or_default())?;
    let options = RunOptions {
        paint: paint_options(arguments),
        steady: arguments.steady,
        ..RunOptions::default()
    };
    let painter = network.into_painter();
    paint(&painter, &plan, &options, (arguments.paint.json, skipped))
}
