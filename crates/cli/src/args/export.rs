//! Arguments of `utsushi export`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

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

    /// A prepared set of the paintings that the model was trained on, for the colours of hair, skin,
    /// clothes and so on that its named styles have
    ///
    /// In styles with smooth areas each part of a figure is painted in colours of its own. With the set,
    /// the typical codes of such styles are those of paintings whose parts differ in colour, and hold these
    /// colours. RUN may then be a model file, or `builtin`.
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
