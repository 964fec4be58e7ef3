//! `utsushi man`

use std::fs;
use std::path::Path;

use anyhow::Context;
use clap::{Command, CommandFactory};
use utsushi_imaging::{check_place, write_whole};

use crate::args::{Arguments, ManArguments};
use crate::exit_code::ExitCode;
use crate::{output, text};

pub fn run(arguments: &ManArguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let mut command = Arguments::command();
    command.build();
    let mut pages = Vec::new();
    collect(&command, "utsushi", &mut pages)?;
    // All are looked at before the first is written.
    for (name, _) in &pages {
        check_place(&folder.join(name), arguments.force)?;
    }
    for (name, page) in &pages {
        write_whole(&folder.join(name), page, arguments.force)?;
    }
    output::line(format!(
        "{}: {}",
        Path::new(folder).display(),
        text::counted(pages.len(), "page")
    ))?;
    Ok(ExitCode::Done)
}

/// The pages of a command and of those below it: `utsushi-dataset-prepare.1`.
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
