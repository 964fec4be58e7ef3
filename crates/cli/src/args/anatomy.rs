//! Arguments of `utsushi colour`, `utsushi segment` and `utsushi landmarks`.

use std::path::PathBuf;

use clap::Args;
use utsushi_imaging::DecodeLimits;

use super::ThreadsArgument;

/// Colour line drawings after a painting
///
/// Takes drawings or folders. What lies between lines that meet is one area; each takes the colour that
/// the same part, hair, skin, eyes, mouth, clothes or ground, has in the painting, and lines stay as they
/// are. The painting must show a face; parts that it does not show stay paper, and transparent paper is
/// white.
///
///   utsushi colour lines.png --style painting.png -o coloured.png
///   utsushi colour drawings/ --style painting.png -o coloured/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ColourArguments {
    /// Line drawings, or folders of them
    #[arg(value_name = "DRAWING", required = true)]
    pub drawings: Vec<PathBuf>,

    /// The painting whose colours they take, or a style that `--save-style` has read in one
    #[arg(long, value_name = "PAINTING")]
    pub style: PathBuf,

    /// The file to write for one drawing, the folder for several
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub look: LookArguments,
}

/// Tell the parts of pictures: hair, face, eyes, brows, mouth, body
///
/// Takes pictures or folders, and writes a PNG of each picture's size with a palette. A pixel's number
/// says what is there: 0 background; 1 hair, with animal ears; 2 skin of face, ears and neck; 3 eyes;
/// 4 brows; 5 mouth; 6 body, with clothes, hands, hats and glasses. Parts are told best where a face
/// is found; what is transparent is background.
///
///   utsushi segment me.png -o parts.png
///   utsushi segment photos/ --overlay -o shown/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SegmentArguments {
    /// Pictures to look at, or folders of them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    /// The file to write for one picture, the folder for several
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Write the picture with its parts laid over it, half transparent, in place of the map; in any
    /// format
    #[arg(long)]
    pub overlay: bool,

    /// Replace files that exist
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub look: LookArguments,
}

/// Find the faces of pictures, with eyes, brows, nose, mouth and chin
///
/// Takes pictures or folders, and prints for each face its box and 25 points, in pixels from the upper
/// left corner, with how sure each is from 0 to 1. Left is left as one looks at the picture. Points
/// below about 0.3 are hidden, or not told.
///
///   utsushi landmarks me.png
///   utsushi landmarks photos/ --json
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    mut_arg("json", |json| json.help("Print one JSON object a picture instead of a table"))
)]
pub struct LandmarksArguments {
    /// Pictures to look at, or folders of them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    #[command(flatten)]
    pub look: LookArguments,
}

/// What the commands that look at pictures have in common.
#[derive(Debug, Args)]
pub struct LookArguments {
    /// Print one JSON object a picture instead of text
    #[arg(long)]
    pub json: bool,

    /// Refuse pictures of more million pixels
    #[arg(long, value_name = "N", default_value_t = 250,
          value_parser = clap::value_parser!(u32).range(1..=4000))]
    pub max_megapixels: u32,

    #[command(flatten)]
    pub threads: ThreadsArgument,
}

impl LookArguments {
    /// Limits on pictures: the bytes that decoding takes grow with the pixels.
    pub fn limits(&self) -> DecodeLimits {
        let usual = DecodeLimits::default();
        let max_pixels = u64::from(self.max_megapixels) * 1_000_000;
        DecodeLimits {
            max_pixels,
            max_bytes: usual.max_bytes.max(max_pixels * 8),
        }
    }
}
