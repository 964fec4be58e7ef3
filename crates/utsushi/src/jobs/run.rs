//! Painting what was planned.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{
    AnyPicture, ColourProfile, DecodeLimits, Decoded, DocumentFormat, EncodeError, EncodeOptions,
    Extras, Mark, Metadata, OutputFormat, ReadError, WriteError, WriteOptions, decode_any, frames,
    from_srgb, from_srgb_deep, is_standard, read_bytes, write_deep_with, write_with,
};
use utsushi_video::{
    AnimationSource, Ffmpeg, FilmFormat, VideoFormat, VideoLimits, VideoSource, is_video,
};

use super::film::{FilmJob, Filmed};
use super::{Event, Existing, Failure, Job, JobError, Plan, Report, StyleSource, StyleSourceError};
use crate::{
    FrameChange, Model, Monitor, PaintError, PaintOptions, PaintRequest, Style, StyleRegion, Watch,
    blotched,
};

/// Settings for [`run`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// Options for painting.
    pub paint: PaintOptions,
    /// Styles for parts of every picture.
    pub regions: Vec<StyleRegion>,
    /// The share of the painting before that is kept where an animation stands still, 0…1.
    pub steady: f32,
    /// Whether to go on with the parts of videos that an earlier run was stopped in.
    pub resume: bool,
    /// Limits on videos.
    pub video: VideoLimits,
    /// Limits on pictures.
    pub limits: DecodeLimits,
    /// Whether each visible layer of a document is painted by itself, and stays a layer.
    pub layers: bool,
    /// Bits of each channel of what is written.
    pub depth: OutputDepth,
    /// Quality of JPEG and AVIF, 1…100.
    pub quality: u8,
    /// Whether colours are brought back to the profile of the content, instead of staying sRGB.
    pub keep_colours: bool,
    /// Whether the metadata of the content go along.
    pub metadata: bool,
    /// Whether paintings are marked as repainted by a model.
    pub mark: bool,
}

/// Bits of each channel of a painting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputDepth {
    /// 16 where the content has 16 or more and the format holds them, else 8.
    #[default]
    Auto,
    /// 8.
    Eight,
    /// 16, in a format that holds them.
    Sixteen,
}

impl OutputDepth {
    /// Whether a content of so many bits is painted with 16 into that format.
    pub fn is_deep(self, bits: u8, alpha: bool, format: OutputFormat) -> bool {
        match self {
            Self::Auto => bits >= 16 && format.holds_sixteen(alpha),
            Self::Eight => false,
            Self::Sixteen => true,
        }
    }
}

impl RunOptions {
    /// What is written beside the pixels, but for a profile, with these metadata of the content.
    pub(super) fn extras(&self, metadata: &Metadata) -> Extras {
        Extras {
            metadata: if self.metadata {
                metadata.clone()
            } else {
                Metadata::default()
            },
            profile: None,
            // At strength 0 the picture is what it was.
            mark: (self.mark && self.paint.strength > 0.0).then_some(Mark::Repainted),
        }
    }
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
            layers: false,
            depth: OutputDepth::default(),
            quality: EncodeOptions::default().quality,
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

pub(super) struct Runner<'a> {
    pub(super) model: &'a Model,
    pub(super) plan: &'a Plan,
    pub(super) options: &'a RunOptions,
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
        if self.options.layers {
            self.paint_each_layer(job, &style, &bytes, &mut Watch::new(stop, progress))?;
            return Ok(Outcome::PICTURE);
        }
        let decoded = decode_any(&bytes, &self.options.limits).map_err(damaged)?;
        if VideoFormat::from_extension(&job.output).is_some() {
            let path = job.content.clone();
            return Err(JobError::NotAFilm { path });
        }
        drop(bytes);
        let more_frames = decoded.more_frames;
        let mut watch = Watch::new(stop, progress);
        let blotched = match DocumentFormat::from_extension(&job.output) {
            Some(format) => self.paint_layers(job, &style, (decoded, format), &mut watch)?,
            None => self.paint_picture(job, &style, decoded, &mut watch)?,
        };
        Ok(Outcome::Painted {
            more_frames,
            change: None,
            warning: None,
            blotched,
        })
    }

    /// Paints one picture in the depth that it is written in. True if the style blotches what was even.
    fn paint_picture(
        &self,
        job: &Job,
        style: &Style,
        decoded: Decoded<AnyPicture>,
        monitor: &mut dyn Monitor,
    ) -> Result<bool, JobError> {
        let write = WriteOptions {
            force: self.plan.existing == Existing::Replace,
            quality: self.options.quality,
        };
        let format = if is_standard(&job.output) {
            OutputFormat::Png
        } else {
            OutputFormat::from_extension(&job.output).ok_or_else(|| WriteError::UnknownEnding {
                path: job.output.clone(),
            })?
        };
        let failed = |reason| self.failed(job, reason);
        let alpha = decoded.picture.has_alpha();
        if !self.options.depth.is_deep(decoded.bits, alpha, format) {
            let decoded = decoded.map(AnyPicture::into_eight);
            let request = self.request(&decoded.picture, style);
            let mut painted = self.model.paint_one(&request, monitor).map_err(failed)?;
            let blotched = blotched(&decoded.picture, &painted);
            let mut extras = self.options.extras(&decoded.metadata);
            if let Some(profile) = self.kept_profile(&decoded, format)
                && let Some(kept) = from_srgb(&painted, &profile)
            {
                (painted, extras.profile) = (kept, Some(profile));
            }
            self.make_folder(job)?;
            write_with(&job.output, &painted, &write, &extras)?;
            return Ok(blotched);
        }
        if !format.holds_sixteen(alpha) {
            return Err(JobError::Write(WriteError::Encode {
                path: job.output.clone(),
                reason: EncodeError::NotDeep { format },
            }));
        }
        let decoded = decoded.map(AnyPicture::into_sixteen);
        let request = self.request(&decoded.picture, style);
        let mut painted = self.model.paint_deep(&request, monitor).map_err(failed)?;
        let blotched = blotched(&decoded.picture.to_picture(), &painted.to_picture());
        let mut extras = self.options.extras(&decoded.metadata);
        if let Some(profile) = self.kept_profile(&decoded, format)
            && let Some(kept) = from_srgb_deep(&painted, &profile)
        {
            (painted, extras.profile) = (kept, Some(profile));
        }
        self.make_folder(job)?;
        write_deep_with(&job.output, &painted, &write, &extras)?;
        Ok(blotched)
    }

    pub(super) fn failed(&self, job: &Job, reason: PaintError) -> JobError {
        JobError::Paint {
            path: job.content.clone(),
            reason,
        }
    }

    fn request<'b, P>(&'b self, content: &'b P, style: &Style) -> PaintRequest<'b, P> {
        PaintRequest::new(content, style)
            .with_regions(&self.options.regions)
            .with_options(self.options.paint)
    }

    /// The content's profile, where colours are to be kept and the format has a place for it.
    fn kept_profile<P>(&self, content: &Decoded<P>, format: OutputFormat) -> Option<ColourProfile> {
        let wanted = self.options.keep_colours && format.holds_profile();
        content.profile.clone().filter(|_| wanted)
    }

    pub(super) fn make_folder(&self, job: &Job) -> Result<(), JobError> {
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

/// Outcome of a job that did not fail.
enum Outcome {
    Painted {
        /// Whether frames or pages were left out.
        more_frames: bool,
        change: Option<FrameChange>,
        /// A fault of the file.
        warning: Option<String>,
        /// Whether the style does not go together with the picture.
        blotched: bool,
    },
    Stopped {
        /// Frames of a video that are kept for a later run.
        kept: u64,
    },
}

impl Outcome {
    /// A single picture that is painted.
    const PICTURE: Self = Self::Painted {
        more_frames: false,
        change: None,
        warning: None,
        blotched: false,
    };
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
