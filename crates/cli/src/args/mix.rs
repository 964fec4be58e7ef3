//! Arguments of `utsushi mix`.

use std::path::PathBuf;

use clap::Args;

use super::{FileArguments, PaintArguments, StyleArguments};

/// Show mixes of styles on one sheet
///
/// Two styles make a line of steps from one to the other, three a triangle between them. With
/// `--shape-from` and `--colour-from`, the sheet shows the coarse stages of the one with the fine
/// stages of the other: each possible split for one painting each, a table for several. The
/// picture is painted at the size of a cell. A sheet has 8 bits a channel and colours of sRGB.
///
///   utsushi mix me.png --style a.png --style b.png -o sheet.png
///   utsushi mix me.png --style a.png --style b.png --style c.png --blend sphere -o sheet.png
///   utsushi mix me.png --shape-from a.png --colour-from b.png -o sheet.png
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct MixArguments {
    /// The picture to paint
    #[arg(value_name = "CONTENT")]
    pub content: PathBuf,

    #[command(flatten)]
    pub style: StyleArguments,

    /// The sheet to write
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Steps from one style to the next, the styles themselves included
    #[arg(long, value_name = "2..33", default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=33))]
    pub steps: u8,

    /// Longest side of a cell in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 320, value_parser = clap::value_parser!(u32).range(16..=4096))]
    pub cell: u32,

    #[command(flatten)]
    pub file: FileArguments,

    #[command(flatten)]
    pub paint: PaintArguments,
}
