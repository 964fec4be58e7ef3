//! The frames of a video, as ffmpeg decodes them.

use std::path::{Path, PathBuf};

use utsushi_imaging::{Frame, Picture};

use super::FrameSource;
use crate::ffmpeg::{Decoding, Running, decode};
use crate::{Ffmpeg, FilmError, Rate, VideoInfo};

/// How large a video may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoLimits {
    /// Most pixels (width × height) of a frame.
    pub max_pixels: u64,
    /// Most frames.
    pub max_frames: u64,
}

impl Default for VideoLimits {
    /// Frames of 8192×4320, and 500,000 of them: more than four hours.
    fn default() -> Self {
        Self {
            max_pixels: 8192 * 4320,
            max_frames: 500_000,
        }
    }
}

/// The frames of a video file at a constant rate: repeated where the file has none for a while,
/// so that sound and pictures stay together.
#[derive(Debug)]
pub struct VideoSource {
    ffmpeg: Ffmpeg,
    path: PathBuf,
    info: VideoInfo,
    limits: VideoLimits,
    running: Option<Running>,
    /// Frames skipped and read.
    seen: u64,
    ended: bool,
}

impl VideoSource {
    /// Looks into a video; nothing is decoded yet.
    ///
    /// # Errors
    /// A file that ffmpeg cannot read, one without moving pictures, or one beyond the limits.
    pub fn open(ffmpeg: &Ffmpeg, path: &Path, limits: VideoLimits) -> Result<Self, FilmError> {
        let info = ffmpeg.probe(path)?;
        let (width, height) = (info.width, info.height);
        if u64::from(width) * u64::from(height) > limits.max_pixels {
            return Err(FilmError::TooLarge {
                path: path.to_owned(),
                width,
                height,
                limit: limits.max_pixels,
            });
        }
        let source = Self {
            ffmpeg: ffmpeg.clone(),
            path: path.to_owned(),
            info,
            limits,
            running: None,
            seen: 0,
            ended: false,
        };
        match source.info.frames {
            Some(frames) if frames > limits.max_frames => Err(source.too_long()),
            _ => Ok(source),
        }
    }

    /// What the file says about itself.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    fn too_long(&self) -> FilmError {
        FilmError::TooLong {
            path: self.path.clone(),
            limit: self.limits.max_frames,
        }
    }

    fn failed(&self, said: String) -> FilmError {
        FilmError::Ffmpeg {
            path: self.path.clone(),
            doing: "read",
            said,
        }
    }

    fn decoder(&mut self) -> Result<Running, FilmError> {
        if let Some(running) = self.running.take() {
            return Ok(running);
        }
        let decoding = Decoding {
            path: &self.path,
            info: &self.info,
            skipped: self.seen,
        };
        self.ffmpeg.start(&decode(&decoding), false)
    }
}

impl FrameSource for VideoSource {
    fn rate(&self) -> Rate {
        self.info.rate
    }

    fn total(&self) -> Option<u64> {
        self.info.frames
    }

    fn skip(&mut self, count: u64) -> Result<(), FilmError> {
        self.running = None;
        self.seen += count;
        Ok(())
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, FilmError> {
        if self.ended {
            return Ok(None);
        }
        let mut running = self.decoder()?;
        let (width, height) = (self.info.width, self.info.height);
        let mut rgb = vec![0; width as usize * height as usize * 3];
        let filled = running.read(&mut rgb);
        let filled = filled.map_err(|error| self.failed(error.to_string()))?;
        if filled < rgb.len() {
            self.ended = true;
            running.finish().map_err(|said| self.failed(said))?;
            return match filled {
                0 => Ok(None),
                _ => Err(self.failed("the last frame is cut off".to_owned())),
            };
        }
        if self.seen == self.limits.max_frames {
            return Err(self.too_long());
        }
        self.seen += 1;
        self.running = Some(running);
        let picture = Picture::new(width, height, rgb).expect("three bytes a pixel");
        let rate = self.info.rate;
        // Of the times of both ends, so that nothing adds up.
        let delay = rate.duration(self.seen) - rate.duration(self.seen - 1);
        Ok(Some(Frame { picture, delay }))
    }
}
