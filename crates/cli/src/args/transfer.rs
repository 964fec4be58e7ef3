//! Arguments of `utsushi transfer`.

use std::path::PathBuf;

use clap::Args;
use utsushi_transfer::PaintOptions;
use utsushi_transfer::jobs::WeightedReference;

use super::DeviceArgument;

/// Repaint pictures in another style
///
/// Takes pictures or folders and one style: a reference painting (`--style`), a mix of several,
/// the mean of a style the model was trained on (`--style-name`), or one made up from a number
/// (`--style-seed`). PNG, JPEG, WebP, GIF, BMP and TIFF are read; PNG, JPEG and WebP are written,
/// by the ending of the output's name. Transparency is kept.
///
///   utsushi transfer me.png --style reference.png -o painted.png
///   utsushi transfer photos/ --style a.png=0.7 --style b.png=0.3 -o painted/
///   utsushi transfer me.png --style-name tv-cel --strength 0.6 -o painted.png
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "utsushi transfer [OPTIONS] --style <REF.png> --output <OUT> <CONTENT>...\n       \
                      utsushi transfer [OPTIONS] --list <JOBS.tsv>"
)]
pub struct TransferArguments {
    /// Pictures to repaint, or folders of them
    #[arg(
        value_name = "CONTENT",
        required_unless_present = "list",
        conflicts_with = "list"
    )]
    pub contents: Vec<PathBuf>,

    /// A painting to take the style from; again, with weights, to mix: `a.png=0.7`
    #[arg(short, long = "style", value_name = "REF.png[=WEIGHT]",
          value_parser = WeightedReference::parse,
          conflicts_with_all = ["style_name", "style_seed", "list"])]
    pub styles: Vec<WeightedReference>,

    /// The mean of a style of the model; `utsushi model` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "list")]
    pub style_name: Option<String>,

    /// Make a style up; the same number always gives the same. With `--style-name`, one of its kind
    #[arg(long, value_name = "N", conflicts_with = "list")]
    pub style_seed: Option<u64>,

    /// The file to write for one picture, the folder for several
    #[arg(
        short,
        long,
        value_name = "OUT",
        required_unless_present = "list",
        conflicts_with = "list"
    )]
    pub output: Option<PathBuf>,

    /// How far to go, from 0 (unchanged) to 1 (the style in full)
    ///
    /// Just above 0 the picture is redrawn in its own style.
    #[arg(long, value_name = "0..1", default_value_t = 1.0, value_parser = strength)]
    pub strength: f32,

    /// Many jobs with one model: a file with content, style and output on each line
    ///
    /// A tab stands between them. The style is a painting, `name:tv-cel` for the mean of a style,
    /// or `seed:7`. Paths start at the list's own folder. Lines that begin with `#` are passed
    /// over.
    #[arg(long, value_name = "JOBS.tsv")]
    pub list: Option<PathBuf>,

    /// An exported model [default: the built-in model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// Side in pixels of what is painted at once, a multiple of 8 from 256 to 4096; less saves memory
    #[arg(long, value_name = "PIXELS", default_value_t = PaintOptions::default().tile, value_parser = tile)]
    pub tile: u32,

    #[command(flatten)]
    pub device: DeviceArgument,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    /// Print one JSON object a picture instead of text
    #[arg(long)]
    pub json: bool,
}

fn strength(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(strength) if (0.0..=1.0).contains(&strength) => Ok(strength),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

fn tile(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(tile) if (256..=4096).contains(&tile) && tile.is_multiple_of(8) => Ok(tile),
        _ => Err("expected a multiple of 8 from 256 to 4096".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(strength("0.25"), Ok(0.25));
        assert!(
            ["-0.1", "1.1", "nan", "x"]
                .map(strength)
                .iter()
                .all(Result::is_err)
        );
        assert_eq!(tile("512"), Ok(512));
        assert!(
            ["248", "260", "8192", "x"]
                .map(tile)
                .iter()
                .all(Result::is_err)
        );
    }
}
