//! Arguments of `utsushi distil`.

use std::path::PathBuf;

use clap::Args;
use utsushi_training::DistilConfig;

use super::{ComputeArguments, StyleArguments};

/// Teach a small, fast model to paint in one style as the large one does
///
/// The student has less than a million numbers, paints 512×512 pixels several times as fast as
/// its teacher, and needs no style any more: `utsushi transfer PHOTO --model student.safetensors
/// -o OUT`. What a pixel becomes depends on its surroundings alone, so that films flicker less.
/// How well it agrees with its teacher on held-out pictures is printed and stands in its card.
///
/// Ctrl-C saves a checkpoint and stops; `--resume` goes on from it.
///
///   utsushi distil --style-name tv-cel --data SET -o student.safetensors
///   utsushi distil --style reference.png --data SET --steps 2000 -o student.safetensors
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DistilArguments {
    #[command(flatten)]
    pub style: StyleArguments,

    /// The prepared set whose pictures are painted; any styles will do
    #[arg(long, value_name = "SET")]
    pub data: PathBuf,

    /// The file to write
    #[arg(short, long, value_name = "student.safetensors")]
    pub output: PathBuf,

    /// The teacher, an exported model, or `free` [default: the built-in model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// How many steps to teach
    #[arg(long, value_name = "N", default_value_t = DistilConfig::default().steps)]
    pub steps: u64,

    /// Pictures a step
    #[arg(long, value_name = "N", default_value_t = DistilConfig::default().batch)]
    pub batch: usize,

    /// Side in pixels of the pictures, a multiple of 32 [default: the set's, at most 128]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,

    /// The number that decides what is drawn by chance
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = super::seed)]
    pub seed: u64,

    /// The imported feature network [default: where `utsushi features import` puts it, if there]
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,

    /// The run folder, for checkpoints and statistics [default: the output's name and `.run`]
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,

    /// Go on with the run folder from its newest checkpoint
    #[arg(long)]
    pub resume: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,

    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,

    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}
