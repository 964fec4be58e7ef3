//! A sink for animated GIF, PNG or WebP.

use std::path::{Path, PathBuf};
use std::time::Duration;

use utsushi_imaging::{AnimationFormat, AnimationWriter, Extras, Frame, write_whole};

use super::FrameSink;
use crate::FilmError;

/// Largest number of pixels of all frames together, so that memory stays within a few gigabytes.
const MOST_PIXELS: u64 = 2_000_000_000;

/// A sink for an animation, which is held in memory until it is complete.
pub struct AnimationSink {
    target: PathBuf,
    writer: AnimationWriter,
    /// The unit in which the format counts time.
    tick: Duration,
    /// End of the last frame so far by the given delays.
    given: Duration,
    /// End of the last frame so far by the written delays, which are whole ticks.
    written: Duration,
    pixels: u64,
    force: bool,
}

impl AnimationSink {
    /// A sink for an animation that is played `loops` times; 0 means forever.
    pub fn new(target: &Path, format: AnimationFormat, loops: u32, force: bool) -> Self {
        Self {
            target: target.to_owned(),
            writer: AnimationWriter::new(format, loops),
            tick: format.tick(),
            given: Duration::ZERO,
            written: Duration::ZERO,
            pixels: 0,
            force,
        }
    }

    /// Adds metadata and a mark for the animation.
    pub fn with_extras(mut self, extras: Extras) -> Self {
        self.writer = self.writer.with_extras(extras);
        self
    }

    /// The delay that ends a frame at the tick nearest to its exact end: 24 frames per second
    /// become 4, 4, 5 hundredths and not always 4, which would be a tenth too fast.
    fn rounded(&mut self, delay: Duration) -> Duration {
        self.given += delay;
        let ticks = (self.given + self.tick / 2).as_nanos() / self.tick.as_nanos();
        let end = self.tick * u32::try_from(ticks).unwrap_or(u32::MAX);
        let delay = end.saturating_sub(self.written);
        self.written = end;
        delay
    }
}

impl FrameSink for AnimationSink {
    fn push(&mut self, frame: &Frame, _: &dyn Fn() -> Vec<u8>) -> Result<(), FilmError> {
        self.pixels = self.pixels.saturating_add(frame.picture.pixels());
        if self.pixels > MOST_PIXELS {
            return Err(FilmError::AnimationTooLong {
                path: self.target.clone(),
            });
        }
        let frame = Frame {
            delay: self.rounded(frame.delay),
            picture: frame.picture.clone(),
        };
        self.writer
            .push(&frame)
            .map_err(|reason| FilmError::Encode {
                path: self.target.clone(),
                reason,
            })
    }

    fn pause(
        self: Box<Self>,
        _: &dyn Fn() -> Vec<u8>,
    ) -> Result<Option<(u64, PathBuf)>, FilmError> {
        Ok(None)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        let Self {
            target,
            writer,
            force,
            ..
        } = *self;
        let bytes = writer.finish().map_err(|reason| FilmError::Encode {
            path: target.clone(),
            reason,
        })?;
        Ok(write_whole(&target, &bytes, force)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_do_not_drift() {
        let mut sink = AnimationSink::new(Path::new("a.gif"), AnimationFormat::Gif, 0, false);
        let delay = Duration::from_nanos(1_000_000_000 / 24);
        let delays: Vec<u128> = (0..24).map(|_| sink.rounded(delay).as_millis()).collect();
        assert!(
            delays.iter().all(|delay| [40, 50].contains(delay)),
            "{delays:?}"
        );
        assert_eq!(delays.iter().sum::<u128>(), 1000);
        // What the format can say is said exactly.
        let mut sink = AnimationSink::new(Path::new("a.png"), AnimationFormat::Apng, 0, false);
        for millis in [30, 50, 7] {
            let delay = Duration::from_millis(millis);
            assert_eq!(sink.rounded(delay), delay);
        }
    }
}
