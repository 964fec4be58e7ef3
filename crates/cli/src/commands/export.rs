//! `utsushi export`

use std::path::{Path, PathBuf};

use utsushi_onnx_export::{ExportOptions, write_files};
use utsushi_weights::ExportedModel;

use utsushi_training::{Checkpoint, export, export_model};

use crate::args::ExportArguments;
use crate::exit_code::ExitCode;
use crate::model_source::load_model;
use crate::{output, text};

pub fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let checkpoint = match arguments.step {
        _ if arguments.best => Checkpoint::Best,
        _ if arguments.mean => Checkpoint::Mean,
        Some(step) => Checkpoint::Step(step),
        None => Checkpoint::Newest,
    };
    if let (Some(run), Some(target)) = (&arguments.run, &arguments.output) {
        let report = export(run, checkpoint, target, arguments.force)?;
        output::line(format!(
            "{}: {}, step {}, {} seen\nstyles: {}",
            report.path.display(),
            text::bytes(report.bytes),
            report.step,
            text::counted(report.pictures as usize, "picture"),
            report.styles.join(", ")
        ))?;
    }
    if let Some(folder) = &arguments.onnx {
        let (model, origin) = model(arguments.run.as_deref(), checkpoint)?;
        let options = ExportOptions {
            half: arguments.half,
        };
        let files = utsushi_onnx_export::export(&model, &origin, options)?;
        let paths = write_files(&files, folder, arguments.force)?;
        for (path, file) in paths.iter().zip(&files) {
            let size = text::bytes(file.bytes.len() as u64);
            output::line(format!("{}: {size}", path.display()))?;
        }
    }
    Ok(ExitCode::Done)
}

/// The model of a run or of a file, or the built-in one.
fn model(
    source: Option<&Path>,
    checkpoint: Checkpoint,
) -> anyhow::Result<(ExportedModel, PathBuf)> {
    if let Some(run) = source.filter(|path| path.is_dir()) {
        return Ok((export_model(run, checkpoint)?.0, run.to_owned()));
    }
    let loaded = load_model(source)?;
    Ok((loaded.model, loaded.origin))
}
