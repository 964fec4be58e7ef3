//! Arguments shared by the commands that paint.

use std::path::PathBuf;

use clap::Args;
use utsushi::PaintOptions;

use super::ComputeArguments;

/// Arguments shared by the commands that paint: model, tile size, octaves, output.
#[derive(Debug, Args)]
pub struct PaintArguments {
    /// An exported model, or `free` [default: the built-in model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// Side in pixels of what is painted at once, a multiple of 8 from 256 to 4096; less saves
    /// memory
    #[arg(long, value_name = "PIXELS", default_value_t = PaintOptions::default().tile, value_parser = tile)]
    pub tile: u32,

    /// For large faces: how many smaller copies to take the tones from, 0 to 5, or auto [default:
    /// auto]
    ///
    /// A model knows faces of the size that it was trained on. In one several times as large its
    /// strokes are too fine: cracks in the skin, red rims around the eyes. So light and shade are
    /// taken from paintings of the picture at a half, a quarter and so on of its size. More copies
    /// make broader strokes and calmer skin, too many make it milky. `auto` goes by the face and
    /// the style, and paints small pictures of small faces at twice their size, which 0 does not.
    #[arg(long, value_name = "N", value_parser = octaves)]
    pub octaves: Option<Octaves>,

    #[command(flatten)]
    pub compute: ComputeArguments,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    /// Do not mark what is painted as made with a model (the IPTC's digital source type, in XMP)
    #[arg(long)]
    pub no_mark: bool,

    /// Print JSON instead of text; what is noted besides stands in `notes`
    #[arg(long)]
    pub json: bool,
}

impl PaintArguments {
    /// Number of octaves; `None` if the picture decides.
    pub fn octaves(&self) -> Option<u32> {
        self.octaves.and_then(|octaves| octaves.0)
    }
}

/// Number of octaves; `None` if the picture decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Octaves(pub Option<u32>);

/// Parses a number of octaves, or `auto`.
pub fn octaves(text: &str) -> Result<Octaves, String> {
    match text.parse::<u32>() {
        _ if text == "auto" => Ok(Octaves(None)),
        Ok(octaves) if octaves <= 5 => Ok(Octaves(Some(octaves))),
        _ => Err("expected auto or a number from 0 to 5".to_owned()),
    }
}

/// Parses a tile size, the side of the square that is painted at once.
pub fn tile(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(tile) if (256..=4096).contains(&tile) && tile.is_multiple_of(8) => Ok(tile),
        _ => Err("expected a multiple of 8 from 256 to 4096".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_out_of_range_are_refused() {
        assert_eq!(tile("512"), Ok(512));
        assert!(
            ["248", "260", "8192", "x"]
                .map(tile)
                .iter()
                .all(Result::is_err)
        );
    }
}
