//! The command `utsushi man`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Command, CommandFactory};
use utsushi_imaging::{check_place, write_whole};

use super::Run;
use crate::command_line::Arguments;
use crate::exit_code::ExitCode;
use crate::{output, text};

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

impl Run for ManArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let folder = &self.folder;
        fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
        let mut command = Arguments::command();
        command.build();
        let mut pages = Vec::new();
        collect(&command, "utsushi", &mut pages)?;
        // All are looked at before the first is written.
        for (name, _) in &pages {
            check_place(&folder.join(name), self.force)?;
        }
        for (name, page) in &pages {
            write_whole(&folder.join(name), page, self.force)?;
        }
        output::line(format!(
            "{}: {}",
            Path::new(folder).display(),
            text::counted(pages.len(), "page")
        ))?;
        Ok(ExitCode::Done)
    }
}

/// Makes the pages of a command and its subcommands: `utsushi-dataset-prepare.1`.
fn collect(
    command: &Command,
    name: &str,
    pages: &mut Vec<(String, Vec<u8>)>,
) -> std::io::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    for inner in command.get_subcommands() {
        if inner.get_name() != "help" && !inner.is_hide_set() {
            collect(inner, &format!("{name}-{}", inner.get_name()), pages)?;
        }
    }
    Ok(())
}
