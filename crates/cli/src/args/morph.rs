//! Arguments of `utsushi morph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use utsushi::creative::Ease;

use super::{PaintArguments, StyleArguments};

/// Turn one painting into the next, as an animation
///
/// What the pictures show and their styles travel together, so that every frame is a painting.
/// Without a style, each picture is painted in its own. The ending of the output says what is
/// written: GIF, WebP, APNG (`.png` or `.apng`), video (`.mp4`, `.webm`, `.mkv` or `.mov`, through
/// the ffmpeg program), or a folder of numbered PNGs for a name without ending. All pictures are cut to the shape of the first and laid over white.
///
///   utsushi morph a.png b.png -o morph.gif
///   utsushi morph a.png b.png c.png --closed --frames 90 --style-name oil -o morph.webp
///   utsushi morph a.png b.png --frames 150 --rate 30 -o morph.mp4
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct MorphArguments {
    /// The pictures to pass through, at least two
    #[arg(value_name = "PICTURE", required = true, num_args = 2..)]
    pub pictures: Vec<PathBuf>,

    #[command(flatten)]
    pub style: StyleArguments,

    /// The animation to write, or a folder for its frames
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,

    /// Frames in all
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = clap::value_parser!(u16).range(2..=10_000))]
    pub frames: u16,

    /// The pace between two pictures
    #[arg(long, value_enum, default_value_t = Pace::Smooth)]
    pub ease: Pace,

    /// Lead back to the first picture, so that the animation can be repeated without a jump
    #[arg(long)]
    pub closed: bool,

    /// Carry eyes to eyes and mouth to mouth by the landmarks of both faces, instead of fading
    ///
    /// From and to a picture in which no face is found the morph fades all the same, and a note says so.
    #[arg(long)]
    pub warp: bool,

    /// Frames a second
    #[arg(long, value_name = "1..100", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub rate: u8,

    /// Longest side of the frames in pixels
    #[arg(long, value_name = "32..1024", default_value_t = 512, value_parser = clap::value_parser!(u32).range(32..=1024))]
    pub size: u32,

    #[command(flatten)]
    pub paint: PaintArguments,
}

/// The pace of a morph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// The same all the way
    Linear,
    /// Slowly away from each picture and slowly in
    Smooth,
}

impl From<Pace> for Ease {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Linear => Self::Linear,
            Pace::Smooth => Self::Smooth,
        }
    }
}
