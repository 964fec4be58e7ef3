//! Animations: GIF, APNG and WebP, frame by frame.

mod apng;
mod canvas;
mod frames;
mod read_apng;
mod read_webp;
mod timing;
mod webp;
mod writer;

pub(crate) use apng::put as put_png_chunk;
pub use frames::{Frames, frames};
pub(crate) use read_webp::first as first_webp_frame;
pub(crate) use webp::put as put_webp_chunk;
pub use writer::AnimationWriter;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::Picture;

/// A frame of an animation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The whole visible picture, not only the parts that changed.
    pub picture: Picture,
    /// The time for which the frame is shown. GIF counts hundredths of a second, APNG and WebP
    /// thousandths.
    pub delay: Duration,
}

/// A format in which animations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnimationFormat {
    /// GIF: 256 colours in each frame; pixels are opaque or transparent.
    Gif,
    /// Animated PNG: lossless, with alpha.
    Apng,
    /// Animated WebP: lossless, with alpha.
    WebP,
}

impl AnimationFormat {
    /// The format for the suffix of a file name, in upper or lower case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "gif" => Self::Gif,
            "png" | "apng" => Self::Apng,
            "webp" => Self::WebP,
            _ => return None,
        })
    }

    /// The usual suffix of a file in this format, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gif => "gif",
            Self::Apng => "apng",
            Self::WebP => "webp",
        }
    }

    /// The media type of a file in this format, as HTTP names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Gif => "image/gif",
            Self::Apng => "image/apng",
            Self::WebP => "image/webp",
        }
    }

    /// The unit in which files in this format count the times that frames are shown.
    pub fn tick(self) -> Duration {
        Duration::from_millis(match self {
            Self::Gif => 10,
            Self::Apng | Self::WebP => 1,
        })
    }
}

impl fmt::Display for AnimationFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Gif => "GIF",
            Self::Apng => "APNG",
            Self::WebP => "WebP",
        })
    }
}
