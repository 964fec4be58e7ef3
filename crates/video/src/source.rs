//! Frame sources, from which frames are read.

mod animation;
mod video;

pub use animation::AnimationSource;
pub use video::{VideoLimits, VideoSource};

use utsushi_imaging::{Frame, Metadata};

use crate::{FilmError, Rate};

/// A source of frames, one after the other and all of one size.
pub trait FrameSource {
    /// The rate at which each of these frames can be written once.
    fn rate(&self) -> Rate;

    /// Number of frames, if it is known before they are read.
    fn total(&self) -> Option<u64>;

    /// A fault of the file that did not prevent reading frames, such as an early end or damage;
    /// known after the last frame.
    fn warning(&self) -> Option<String> {
        None
    }

    /// Number of times that an animation is played; 0 means forever.
    fn loops(&self) -> u32 {
        0
    }

    /// Metadata of the file, if it is an animation.
    fn metadata(&self) -> Metadata {
        Metadata::default()
    }

    /// Skips frames, before the first is read.
    ///
    /// # Errors
    /// As [`FrameSource::next_frame`].
    fn skip(&mut self, count: u64) -> Result<(), FilmError>;

    /// Reads the next frame; `None` after the last.
    ///
    /// # Errors
    /// The file is damaged, or has more frames than the limit.
    fn next_frame(&mut self) -> Result<Option<Frame>, FilmError>;
}
