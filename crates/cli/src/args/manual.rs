//! Arguments of `utsushi completions` and `utsushi man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

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

/// Write manual pages, one a command
///
///   utsushi man ~/.local/share/man/man1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ManArguments {
    /// The folder to write into, made if it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// Replace pages that exist
    #[arg(long)]
    pub force: bool,
}
