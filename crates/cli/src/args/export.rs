//! Arguments of `utsushi export`.

use std::path::PathBuf;

use clap::Args;

/// Write a trained model as one file
///
/// Writes the averaged networks of the run's newest checkpoint (or its best) in 16-bit numbers, with their
/// configuration, the styles' names and mean codes, and a model card. `utsushi transfer --model`
/// takes the file.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The run folder
    #[arg(value_name = "RUN")]
    pub run: PathBuf,

    /// The file to write
    #[arg(short, long, value_name = "model.safetensors")]
    pub output: PathBuf,

    /// Take the checkpoint that was evaluated as the best while training
    #[arg(long, conflicts_with = "step")]
    pub best: bool,

    /// Take the checkpoint of this step
    #[arg(long, value_name = "N")]
    pub step: Option<u64>,

    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}
