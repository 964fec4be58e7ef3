//! A source for video, which ffmpeg decodes.

use std::path::{Path, PathBuf};

use utsushi_imaging::{Frame, Picture};

use super::FrameSource;
use crate::ffmpeg::{Decoding, Running, decode};
use crate::{Ffmpeg, FilmError, Rate, VideoInfo};

/// Limits of videos that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoLimits {
    /// Largest number of pixels (width × height) of a frame.
    pub max_pixels: u64,
    /// Largest number of frames.
    pub max_frames: u64,
}

impl Default for VideoLimits {
    /// Limits of 8192×4320 pixels, and 500,000 frames: more than four hours.
    fn default() -> Self {
        Self {
            max_pixels: 8192 * 4320,
            max_frames: 500_000,
        }
    }
}

/// A source of a video's frames at a constant rate: they are repeated where the file has none for a
/// while, so that sound and pictures stay together.
#[derive(Debug)]
pub struct VideoSource {
    ffmpeg: Ffmpeg,
    path: PathBuf,
    info: VideoInfo,
    limits: VideoLimits,
    running: Option<Running>,
    /// Number of frames skipped and read.
    seen: u64,
    ended: bool,
    warning: Option<String>,
}

impl VideoSource {
    /// Opens a video; nothing is decoded yet.
    ///
    /// # Errors
    /// ffmpeg cannot read the file, or it has no video stream or exceeds the limits.
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
            warning: None,
        };
        match source.info.frames {
            Some(frames) if frames > limits.max_frames => Err(source.too_long()),
            _ => Ok(source),
        }
    }

    /// Facts about the video file.
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

    fn warning(&self) -> Option<String> {
        self.warning.clone()
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
            let said = running.finish().map_err(|said| self.failed(said))?;
            return match filled {
                0 => {
                    self.warning = warning(self.seen, self.info.stated_frames, &said);
                    Ok(None)
                }
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

/// Makes a warning about a file from the number of frames read, the number that it claims, and
/// ffmpeg's messages.
fn warning(read: u64, stated: Option<u64>, said: &str) -> Option<String> {
    // Edit lists, uneven times and rounding make up for a few frames more or less.
    let early = stated.filter(|stated| read + 2 + stated / 50 < *stated);
    let said = match said {
        "" => String::new(),
        said => format!(" (ffmpeg: {said})"),
    };
    match early {
        Some(stated) => Some(format!(
            "the file ends early, with {read} of {stated} frames{said}"
        )),
        None if said.is_empty() => None,
        None => Some(format!("the file is damaged or ends early{said}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_ends_early_is_told_from_one_that_counts_a_little_differently() {
        assert_eq!(warning(12, Some(12), ""), None);
        assert_eq!(warning(10, Some(12), ""), None);
        assert_eq!(warning(980, Some(1000), ""), None);
        assert_eq!(warning(5, None, ""), None);
        let early = warning(8, Some(12), "partial file").unwrap();
        assert!(
            early.contains("8 of 12 frames") && early.contains("partial file"),
            "{early}"
        );
        let damaged = warning(12, Some(12), "invalid data").unwrap();
        assert!(
            damaged.contains("damaged") && damaged.contains("invalid data"),
            "{damaged}"
        );
    }
}
