//! `utsushi export`

mod colours;

use std::path::{Path, PathBuf};

use colours::add_colours;
pub(super) use colours::{painter_of, set_typical};
use utsushi_onnx_export::{ExportOptions, write_files};
use utsushi_runs::RunDirectory;
use utsushi_weights::ExportedModel;

use utsushi_training::{Checkpoint, export, export_discriminators, export_model};

use crate::args::ExportArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::refuse_existing;
use crate::model_source::load_model;
use crate::{output, text};

pub fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let checkpoint = match arguments.step {
        _ if arguments.best => Checkpoint::Best,
        _ if arguments.mean => Checkpoint::Mean,
        Some(step) => Checkpoint::Step(step),
        None => Checkpoint::Newest,
    };
    let checkpoint = match &arguments.run {
        Some(run) if run.is_dir() => there(run, checkpoint)?,
        _ => checkpoint,
    };
    if let (Some(source), Some(target), Some(data)) =
        (&arguments.run, &arguments.output, &arguments.data)
    {
        // Whatever is wrong with them is told before a minute's work.
        refuse_existing(target, arguments.force)?;
        let (mut model, origin) = model(Some(source), checkpoint)?;
        add_colours(&mut model, &origin, data)?;
        model.write(target, arguments.force)?;
        output::line(format!(
            "{}: with the colours of {}",
            target.display(),
            data.display()
        ))?;
    } else if let (Some(run), Some(target)) = (&arguments.run, &arguments.output) {
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
    if let (Some(run), Some(target)) = (&arguments.run, &arguments.output)
        && arguments.with_discriminators
    {
        let path = export_discriminators(run, checkpoint, target, arguments.force)?;
        output::line(format!("{}: for `train --init`", path.display()))?;
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

/// A checkpoint that the run has. Without one that was measured, the best is the newest, which is
/// said.
///
/// # Errors
/// A step of which there is no checkpoint.
fn there(run: &Path, checkpoint: Checkpoint) -> anyhow::Result<Checkpoint> {
    // What is no run is refused where it is read.
    let Ok(directory) = RunDirectory::view(run) else {
        return Ok(checkpoint);
    };
    match checkpoint {
        Checkpoint::Step(step) => {
            let steps = directory.steps()?;
            if steps.contains(&step) {
                return Ok(checkpoint);
            }
            let there: Vec<String> = steps.iter().map(u64::to_string).collect();
            let message = format!("{}: there is no checkpoint of step {step}", run.display());
            Err(UsageError::new(message)
                .hint(match &there[..] {
                    [] => "there is none at all yet".to_owned(),
                    [one] => format!("there is that of step {one} alone"),
                    steps => format!("there are those of steps {}", steps.join(", ")),
                })
                .into())
        }
        Checkpoint::Best if directory.best()?.is_none() => {
            output::remark(
                "note: none of the run's checkpoints was measured, so the newest is taken; \
                 run.evaluate_steps has them measured while training",
            );
            Ok(Checkpoint::Newest)
        }
        checkpoint => Ok(checkpoint),
    }
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
