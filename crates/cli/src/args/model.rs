//! Arguments of `utsushi model`.

use std::path::PathBuf;

use clap::Args;

/// Show what is in a model: its styles, sizes and card
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// An exported model [default: the built-in model]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
