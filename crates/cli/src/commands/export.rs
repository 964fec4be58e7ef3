//! The command `utsushi export`.

mod colours;
pub(super) use colours::{painter_of, set_typical};

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use colours::add_colours;
use utsushi_onnx_export::{ExportOptions, write_files};
use utsushi_runs::RunDirectory;
use utsushi_training::{Checkpoint, export, export_discriminators, export_model};
use utsushi_weights::ExportedModel;

use super::Run;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::finish::refuse_existing;
use crate::model_source::load_model;
use crate::{output, text};

/// Write a trained model as one file, or a model as ONNX
///
/// `-o` writes the averaged networks of a run's newest checkpoint (or its best) in 16-bit numbers,
/// with their configuration, the styles' names, typical and mean codes, and a model card.
/// `utsushi transfer --model` takes the file.
///
/// `--onnx` writes the networks of a run, of a model file or of the built-in model as ONNX graphs
/// for other programs: content encoder, style encoder, mapping network and decoder, and one graph
/// from a picture and a painting to the repainted picture. `docs/onnx.md` shows how to run them.
///
///   utsushi export runs/mine -o model.safetensors
///   utsushi export runs/mine --data set -o model.safetensors
///   utsushi export model.safetensors --onnx onnx/
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    group = ArgGroup::new("target").required(true).multiple(true).args(["output", "onnx"]),
    override_usage = "utsushi export [OPTIONS] --output <model.safetensors> <RUN>\n       \
                      utsushi export [OPTIONS] --onnx <FOLDER> [RUN|MODEL]"
)]
pub struct ExportArguments {
    /// The run folder; for `--onnx` also a model file [default: the built-in model]
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,

    /// The model file to write
    #[arg(short, long, value_name = "model.safetensors", requires = "run")]
    pub output: Option<PathBuf>,

    /// A prepared set of the paintings that the model was trained on, for the colours of hair,
    /// skin, clothes and so on that its named styles have
    ///
    /// Each part of a figure is painted in colours of its own. With the set, the typical codes of
    /// styles are those of paintings whose parts differ in colour, and hold these colours and the
    /// texture of skin. RUN may then be a model file, or `builtin`.
    #[arg(long, value_name = "SET", requires = "output")]
    pub data: Option<PathBuf>,

    /// Take the checkpoint that was evaluated as the best while training, or the newest if none was
    #[arg(long, conflicts_with = "step", requires = "run")]
    pub best: bool,

    /// Take the checkpoint of this step
    #[arg(long, value_name = "N", requires = "run")]
    pub step: Option<u64>,

    /// Take the mean of all checkpoints that the run has kept, which is steadier than the newest
    #[arg(long, conflicts_with_all = ["best", "step"], requires = "run")]
    pub mean: bool,

    /// Write the discriminators and the optimizers' moments beside the model
    ///
    /// `utsushi train --init` takes them from there, so that a run that goes on need not teach its
    /// discriminators anew. The file is `model.discriminators.safetensors` beside
    /// `model.safetensors`; painting does not need it.
    #[arg(long, requires = "output")]
    pub with_discriminators: bool,

    /// The folder to write ONNX files into
    #[arg(long, value_name = "FOLDER")]
    pub onnx: Option<PathBuf>,

    /// Write ONNX with 16-bit weights and arithmetic: half the size, for GPUs
    #[arg(long, requires = "onnx")]
    pub half: bool,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,
}

impl Run for ExportArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let checkpoint = match self.step {
            _ if self.best => Checkpoint::Best,
            _ if self.mean => Checkpoint::Mean,
            Some(step) => Checkpoint::Step(step),
            None => Checkpoint::Newest,
        };
        let checkpoint = match &self.run {
            Some(run) if run.is_dir() => there(run, checkpoint)?,
            _ => checkpoint,
        };
        if let (Some(source), Some(target), Some(data)) = (&self.run, &self.output, &self.data) {
            // Whatever is wrong with them is told before a minute's work.
            refuse_existing(target, self.force)?;
            let (mut model, origin) = model(Some(source), checkpoint)?;
            add_colours(&mut model, &origin, data)?;
            model.write(target, self.force)?;
            output::line(format!(
                "{}: with the colours of {}",
                target.display(),
                data.display()
            ))?;
        } else if let (Some(run), Some(target)) = (&self.run, &self.output) {
            let report = export(run, checkpoint, target, self.force)?;
            output::line(format!(
                "{}: {}, step {}, {} seen\nstyles: {}",
                report.path.display(),
                text::bytes(report.bytes),
                report.step,
                text::counted(report.pictures as usize, "picture"),
                report.styles.join(", ")
            ))?;
        }
        if let (Some(run), Some(target)) = (&self.run, &self.output)
            && self.with_discriminators
        {
            let path = export_discriminators(run, checkpoint, target, self.force)?;
            output::line(format!("{}: for `train --init`", path.display()))?;
        }
        if let Some(folder) = &self.onnx {
            let (model, origin) = model(self.run.as_deref(), checkpoint)?;
            let options = ExportOptions { half: self.half };
            let files = utsushi_onnx_export::export(&model, &origin, options)?;
            let paths = write_files(&files, folder, self.force)?;
            for (path, file) in paths.iter().zip(&files) {
                let size = text::bytes(file.bytes.len() as u64);
                output::line(format!("{}: {size}", path.display()))?;
            }
        }
        Ok(ExitCode::Done)
    }
}

/// Checks that the run has the checkpoint. If the best is asked for and none was evaluated, the
/// newest is taken, which is reported.
///
/// # Errors
/// There is no checkpoint of the step.
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

/// Loads the model of a run or of a file, or the built-in one.
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
