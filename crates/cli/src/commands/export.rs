//! `utsushi export`

use utsushi_training::{Checkpoint, export};

use crate::args::ExportArguments;
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let checkpoint = match (arguments.best, arguments.step) {
        (true, _) => Checkpoint::Best,
        (false, Some(step)) => Checkpoint::Step(step),
        (false, None) => Checkpoint::Newest,
    };
    let report = export(
        &arguments.run,
        checkpoint,
        &arguments.output,
        arguments.force,
    )?;
    output::line(format!(
        "{}: {}, step {}, {} seen\nstyles: {}",
        report.path.display(),
        text::bytes(report.bytes),
        report.step,
        text::counted(report.pictures as usize, "picture"),
        report.styles.join(", ")
    ))?;
    Ok(ExitCode::Done)
}
