//! The command line as a whole, and the parts of it that are read in the same way for all commands.

use std::ffi::OsString;

use anyhow::Context;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::commands::{Command, Run};
use crate::exit_code::ExitCode;

/// Repaint a picture in the style of another painting, with a GAN that you can train yourself.
///
/// The main job needs nothing but this program: `utsushi transfer me.png --style reference.png -o
/// painted.png`. The other commands train a model of one's own: `dataset prepare`, `train`,
/// `export`.
///
/// Exit codes: 0 done; 1 failed, because of a file that is not there, is there already or cannot be
/// used, or of the system; 2 wrong usage, whatever files there are: an option, a name that is not
/// known, or an output whose name does not say what to write; 3 done, but some pictures were
/// skipped; 130 stopped by Ctrl-C, 143 by SIGTERM.
#[derive(Debug, Parser)]
#[command(
    name = "utsushi",
    version,
    max_term_width = 98,
    help_expected = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// A parsed command line: a command to be run.
#[derive(Debug)]
pub struct Call {
    command: Command,
    /// Number of threads to compute with; 0 for one per core.
    threads: u16,
    /// Whether the output is asked for as JSON.
    pub as_json: bool,
}

impl Call {
    /// Parses the words of a command line, of which the first is the program.
    ///
    /// # Errors
    /// The error says what is wrong with them; `--help` and `--version` count as errors.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut matches = Arguments::command().try_get_matches_from(words)?;
        let called = innermost(&matches);
        // Commands without such an argument do not know its name.
        let threads = called.try_get_one::<u16>("threads").ok().flatten();
        let threads = threads.copied().unwrap_or_default();
        let json = called.try_get_one::<bool>("json").ok().flatten();
        let as_json = json.copied().unwrap_or_default();
        let arguments = Arguments::from_arg_matches_mut(&mut matches)
            .map_err(|error| error.format(&mut Arguments::command()))?;
        Ok(Self {
            command: arguments.command,
            threads,
            as_json,
        })
    }

    /// Runs the command with the number of threads that it asks for.
    ///
    /// # Errors
    /// The command's error, to be printed.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let threads = self.threads;
        if threads != 0 {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads.into())
                .thread_name(|index| format!("compute-{index}"))
                .build_global()
                .with_context(|| format!("--threads {threads}: try fewer"))?;
        }
        self.command.run()
    }
}

/// The matches of the innermost command: for `dataset prepare`, those of `prepare`.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches
        .subcommand()
        .map_or(matches, |(_, below)| innermost(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound_and_every_flag_has_help() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn threads_and_json_are_read_for_all_commands_alike() {
        for (line, threads, as_json) in [
            (
                "transfer a.png --style b.png -o c.png --threads 3",
                3,
                false,
            ),
            ("transfer a.png --style b.png -o c.png --json", 0, true),
            ("dataset pack set -o file --threads 2", 2, false),
            ("dataset export set -o folder", 0, false),
            ("landmarks a.png --json --threads 1", 1, true),
            ("runs list --json", 0, true),
            ("model --json", 0, true),
            ("man folder", 0, false),
            // This is how the log is written; nothing else comes out.
            ("serve --json --threads 4", 4, false),
        ] {
            let words = ["utsushi"].into_iter().chain(line.split(' '));
            let call = Call::parse(words.map(OsString::from)).unwrap();
            assert_eq!((call.threads, call.as_json), (threads, as_json), "{line}");
        }
    }
}
