//! A source for animated GIF, PNG or WebP.

use std::path::PathBuf;

use utsushi_imaging::{Frame, Frames, Metadata};

use super::FrameSource;
use crate::{FilmError, Rate};

/// A source of the frames of an animation.
pub struct AnimationSource<'a> {
    frames: Frames<'a>,
    path: PathBuf,
}

impl<'a> AnimationSource<'a> {
    /// A source of the frames of an opened animation; `path` stands for it in errors.
    pub fn new(frames: Frames<'a>, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { frames, path }
    }
}

impl FrameSource for AnimationSource<'_> {
    fn rate(&self) -> Rate {
        Rate::of_delays(self.frames.delays())
    }

    fn total(&self) -> Option<u64> {
        Some(self.frames.delays().len() as u64)
    }

    fn loops(&self) -> u32 {
        self.frames.loops()
    }

    fn metadata(&self) -> Metadata {
        self.frames.metadata().clone()
    }

    fn skip(&mut self, count: u64) -> Result<(), FilmError> {
        for _ in 0..count {
            // Each frame is laid over those before it, so that none can be passed over unread.
            if self.next_frame()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, FilmError> {
        let frame = self.frames.next().transpose();
        frame.map_err(|reason| FilmError::Decode {
            path: self.path.clone(),
            reason,
        })
    }
}
