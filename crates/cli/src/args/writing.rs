//! Options of a painting's file: colours, depth, quality and metadata.

use clap::{Args, ValueEnum};
use utsushi::{OutputDepth, OutputOptions};
use utsushi_imaging::EncodeOptions;

/// Arguments for the colours and the depth of a painting's file.
#[derive(Clone, Debug, Args)]
pub struct WritingArguments {
    /// The colours of the painting: sRGB, or those of the content's own colour profile
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Colour::Srgb)]
    pub colour: Colour,

    /// Bits of each channel: 16 where the picture has as many and the format holds them (PNG, TIFF,
    /// PSD, OpenRaster and JPEG XL), or always so many
    #[arg(long, value_name = "BITS", value_enum, default_value_t = Depth::Auto)]
    pub depth: Depth,

    #[command(flatten)]
    pub file: FileArguments,
}

/// Arguments for the quality and the metadata of any picture's file.
#[derive(Clone, Debug, Args)]
pub struct FileArguments {
    /// Quality of JPEG and AVIF, 1 to 100; all others, WebP and JPEG XL among them, are lossless
    /// [default: 92]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: Option<u8>,

    /// Leave out the content's metadata: EXIF, XMP, IPTC and resolution
    #[arg(long)]
    pub no_metadata: bool,
}

impl FileArguments {
    /// The quality asked for, or the default.
    pub fn quality(&self) -> u8 {
        self.quality.unwrap_or(EncodeOptions::default().quality)
    }
}

impl From<&WritingArguments> for OutputOptions {
    fn from(arguments: &WritingArguments) -> Self {
        Self {
            depth: arguments.depth.into(),
            quality: arguments.file.quality(),
            keep_colours: arguments.colour == Colour::Keep,
            metadata: !arguments.file.no_metadata,
        }
    }
}

/// Bits of each channel of a painting's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Depth {
    /// Those of the picture, where the format holds them.
    Auto,
    /// 8 bits.
    #[value(name = "8")]
    Eight,
    /// 16 bits.
    #[value(name = "16")]
    Sixteen,
}

impl From<Depth> for OutputDepth {
    fn from(depth: Depth) -> Self {
        match depth {
            Depth::Auto => Self::Auto,
            Depth::Eight => Self::Eight,
            Depth::Sixteen => Self::Sixteen,
        }
    }
}

/// Colours of a painting's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// sRGB, which every program shows alike.
    Srgb,
    /// Those of the content's colour profile, which is then written, too.
    Keep,
}
