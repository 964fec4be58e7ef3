//! The command `utsushi completions`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Run;
use crate::command_line::Arguments;
use crate::exit_code::ExitCode;

/// Print what a shell needs to complete commands and options
///
///   utsushi completions bash > ~/.local/share/bash-completion/completions/utsushi
///   utsushi completions zsh > ~/.zfunc/_utsushi
///   utsushi completions fish > ~/.config/fish/completions/utsushi.fish
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

impl Run for CompletionsArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        // Into memory first: the generator panics where a reader has gone away.
        let mut script = Vec::new();
        let mut command = Arguments::command();
        clap_complete::generate(self.shell, &mut command, "utsushi", &mut script);
        let mut output = std::io::stdout().lock();
        output.write_all(&script)?;
        output.flush()?;
        Ok(ExitCode::Done)
    }
}
