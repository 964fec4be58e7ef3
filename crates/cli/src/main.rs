//! The command line of Utsushi: arguments in, library calls, messages out. Nothing else.

mod args;
mod commands;
mod device;
#[cfg(test)]
mod documentation;
mod error;
mod exit_code;
mod finish;
mod interrupt;
mod model_source;
mod output;
mod progress;
mod recipes;
mod suggestions;
mod text;

use clap::Parser;

use crate::args::Arguments;
use crate::exit_code::ExitCode;

#[global_allocator]
static ALLOCATOR: utsushi::RecyclingAllocator = utsushi::RecyclingAllocator::new();

fn main() -> std::process::ExitCode {
    error::catch_panics(run).into()
}

fn run() -> ExitCode {
    let command = match Arguments::try_parse() {
        Ok(arguments) => arguments.command,
        Err(refusal) => return error::refuse_arguments(refusal),
    };
    let as_json = command.answers_in_json();
    let outcome = commands::run(command);
    outcome.map_or_else(|error| error::report(&error, as_json), interrupt::of_signal)
}
