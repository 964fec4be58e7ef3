//! One command a file: arguments to library options, the call, and what to say of the outcome.

mod colour;
mod completions;
mod dataset_export;
mod dataset_inspect;
mod dataset_pack;
mod dataset_prepare;
mod direction;
mod distil;
mod edit;
mod evaluate;
mod export;
mod features_import;
mod film;
mod generate;
mod landmarks;
mod learn;
mod learning;
mod look;
mod man;
mod mix;
mod model;
mod morph;
mod runs;
mod saved_style;
mod segment;
mod serve;
mod sheet;
mod style;
mod train;
mod transfer;

use anyhow::Context;

use crate::args::{Command, DatasetCommand, FeaturesCommand, ThreadsArgument};
use crate::exit_code::ExitCode;

/// Runs a command.
///
/// # Errors
/// Whatever went wrong, to be printed.
pub fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Some(threads) = command.threads() {
        use_threads(threads)?;
    }
    match command {
        Command::Transfer(arguments) => transfer::run(&arguments),
        Command::Mix(arguments) => mix::run(&arguments),
        Command::Morph(arguments) => morph::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Edit(arguments) => edit::run(&arguments),
        Command::Colour(arguments) => colour::run(&arguments),
        Command::Segment(arguments) => segment::run(&arguments),
        Command::Landmarks(arguments) => landmarks::run(&arguments),
        Command::Direction(command) => direction::run(&command),
        Command::Dataset(DatasetCommand::Pack(arguments)) => dataset_pack::run(&arguments),
        Command::Dataset(DatasetCommand::Export(arguments)) => dataset_export::run(&arguments),
        Command::Dataset(DatasetCommand::Inspect(arguments)) => dataset_inspect::run(arguments),
        Command::Dataset(DatasetCommand::Prepare(arguments)) => dataset_prepare::run(arguments),
        Command::Features(FeaturesCommand::Import(arguments)) => features_import::run(&arguments),
        Command::Learn(arguments) => learn::run(arguments),
        Command::Train(arguments) => train::run(arguments),
        Command::Runs(command) => runs::run(&command),
        Command::Export(arguments) => export::run(&arguments),
        Command::Distil(arguments) => distil::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(*arguments),
        Command::Model(arguments) => model::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// Sets how many threads whatever computes takes its share of.
fn use_threads(ThreadsArgument { threads }: ThreadsArgument) -> anyhow::Result<()> {
    if threads == 0 {
        return Ok(());
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.into())
        .thread_name(|index| format!("compute-{index}"))
        .build_global()
        .with_context(|| format!("--threads {threads}: try fewer"))
}
