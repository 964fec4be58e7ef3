//! Arguments of `utsushi model`.

use std::path::PathBuf;

use clap::Args;

/// Show what is in a model: its styles, sizes and card
///
/// For an ONNX network it shows how `utsushi transfer` gives it pictures; `--network` there takes
/// the same words.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// An exported model, or an ONNX network [default: the built-in model]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
