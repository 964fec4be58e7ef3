//! Painting what was planned.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{
    DecodeLimits, Decoded, EncodeOptions, Extras, Mark, Metadata, Picture, ReadError, WriteOptions,
    decode, frames, from_srgb, read_bytes, write_with,
};
use utsushi_video::{
    AnimationSource, Ffmpeg, FilmFormat, VideoFormat, VideoLimits, VideoSource, is_video,
};

use super::film::{FilmJob, Filmed};
use super::{Event, Existing, Failure, Job, JobError, Plan, Report, StyleSource, StyleSourceError};
use crate::{
    FrameChange, Model, PaintError, PaintOptions, PaintRequest, Style, StyleRegion, Watch, blotched,
};

/// Settings for [`run`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// How to paint.
    pub paint: PaintOptions,
    /// Styles for parts of every picture.
    pub regions: Vec<StyleRegion>,
    /// How much of the painting before is kept where an animation stands still, 0…1.
    pub steady: f32,
    /// Whether to go on with the parts of videos that an earlier run was stopped in.
    pub resume: bool,
    /// How large a video may be.
    pub video: VideoLimits,
    /// How large a picture may be.
    pub limits: DecodeLimits,
    /// JPEG quality of what is written, 1…100.
    pub jpeg_quality: u8,
    /// Whether colours are brought back to the profile of the content, instead of staying sRGB.
    pub keep_colours: bool,
    /// Whether the metadata of the content go along.
    pub metadata: bool,
    /// Whether paintings are marked as repainted by a model.
    pub mark: bool,
}

impl Default for RunOptions {
    /// The defaults of painting, reading and writing.
    fn default() -> Self {
        Self {
            paint: PaintOptions::default(),
            regions: Vec::new(),
            steady: 0.5,
            resume: false,
            video: VideoLimits::default(),
            limits: DecodeLimits::default(),
            jpeg_quality: EncodeOptions::default().jpeg_quality,
            keep_colours: false,
            metadata: true,
            mark: true,
        }
    }
}

/// Paints all jobs of a plan, one after the other. A job that fails is reported and the next one
/// follows; setting `stop` ends the run soon, with nothing half written.
pub fn run(
    model: &Model,
    plan: &Plan,
    options: &RunOptions,
    observe: &mut dyn FnMut(Event<'_>),
    stop: &AtomicBool,
) -> Report {
    let mut report = Report::default();
    let mut runner = Runner {
        model,
        plan,
        options,
        styles: Vec::new(),
    };
    for (index, job) in plan.jobs.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            report.stopped = true;
            break;
        }
        observe(Event::Started { index, job });
        match runner.paint(index, job, observe, stop) {
            Ok(Outcome::Stopped { kept }) => {
                report.stopped = true;
                if kept > 0 {
                    observe(Event::Kept {
                        index,
                        job,
                        frames: kept,
                    });
                }
                break;
            }
            Ok(Outcome::Painted {
                more_frames,
                change,
                warning,
                blotched,
            }) => {
                report.painted += 1;
                report.damaged += usize::from(warning.is_some());
                observe(Event::Painted {
                    index,
                    job,
                    more_frames,
                    change,
                    warning: warning.as_deref(),
                    blotched,
                });
            }
            Err(JobError::Paint {
                reason: PaintError::Stopped,
                ..
            }) => {
                report.stopped = true;
                break;
            }
            Err(error) => {
                observe(Event::Failed {
                    index,
                    job,
                    error: &error,
                });
                report.failed.push(Failure { index, error });
            }
        }
    }
    report
}

struct Runner<'a> {
    model: &'a Model,
    plan: &'a Plan,
    options: &'a RunOptions,
    /// Styles and what they were read from: a list often names one reference many times.
    styles: Vec<(StyleSource, Style)>,
}

impl Runner<'_> {
    fn paint(
        &mut self,
        index: usize,
        job: &Job,
        observe: &mut dyn FnMut(Event<'_>),
        stop: &AtomicBool,
    ) -> Result<Outcome, JobError> {
        let style = self.style(&job.style)?;
        let film = FilmJob {
            model: self.model,
            style: &style,
            job,
            existing: self.plan.existing,
            options: self.options,
        };
        let mut frame = |done, total| observe(Event::Filming { index, done, total });
        if is_video(&job.content) {
            self.make_folder(job)?;
            let mut source = VideoSource::open(&Ffmpeg::find()?, &job.content, self.options.video)?;
            return Ok(film.run(&mut source, true, &mut frame, stop)?.into());
        }
        let bytes = read_bytes(&job.content, &self.options.limits)?;
        let damaged = |reason| ReadError::Decode {
            path: job.content.clone(),
            reason,
        };
        if FilmFormat::from_extension(&job.output).is_some()
            && let Some(frames) = frames(&bytes, &self.options.limits).map_err(damaged)?
        {
            self.make_folder(job)?;
            let mut source = AnimationSource::new(frames, &job.content);
            return Ok(film.run(&mut source, false, &mut frame, stop)?.into());
        }
        let progress = |progress| observe(Event::Painting { index, progress });
        let decoded = decode(&bytes, &self.options.limits).map_err(damaged)?;
        if VideoFormat::from_extension(&job.output).is_some() {
            let path = job.content.clone();
            return Err(JobError::NotAFilm { path });
        }
        let request = PaintRequest::new(&decoded.picture, &style)
            .with_regions(&self.options.regions)
            .with_options(self.options.paint);
        let painted = self
            .model
            .paint_one(&request, &mut Watch::new(stop, progress))
            .map_err(|reason| JobError::Paint {
                path: job.content.clone(),
                reason,
            })?;
        self.make_folder(job)?;
        let options = WriteOptions {
            force: self.plan.existing == Existing::Replace,
            jpeg_quality: self.options.jpeg_quality,
        };
        let more_frames = decoded.more_frames;
        let blotched = blotched(&decoded.picture, &painted);
        let (painted, extras) = self.finished(painted, decoded);
        write_with(&job.output, &painted, &options, &extras)?;
        Ok(Outcome::Painted {
            more_frames,
            change: None,
            warning: None,
            blotched,
        })
    }

    /// The painting in the colours that are asked for, and what is written beside it.
    fn finished(&self, painted: Picture, content: Decoded) -> (Picture, Extras) {
        let options = self.options;
        let mut extras = Extras {
            metadata: match options.metadata {
                true => content.metadata,
                false => Metadata::default(),
            },
            profile: None,
            // At strength 0 the picture is what it was.
            mark: (options.mark && options.paint.strength > 0.0).then_some(Mark::Repainted),
        };
        if options.keep_colours
            && let Some(profile) = content.profile
            && let Some(kept) = from_srgb(&painted, &profile)
        {
            extras.profile = Some(profile);
            return (kept, extras);
        }
        (painted, extras)
    }

    fn make_folder(&self, job: &Job) -> Result<(), JobError> {
        if self.plan.make_folders
            && let Some(folder) = job.output.parent()
        {
            fs::create_dir_all(folder).map_err(|reason| JobError::MakeFolder {
                path: folder.to_owned(),
                reason,
            })?;
        }
        Ok(())
    }

    fn style(&mut self, source: &StyleSource) -> Result<Style, StyleSourceError> {
        if let StyleSource::Code(code) = source {
            return Ok(code.into());
        }
        if let Some((_, style)) = self.styles.iter().find(|(read, _)| read == source) {
            return Ok(style.clone());
        }
        let style = self.model.style(source, &self.options.limits)?;
        self.styles.push((source.clone(), style.clone()));
        Ok(style)
    }
}

/// What came of a job that did not fail.
enum Outcome {
    Painted {
        /// Whether frames or pages were left out.
        more_frames: bool,
        change: Option<FrameChange>,
        /// What was wrong with the file.
        warning: Option<String>,
        /// Whether the style does not go together with the picture.
        blotched: bool,
    },
    Stopped {
        /// Frames of a video that are kept for a later run.
        kept: u64,
    },
}

impl From<Filmed> for Outcome {
    fn from(filmed: Filmed) -> Self {
        match filmed {
            Filmed::Whole(change, warning) => Self::Painted {
                more_frames: false,
                change: Some(change),
                warning,
                blotched: false,
            },
            Filmed::Stopped(kept) => Self::Stopped { kept },
        }
    }
}
