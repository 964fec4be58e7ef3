//! The commands, with one file for each: its arguments, as clap reads them, and what it does with
//! them (library options, the call, and messages about the outcome).

/// Defines an enum of commands, one of which clap parses, with a method that runs it.
macro_rules! commands {
    ($(#[$of_all:meta])* $Name:ident { $($(#[$of_one:meta])* $One:ident($Arguments:ty),)* }) => {
        $(#[$of_all])*
        #[derive(Debug, clap::Subcommand)]
        pub enum $Name {
            $($(#[$of_one])* $One($Arguments),)*
        }

        impl $crate::commands::Run for $Name {
            fn run(self) -> anyhow::Result<$crate::exit_code::ExitCode> {
                match self {
                    $(Self::$One(arguments) => arguments.run(),)*
                }
            }
        }
    };
}

mod colour;
mod completions;
mod dataset;
mod direction;
mod distil;
mod edit;
mod evaluate;
mod export;
mod features;
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

use crate::exit_code::ExitCode;

/// A command that can be run, with its arguments.
pub trait Run {
    /// Runs the command.
    ///
    /// # Errors
    /// The command's error, to be printed.
    fn run(self) -> anyhow::Result<ExitCode>;
}

impl<T: Run> Run for Box<T> {
    fn run(self) -> anyhow::Result<ExitCode> {
        (*self).run()
    }
}

commands! {
    /// The commands, in the order of `--help`, whose texts are the comments on their arguments.
    Command {
        Transfer(transfer::TransferArguments),
        Mix(mix::MixArguments),
        Morph(morph::MorphArguments),
        Generate(generate::GenerateArguments),
        Edit(edit::EditArguments),
        Colour(colour::ColourArguments),
        Segment(segment::SegmentArguments),
        Landmarks(landmarks::LandmarksArguments),
        #[command(subcommand, arg_required_else_help = true)]
        Direction(direction::DirectionCommand),
        #[command(subcommand, arg_required_else_help = true)]
        Dataset(dataset::DatasetCommand),
        #[command(subcommand, arg_required_else_help = true)]
        Features(features::FeaturesCommand),
        Learn(learn::LearnStyleArguments),
        Train(train::TrainArguments),
        #[command(subcommand, arg_required_else_help = true)]
        Runs(runs::RunsCommand),
        Export(export::ExportArguments),
        Distil(Box<distil::DistilArguments>),
        Evaluate(Box<evaluate::EvaluateArguments>),
        Model(model::ModelArguments),
        Serve(serve::ServeArguments),
        Completions(completions::CompletionsArguments),
        Man(man::ManArguments),
    }
}
