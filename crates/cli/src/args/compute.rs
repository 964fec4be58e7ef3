//! Where to compute, and with how many threads.

use clap::Args;

use super::{Command, DatasetCommand, DirectionCommand};
use crate::device::DeviceChoice;

/// Where to compute, and with how many threads.
#[derive(Debug, Args)]
pub struct ComputeArguments {
    /// Where to compute: `auto`, `cpu`, `vulkan`, or `vulkan:N` for the GPU with that number
    ///
    /// `auto` takes a GPU if this build knows Vulkan and finds one, else the CPU. Builds know
    /// Vulkan with `--features vulkan`.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,

    #[command(flatten)]
    pub threads: ThreadsArgument,
}

/// How many threads compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ThreadsArgument {
    /// Threads to compute with; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub threads: u16,
}

impl Command {
    /// How many threads a command is to compute with; `None` for commands that need no more than
    /// one.
    pub fn threads(&self) -> Option<ThreadsArgument> {
        Some(match self {
            Self::Transfer(arguments) => arguments.paint.compute.threads,
            Self::Mix(arguments) => arguments.paint.compute.threads,
            Self::Morph(arguments) => arguments.paint.compute.threads,
            Self::Generate(arguments) => arguments.paint.compute.threads,
            Self::Edit(arguments) => arguments.paint.compute.threads,
            Self::Colour(arguments) => arguments.look.threads,
            Self::Segment(arguments) => arguments.look.threads,
            Self::Landmarks(arguments) => arguments.look.threads,
            Self::Direction(DirectionCommand::Learn(arguments)) => arguments.paint.compute.threads,
            Self::Direction(DirectionCommand::Find(arguments)) => arguments.paint.compute.threads,
            Self::Dataset(DatasetCommand::Inspect(arguments)) => arguments.threads,
            Self::Dataset(DatasetCommand::Prepare(arguments)) => arguments.threads,
            Self::Dataset(DatasetCommand::Pack(arguments)) => arguments.threads,
            Self::Learn(arguments) => arguments.compute.threads,
            Self::Train(arguments) => arguments.compute.threads,
            Self::Distil(arguments) => arguments.compute.threads,
            Self::Evaluate(arguments) => arguments.compute.threads,
            Self::Serve(arguments) => arguments.compute.threads,
            Self::Dataset(DatasetCommand::Export(_))
            | Self::Features(_)
            | Self::Runs(_)
            | Self::Export(_)
            | Self::Model(_)
            | Self::Completions(_)
            | Self::Man(_) => return None,
        })
    }
}
