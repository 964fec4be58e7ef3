//! Films, that is animations and videos, among the jobs.

use std::fs;
use std::hash::Hasher;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use fnv::FnvHasher;
use utsushi_imaging::{DecodeLimits, Picture, ReadError, frames, read, read_bytes};
use utsushi_video::{
    AnimationSource, Ffmpeg, FilmError, FrameSource, SinkSettings, VideoLimits, VideoSource,
    is_video, open_sink,
};

use super::{Existing, Job, JobError, RunOptions};
use crate::anatomy::Region;
use crate::frame_painter::FramePainterState;
use crate::{
    FrameChange, FramePainter, Model, OutputDepth, PaintError, ProfileLoss, Style, StyleRegion,
};

/// Outcome of painting a film.
pub(super) enum Filmed {
    /// The film is painted and written.
    Whole {
        change: FrameChange,
        /// A fault of the input file, if there was one.
        warning: Option<String>,
        /// Why colours are not as asked for, if so.
        profile_loss: Option<ProfileLoss>,
    },
    /// Painting was stopped; with the number of frames that are kept for a later run.
    Stopped(u64),
}

/// Everything needed to paint an animation or a video.
pub(super) struct FilmJob<'a> {
    pub(super) model: &'a Model,
    pub(super) style: &'a Style,
    pub(super) job: &'a Job,
    pub(super) existing: Existing,
    pub(super) options: &'a RunOptions,
}

impl FilmJob<'_> {
    /// Paints all frames of a source into the output.
    pub(super) fn run(
        &self,
        source: &mut dyn FrameSource,
        sound: bool,
        progress: &mut dyn FnMut(u64, Option<u64>),
        stop: &AtomicBool,
    ) -> Result<Filmed, JobError> {
        let (job, options) = (self.job, self.options);
        let failed = |reason| JobError::Paint {
            path: job.content.clone(),
            reason,
        };
        if options.output.depth == OutputDepth::Sixteen {
            let path = job.output.clone();
            return Err(JobError::DeepFilm { path });
        }
        let regions = self.masked()?;
        let mut sink = open_sink(
            &job.output,
            &SinkSettings {
                loops: source.loops(),
                force: self.existing == Existing::Replace,
                resume: options.resume,
                identity: Some(self.identity()),
                extras: options.output.extras(&source.metadata(), options.mark()),
                sound: sound.then(|| job.content.clone()),
                ..SinkSettings::new(source.rate())
            },
        )?;
        let mut film = FramePainter::new(
            self.model,
            self.style,
            &regions,
            &options.paint,
            // What is to stay unchanged is not mixed with the frame before.
            if options.paint.strength == 0.0 {
                0.0
            } else {
                options.steady
            },
        )
        .map_err(failed)?;
        let mut done = sink.kept();
        if let Some(state) = sink.note().and_then(FramePainterState::from_bytes) {
            film.go_on(state);
        }
        source.skip(done)?;
        loop {
            progress(done, source.total());
            let Some(mut frame) = source.next_frame()? else {
                break;
            };
            // A frame that stands still is not painted, and still a place to stop at.
            let painted = if stop.load(Ordering::Relaxed) {
                Err(PaintError::Stopped)
            } else {
                film.paint(&frame.picture, &stop)
            };
            frame.picture = match painted {
                Ok(painted) => painted,
                Err(PaintError::Stopped) => {
                    let kept = sink.pause(&|| film.state().to_bytes())?;
                    return Ok(Filmed::Stopped(kept.map_or(0, |(frames, _)| frames)));
                }
                Err(reason) => return Err(failed(reason)),
            };
            sink.push(&frame, &|| film.state().to_bytes())?;
            done += 1;
        }
        sink.finish()?;
        Ok(Filmed::Whole {
            change: film.change(),
            warning: source.warning(),
            profile_loss: options.output.keep_colours.then_some(ProfileLoss::Film),
        })
    }

    /// The regions by mask, which lie in the same place in every frame; an error if there is a
    /// region by area.
    fn masked(&self) -> Result<Vec<StyleRegion>, JobError> {
        let masked = self.options.regions.iter().map(|region| match region {
            Region::Masked(region) => Ok(region.clone()),
            Region::Area { .. } => Err(JobError::AreaOfFilm {
                path: self.job.content.clone(),
            }),
        });
        masked.collect()
    }

    /// Identity of this job: a hash of the content file as it is now, and of everything that the
    /// painting depends on.
    fn identity(&self) -> String {
        let content = &self.job.content;
        let metadata = fs::metadata(content).ok();
        let length = metadata.as_ref().map_or(0, fs::Metadata::len);
        let changed = metadata.and_then(|metadata| metadata.modified().ok());
        let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let options = self.options;
        let mut sum = FnvHasher::default();
        let code = match self.style {
            Style::Code(code) => Some(code),
            Style::Only => None,
        };
        let codes = options.regions.iter().map(|region| region.style().code());
        for code in codes.chain([code]) {
            match code {
                Some(code) => {
                    let values = code.values().iter();
                    values.for_each(|value| sum.write(&value.to_le_bytes()));
                }
                None => sum.write(b"no code"),
            }
        }
        for region in &options.regions {
            if let Region::Masked(region) = region {
                region.mask.hash_into(&mut sum);
            }
        }
        let octaves = options.paint.octaves;
        format!(
            "{}, {length} bytes of {:?}; model {:016x}, style {:016x}, strength {}, tile {}, \
             octaves {}, steady {}{}",
            std::path::absolute(content)
                .unwrap_or_else(|_| content.clone())
                .display(),
            changed.unwrap_or_default(),
            self.model.fingerprint(),
            sum.finish(),
            options.paint.strength,
            options.paint.tile,
            octaves.map_or("as found".to_owned(), |octaves| octaves.to_string()),
            options.steady,
            if options.paint.keep_colours {
                ", colours kept"
            } else {
                ""
            },
        )
    }
}

/// Reads one frame of a video or an animation, counted from 1, to try a style on.
///
/// # Errors
/// The file is neither, or damaged, or has fewer frames.
pub fn read_frame(
    path: &Path,
    number: u64,
    limits: &DecodeLimits,
    video: VideoLimits,
) -> Result<Picture, JobError> {
    let pick = |source: &mut dyn FrameSource| {
        source.skip(number.saturating_sub(1))?;
        match source.next_frame()? {
            Some(frame) => Ok(frame.picture),
            None => Err(JobError::Film(FilmError::NoSuchFrame {
                path: path.to_owned(),
                frame: number,
                frames: source.total().unwrap_or(0).min(number.saturating_sub(1)),
            })),
        }
    };
    if is_video(path) {
        return pick(&mut VideoSource::open(&Ffmpeg::find()?, path, video)?);
    }
    let bytes = read_bytes(path, limits)?;
    let opened = frames(&bytes, limits).map_err(|reason| ReadError::Decode {
        path: path.to_owned(),
        reason,
    })?;
    match opened {
        Some(frames) => pick(&mut AnimationSource::new(frames, path)),
        None => Err(JobError::NotAFilm {
            path: path.to_owned(),
        }),
    }
}

/// Reads the picture in a file, or the first frame of a video, to try a style on.
///
/// # Errors
/// The file is neither, or damaged.
pub fn first_picture(
    path: &Path,
    limits: &DecodeLimits,
    video: VideoLimits,
) -> Result<Picture, JobError> {
    if is_video(path) {
        return read_frame(path, 1, limits, video);
    }
    Ok(read(path, limits)?.picture)
}
