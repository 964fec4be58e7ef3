//! A sink for video, which is written part by part.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use utsushi_files::place;
use utsushi_imaging::{Frame, WriteError, over_white};

use super::{FrameSink, SinkSettings};
use crate::ffmpeg::{Encoding, Joining, Running, encode, join};
use crate::parts::{Clock, Parts};
use crate::{Ffmpeg, FilmError, VideoFormat, VideoInfo};

/// Number of frames in a part. It is a multiple of 3, so that a part of any usual rate, including
/// those with 1001, takes a whole number of microseconds, in which ffmpeg joins parts.
const PART: u64 = 240;

/// A sink for a video file, which is written through ffmpeg.
///
/// Parts of about ten seconds are encoded into a folder beside the target, each as a complete file;
/// at the end they are joined without encoding them again, the sound of the source is added, and
/// the file gets its name. After a stop the parts stay, if that was asked for, and a later run
/// continues after them.
#[derive(Debug)]
pub struct VideoSink {
    ffmpeg: Ffmpeg,
    target: PathBuf,
    format: VideoFormat,
    encoder: &'static str,
    settings: SinkSettings,
    sound: Option<VideoInfo>,
    parts: Parts,
    size: Option<(u32, u32)>,
    /// Number of frames taken, including those of an earlier run.
    taken: u64,
    clock: Clock,
    note: Option<Vec<u8>>,
    part: Option<Running>,
}

impl VideoSink {
    /// Opens a video for writing, or for continuing an earlier run.
    ///
    /// # Errors
    /// There is no encoder, the folder cannot be created, there are parts of an earlier run that
    /// are not to be continued or belong to another job, or the source of the sound cannot be read.
    pub fn open(
        ffmpeg: Ffmpeg,
        target: &Path,
        format: VideoFormat,
        settings: SinkSettings,
    ) -> Result<Self, FilmError> {
        let encoder = ffmpeg.encoder(format)?;
        let sound = match &settings.sound {
            Some(path) => Some(ffmpeg.probe(path)?),
            None => None,
        };
        let identity = settings
            .identity
            .as_ref()
            .map(|identity| format!("{identity}; {encoder}, {} frames a second", settings.rate));
        let mut parts = Parts::open(target, identity, settings.resume, settings.force)?;
        let left = parts.left();
        let (taken, clock, note) = match left {
            Some(left) => (left.frames, left.clock, Some(left.note)),
            None => (0, Clock::default(), None),
        };
        Ok(Self {
            ffmpeg,
            target: target.to_owned(),
            format,
            encoder,
            settings,
            sound,
            parts,
            size: None,
            taken,
            clock,
            note,
            part: None,
        })
    }

    fn failed(&self, said: String) -> FilmError {
        FilmError::Ffmpeg {
            path: self.target.clone(),
            doing: "write",
            said,
        }
    }

    /// Passes the frame to the encoder as often as it is shown.
    fn encode(&mut self, frame: &Frame) -> Result<(), FilmError> {
        self.clock.given += frame.delay;
        let due = self.settings.rate.frames_until(self.clock.given);
        // A frame without a delay is shown for as short as one can be; others that are too short
        // for the rate are left out, but for the first.
        let count = match due.saturating_sub(self.clock.written) {
            0 if frame.delay == Duration::ZERO || self.clock.written == 0 => 1,
            count => count,
        };
        if count > 0 && self.part.is_none() {
            self.begin_part((frame.picture.width(), frame.picture.height()))?;
        }
        let flat = over_white(&frame.picture);
        for _ in 0..count {
            if let Some(part) = &mut self.part
                && part.write(&flat).is_err()
            {
                let said = self.part.take().map(Running::finish);
                let said = said.and_then(Result::err).unwrap_or_default();
                return Err(self.failed(said));
            }
        }
        self.clock.written += count;
        Ok(())
    }

    fn begin_part(&mut self, size: (u32, u32)) -> Result<(), FilmError> {
        let encoding = Encoding {
            path: &self.parts.unfinished()?,
            size,
            rate: self.settings.rate,
            encoder: self.encoder,
        };
        self.part = Some(self.ffmpeg.start(&encode(&encoding), true)?);
        Ok(())
    }

    /// Finishes the part that is being written, and names it.
    fn end_part(&mut self, note: Vec<u8>) -> Result<(), FilmError> {
        if let Some(part) = self.part.take() {
            part.finish().map_err(|said| self.failed(said))?;
            self.parts.add(self.taken, self.clock, &note)?;
        }
        Ok(())
    }
}

impl FrameSink for VideoSink {
    fn kept(&self) -> u64 {
        self.parts.frames()
    }

    fn note(&self) -> Option<&[u8]> {
        self.note.as_deref()
    }

    fn push(&mut self, frame: &Frame, note: &dyn Fn() -> Vec<u8>) -> Result<(), FilmError> {
        let found = (frame.picture.width(), frame.picture.height());
        let first = *self.size.get_or_insert(found);
        if first != found {
            return Err(FilmError::Size {
                path: self.target.clone(),
                first,
                found,
            });
        }
        self.encode(frame)?;
        self.taken += 1;
        if self.taken - self.parts.frames() >= PART {
            self.end_part(note())?;
        }
        Ok(())
    }

    fn pause(
        mut self: Box<Self>,
        note: &dyn Fn() -> Vec<u8>,
    ) -> Result<Option<(u64, PathBuf)>, FilmError> {
        if self.part.is_some() && self.settings.identity.is_some() {
            self.end_part(note())?;
        }
        Ok(self.parts.keep())
    }

    fn finish(mut self: Box<Self>) -> Result<(), FilmError> {
        self.end_part(Vec::new())?;
        let list = self.parts.list()?;
        if self.parts.frames() == 0 {
            return Err(self.failed("there is no frame".to_owned()));
        }
        let whole = self.parts.whole();
        let sound = self.settings.sound.as_deref().zip(self.sound.as_ref());
        let joining = Joining {
            list: &list,
            path: &whole,
            format: self.format,
            sound,
        };
        let running = self.ffmpeg.start(&join(&joining), true)?;
        if let Err(said) = running.finish() {
            let _ = fs::remove_file(&whole);
            return Err(self.failed(said));
        }
        place(&whole, &self.target, self.settings.force).map_err(|reason| {
            let path = self.target.clone();
            match reason.kind() {
                io::ErrorKind::AlreadyExists => WriteError::Exists { path },
                _ => WriteError::Io { path, reason },
            }
        })?;
        self.parts.remove();
        Ok(())
    }
}
