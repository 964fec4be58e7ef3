//! Arguments of `utsushi export`.

use std::path::PathBuf;

use clap::Args;

/// Write a trained model as one file
///
/// Writes the averaged networks of the run's newest checkpoint in 16-bit numbers, with their
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

    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}
