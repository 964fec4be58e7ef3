//! Where frames come from.

mod animation;
mod video;

pub use animation::AnimationSource;
pub use video::{VideoLimits, VideoSource};

use utsushi_imaging::{Frame, Metadata};

use crate::{FilmError, Rate};

/// Frames one after the other, all of one size.
pub trait FrameSource {
    /// The rate at which these frames can be written one for one.
    fn rate(&self) -> Rate;

    /// The number of frames, as far as that is known before they are read.
    fn total(&self) -> Option<u64>;

    /// A fault of the file although frames could be read from it, once the last one was: that it
    /// ends early, or is damaged.
    fn warning(&self) -> Option<String> {
        None
    }

    /// The number of times that an animation is played; 0 is for ever.
    fn loops(&self) -> u32 {
        0
    }

    /// What the file says besides its pixels, where it is an animation.
    fn metadata(&self) -> Metadata {
        Metadata::default()
    }

    /// Leaves frames out, before the first is read.
    ///
    /// # Errors
    /// As [`FrameSource::next_frame`].
    fn skip(&mut self, count: u64) -> Result<(), FilmError>;

    /// The next frame; nothing after the last.
    ///
    /// # Errors
    /// A damaged file, or more frames than the limit.
    fn next_frame(&mut self) -> Result<Option<Frame>, FilmError>;
}
