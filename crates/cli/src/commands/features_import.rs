//! `utsushi features import`

use utsushi_backbone::{Architecture, import_to_its_place};

use crate::args::ImportArguments;
use crate::exit_code::ExitCode;
use crate::output;

pub fn run(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let (architecture, destination) = import_to_its_place(&arguments.file, arguments.force)?;
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
