//! A test that `docs/cli.md` is what the definition of the arguments gives.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Command, CommandFactory};

use crate::command_line::Arguments;

/// Environment variable that has the file written anew; the test fails all the same, so that nobody
/// forgets to look at it.
const UPDATE: &str = "UPDATE_DOCS";

fn reference() -> String {
    let mut text = String::from(
        "# The command line\n\nMade from the program itself: `UPDATE_DOCS=1 cargo test --release \
         -p utsushi-cli documentation`.\n",
    );
    let mut command = Arguments::command().term_width(98);
    command.build();
    describe(&mut text, &mut command, "utsushi");
    text
}

fn describe(text: &mut String, command: &mut Command, name: &str) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    write!(
        text,
        "\n## `{name}`\n\n```text\n{}\n```\n",
        lines.join("\n").trim_end()
    )
    .expect("a string takes any text");
    for inner in command.get_subcommands_mut() {
        if inner.get_name() != "help" {
            let name = format!("{name} {}", inner.get_name());
            describe(text, inner, &name);
        }
    }
}

#[test]
fn the_reference_in_docs_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let expected = reference();
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &expected).expect("docs/cli.md can be written");
        panic!("docs/cli.md was written; look at it, and run again without {UPDATE}");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/cli.md is out of date: run with {UPDATE}=1 and look at it"
    );
}
