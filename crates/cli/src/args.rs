//! The command line as clap reads it. Nothing outside of `args` and `commands` sees these types.

use std::path::Path;

use clap::{Parser, Subcommand};

mod anatomy;
mod compute;
mod dataset;
mod direction;
mod distil;
mod evaluate;
mod export;
mod features;
mod generate;
mod learn;
mod manual;
mod masked_style;
mod mix;
mod model;
mod morph;
mod paint;
mod runs;
mod seeds;
mod serve;
mod style;
mod train;
mod transfer;
mod writing;

pub use anatomy::{ColourArguments, LandmarksArguments, LookArguments, SegmentArguments};
pub use compute::{ComputeArguments, ThreadsArgument};
pub use dataset::{
    CropArgument, DatasetCommand, ExportSetArguments, InspectArguments, PackArguments,
    PrepareArguments,
};
pub use direction::{
    DirectionCommand, EditArguments, FindArguments, LearnArguments, ShapeChange, warps,
};
pub use distil::DistilArguments;
pub use evaluate::EvaluateArguments;
pub use export::ExportArguments;
pub use features::{FeaturesCommand, ImportArguments};
pub use generate::GenerateArguments;
pub use learn::LearnStyleArguments;
pub use manual::{CompletionsArguments, ManArguments};
pub use masked_style::{MaskSource, MaskedPart, MaskedStyle};
pub use mix::MixArguments;
pub use model::ModelArguments;
pub use morph::MorphArguments;
pub use paint::{Octaves, PaintArguments};
pub use runs::{CompareArguments, ListArguments, PlotArguments, RunsCommand, TensorBoardArguments};
pub use seeds::Seeds;
use seeds::seed;
pub use serve::ServeArguments;
pub use style::{Align, StyleArguments};
pub use train::TrainArguments;
pub use transfer::TransferArguments;
pub use writing::{Colour, Depth, FileArguments, WritingArguments};

/// Whether a text is rather a word than the name of a file: it has neither ending nor folder, and no file of
/// that name is there. A word that is not known was mistyped more likely than a picture has no ending.
fn is_word(text: &str) -> bool {
    !text.contains(['.', '/', '\\']) && !Path::new(text).exists()
}

/// Repaint a picture in the style of another painting, with a GAN that you can train yourself.
///
/// The main job needs nothing but this program: `utsushi transfer me.png --style reference.png
/// -o painted.png`. The other commands train a model of one's own: `dataset prepare`, `train`,
/// `export`.
///
/// Exit codes: 0 done; 1 failed, because of a file (a picture, a mask, a model, the output) or of
/// the system; 2 wrong usage: an option, or a name that is not known; 3 done, but some pictures
/// were skipped; 130 stopped by Ctrl-C, 143 by SIGTERM.
#[derive(Debug, Parser)]
#[command(
    name = "utsushi",
    version,
    max_term_width = 98,
    help_expected = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands. Their help stands on their arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Transfer(TransferArguments),
    Mix(MixArguments),
    Morph(MorphArguments),
    Generate(GenerateArguments),
    Edit(EditArguments),
    Colour(ColourArguments),
    Segment(SegmentArguments),
    Landmarks(LandmarksArguments),
    #[command(subcommand, arg_required_else_help = true)]
    Direction(DirectionCommand),
    #[command(subcommand, arg_required_else_help = true)]
    Dataset(DatasetCommand),
    #[command(subcommand, arg_required_else_help = true)]
    Features(FeaturesCommand),
    Learn(LearnStyleArguments),
    Train(TrainArguments),
    #[command(subcommand, arg_required_else_help = true)]
    Runs(RunsCommand),
    Export(ExportArguments),
    Distil(Box<DistilArguments>),
    Evaluate(Box<EvaluateArguments>),
    Model(ModelArguments),
    Serve(ServeArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

impl Command {
    /// Whether what comes out is asked for as JSON. The log of `serve` is something else.
    pub fn answers_in_json(&self) -> bool {
        match self {
            Self::Transfer(arguments) => arguments.paint.json,
            Self::Mix(arguments) => arguments.paint.json,
            Self::Morph(arguments) => arguments.paint.json,
            Self::Generate(arguments) => arguments.paint.json,
            Self::Edit(arguments) => arguments.paint.json,
            Self::Colour(arguments) => arguments.look.json,
            Self::Segment(arguments) => arguments.look.json,
            Self::Landmarks(arguments) => arguments.look.json,
            Self::Direction(DirectionCommand::Learn(arguments)) => arguments.paint.json,
            Self::Direction(DirectionCommand::Find(arguments)) => arguments.paint.json,
            Self::Runs(RunsCommand::List(arguments)) => arguments.json,
            Self::Runs(RunsCommand::Compare(arguments)) => arguments.json,
            Self::Distil(arguments) => arguments.json,
            Self::Evaluate(arguments) => arguments.json,
            Self::Model(arguments) => arguments.json,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_word_is_no_file() {
        assert!(is_word("manga") && is_word("头发") && is_word("name:oil"));
        // The tests run in the folder of this crate, which has `src`.
        for file in ["a.png", "./manga", r"in\manga", "in/manga", "src"] {
            assert!(!is_word(file), "{file}");
        }
    }

    #[test]
    fn the_definition_is_sound_and_every_flag_has_help() {
        Arguments::command().debug_assert();
    }
}
