//! Arguments of `utsushi generate`.

use std::path::PathBuf;

use clap::Args;
use utsushi::jobs::WeightedReference;

use super::style::{painting, share};
use super::{Align, PaintArguments};

/// Paint new pictures from nothing but a number
///
/// Each seed makes up a sketch of what is shown and draws a style to paint it in; the same seed
/// and model always give the same painting. Seeds count up from `--seed`.
///
/// The output is a folder of PNGs named after style and seed, one picture for `-n 1` and a name
/// with a picture's ending, or with `--grid` one sheet of all of them.
///
///   utsushi generate -n 16 --style-name game-cel --seed 7 -o out/
///   utsushi generate -n 64 --grid -o sheet.png
///   utsushi generate --seed 12 --style mine.png --size 512 -o new.png
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GenerateArguments {
    /// How many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: u32,

    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = super::seed)]
    pub seed: u64,

    /// Make paintings of this style; `utsushi model` lists them [default: each seed picks one]
    #[arg(long, value_name = "NAME")]
    pub style_name: Option<String>,

    /// Paint in the style of this painting instead of a drawn one; again, with weights, to mix
    #[arg(short, long = "style", value_name = "REF.png[=WEIGHT]",
          value_parser = painting)]
    pub styles: Vec<WeightedReference>,

    /// What of such a painting its style is read in
    #[arg(long, value_enum, default_value_t = Align::Auto)]
    pub align: Align,

    /// How much of the distance from the mean to keep, from 0 (all alike) to 1 (all variety)
    #[arg(long, value_name = "0..1", default_value_t = 0.7, allow_negative_numbers = true, value_parser = share)]
    pub truncation: f32,

    /// Side of the paintings in pixels [default: what the model was trained at]
    #[arg(long, value_name = "32..4096", value_parser = clap::value_parser!(u32).range(32..=4096))]
    pub size: Option<u32>,

    /// Write one sheet with all paintings
    #[arg(long)]
    pub grid: bool,

    /// Write the sketches instead of the paintings, to be painted by another command
    #[arg(long)]
    pub sketches: bool,

    /// The folder, or the picture for `--grid` and for a single painting
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    #[command(flatten)]
    pub paint: PaintArguments,
}
