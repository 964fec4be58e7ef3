//! What is written beside the pixels of a painting, and how.

use clap::{Args, ValueEnum};
use utsushi_imaging::EncodeOptions;

/// Colours, metadata and quality of what is written.
#[derive(Clone, Debug, Args)]
pub struct WritingArguments {
    /// The colours of the painting: sRGB, or those of the content's own colour profile
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Colour::Srgb)]
    pub colour: Colour,

    /// Quality of JPEG, 1 to 100; PNG and WebP are lossless
    #[arg(long, value_name = "N", default_value_t = EncodeOptions::default().quality,
          value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: u8,

    /// Leave out what the content says besides its pixels: EXIF, XMP, IPTC and resolution
    #[arg(long)]
    pub no_metadata: bool,

    /// Do not mark the painting as made with a model (the IPTC's digital source type, in XMP)
    #[arg(long)]
    pub no_mark: bool,
}

/// Colours of a painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Those that every program shows alike.
    Srgb,
    /// Those of the content's colour profile, which goes along.
    Keep,
}
