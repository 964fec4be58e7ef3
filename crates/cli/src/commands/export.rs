//! `utsushi export`

use utsushi_training::export;

use crate::args::ExportArguments;
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let report = export(&arguments.run, &arguments.output, arguments.force)?;
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
