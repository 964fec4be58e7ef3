//! The command line of Utsushi, which converts arguments to library calls, and results to messages.

mod args;
mod command_line;
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

use crate::command_line::Call;
use crate::exit_code::ExitCode;

#[global_allocator]
static ALLOCATOR: utsushi::RecyclingAllocator = utsushi::RecyclingAllocator::new();

fn main() -> std::process::ExitCode {
    error::catch_panics(run).into()
}

fn run() -> ExitCode {
    let call = match Call::parse(std::env::args_os()) {
        Ok(call) => call,
        Err(refusal) => return error::refuse_arguments(refusal),
    };
    let as_json = call.as_json;
    let outcome = call.run();
    outcome.map_or_else(|error| error::report(&error, as_json), interrupt::of_signal)
}
