//! `utsushi completions`

use std::io::Write;

use clap::CommandFactory;

use crate::args::{Arguments, CompletionsArguments};
use crate::exit_code::ExitCode;

pub fn run(arguments: &CompletionsArguments) -> anyhow::Result<ExitCode> {
    // Into memory first: the generator panics where a reader has gone away.
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "utsushi", &mut script);
    let mut output = std::io::stdout().lock();
    output.write_all(&script)?;
    output.flush()?;
    Ok(ExitCode::Done)
}
