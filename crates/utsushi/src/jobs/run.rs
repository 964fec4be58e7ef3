//! Running a plan: painting its jobs one after the other.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use utsushi_imaging::{
    AnyPicture, DecodeError, DecodeLimits, Decoded, Document, EncodeError, Mark, OutputFormat,
    ReadError, WriteError, decode_any, frames, is_standard, read_bytes, write_whole,
};
use utsushi_video::{
    AnimationSource, Ffmpeg, FilmFormat, VideoFormat, VideoLimits, VideoSource, is_video,
};

use super::film::{FilmJob, Filmed, first_picture};
use super::{Event, Existing, Failure, Job, JobError, Plan, Report, StyleSource, StyleSourceError};
use crate::anatomy::{AnatomyReader, Area, Region};
use crate::{
    FrameChange, Looked, Model, Monitor, Note, OutputOptions, PaintError, PaintOptions,
    PaintRequest, PaintedFile, ProfileLoss, Style, StyleCode, StyleRegion, Watch, painted_layers,
    repaint_layers,
};

/// Options of [`run`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// Options for painting.
    pub paint: PaintOptions,
    /// Regions of every picture that have styles of their own.
    pub regions: Vec<Region>,
    /// Share of the previous painting, 0…1, that is kept where an animation stands still.
    pub steady: f32,
    /// Whether to continue videos in which an earlier run was stopped.
    pub resume: bool,
    /// Limits on videos.
    pub video: VideoLimits,
    /// Limits on pictures.
    pub limits: DecodeLimits,
    /// Whether each visible layer of a document is painted by itself, and stays a layer.
    pub layers: bool,
    /// Depth, colours, quality and metadata of the written files.
    pub output: OutputOptions,
    /// Whether paintings are marked as repainted by a model.
    pub mark: bool,
}

impl RunOptions {
    /// The mark for written files, if they are to have one. A picture painted at strength 0 is
    /// unchanged and has none.
    pub(super) fn mark(&self) -> Option<Mark> {
        (self.mark && self.paint.strength > 0.0).then_some(Mark::Repainted)
    }
}

impl Default for RunOptions {
    /// Default options of painting, reading and writing.
    fn default() -> Self {
        Self {
            paint: PaintOptions::default(),
            regions: Vec::new(),
            steady: 0.5,
            resume: false,
            video: VideoLimits::default(),
            limits: DecodeLimits::default(),
            layers: false,
            output: OutputOptions::default(),
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
        reader: OnceCell::new(),
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
                notes,
                profile_loss,
                absent,
            }) => {
                report.painted += 1;
                report.damaged += usize::from(warning.is_some());
                observe(Event::Painted {
                    index,
                    job,
                    more_frames,
                    change,
                    warning: warning.as_deref(),
                    notes: &notes,
                    profile_loss,
                    absent: &absent,
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
    /// Styles that were resolved already, with their sources: a list often names the same reference
    /// many times.
    styles: Vec<(StyleSource, Style)>,
    /// The anatomy reader, made for the first picture whose parts are needed.
    reader: OnceCell<AnatomyReader>,
}

impl Runner<'_> {
    fn paint(
        &mut self,
        index: usize,
        job: &Job,
        observe: &mut dyn FnMut(Event<'_>),
        stop: &AtomicBool,
    ) -> Result<Outcome, JobError> {
        let style = self.style(job)?;
        let film = FilmJob {
            model: self.model,
            style: &style,
            job,
            existing: self.plan.existing,
            options: self.options,
        };
        let mut frame = |done, total| observe(Event::Filming { index, done, total });
        if is_video(&job.content) {
            self.plan.make_folder(job)?;
            let mut source = VideoSource::open(&Ffmpeg::find()?, &job.content, self.options.video)?;
            return Ok(film.run(&mut source, true, &mut frame, stop)?.into());
        }
        let bytes = read_bytes(&job.content, &self.options.limits)?;
        if FilmFormat::from_extension(&job.output).is_some()
            && let Some(frames) =
                frames(&bytes, &self.options.limits).map_err(|it| damaged(job, it))?
        {
            self.plan.make_folder(job)?;
            let mut source = AnimationSource::new(frames, &job.content);
            return Ok(film.run(&mut source, false, &mut frame, stop)?.into());
        }
        let progress = |progress| observe(Event::Painting { index, progress });
        let mut watch = Watch::new(stop, progress);
        if VideoFormat::from_extension(&job.output).is_some() {
            let path = job.content.clone();
            return Err(JobError::NotAFilm { path });
        }
        let format = output_format(&job.output)?;
        if self.options.layers {
            return self.paint_each_layer(job, &style, (&bytes, format), &mut watch);
        }
        let decoded = decode_any(&bytes, &self.options.limits);
        let decoded = decoded.map_err(|reason| damaged(job, reason))?;
        drop(bytes);
        self.paint_picture(job, &style, (decoded, format), &mut watch)
    }

    /// Paints one picture, in the depth in which it is written.
    fn paint_picture(
        &self,
        job: &Job,
        style: &Style,
        (decoded, format): (Decoded<AnyPicture>, OutputFormat),
        monitor: &mut dyn Monitor,
    ) -> Result<Outcome, JobError> {
        let (output, mark) = (self.options.output, self.options.mark());
        let wrong = |reason| unwritten(job, reason);
        let content = output.prepared(decoded, format).map_err(wrong)?;
        let (regions, absent) = self.regions(job, &content.picture)?;
        let options = (&self.options.paint, !regions.is_empty());
        // At strength 0 the picture stays what it was.
        let looked = (self.options.paint.strength > 0.0)
            .then(|| Looked::at(&content.picture.eight(), self.model, style, options));
        let look = |painting: &AnyPicture| match &looked {
            Some(looked) => looked.notes(self.model, style, &painting.eight()),
            None => Vec::new(),
        };
        let (notes, file) = match format.document() {
            None => {
                let request = self.request(&content.picture, style).with_regions(&regions);
                let painting = self.model.paint_any(&request, monitor);
                let painting = painting.map_err(|reason| failed(job, reason))?;
                let notes = look(&painting);
                let file = output.encode(painting, &content, format, mark);
                (notes, file.map_err(wrong)?)
            }
            Some(format) => {
                let mut paint = |style: &Style| {
                    let request = self.request(&content.picture, style);
                    self.model.paint_any(&request, monitor)
                };
                let painted = paint(style).and_then(|painting| {
                    let notes = look(&painting);
                    let mut region = |code: &StyleCode| paint(&code.into());
                    let layers = painted_layers(&content.picture, painting, &regions, &mut region)?;
                    Ok((notes, layers))
                });
                let (notes, layers) = painted.map_err(|reason| failed(job, reason))?;
                let file = output.encode_layers(layers, &content, format, mark);
                (notes, file.map_err(wrong)?)
            }
        };
        let profile_loss = self.put(job, file)?;
        Ok(Outcome::Painted {
            more_frames: content.more_frames,
            change: None,
            warning: None,
            notes,
            profile_loss,
            absent,
        })
    }

    /// Finds the regions of a picture, and the areas of which it has nothing.
    fn regions(
        &self,
        job: &Job,
        content: &AnyPicture,
    ) -> Result<(Vec<StyleRegion>, Vec<Area>), JobError> {
        let reader = || match self.reader.get() {
            Some(reader) => Ok(reader.clone()),
            None => {
                let made = AnatomyReader::builtin(&Device::flex())?;
                Ok(self.reader.get_or_init(|| made).clone())
            }
        };
        let found = Region::within(&self.options.regions, &content.eight(), reader);
        found.map_err(|reason| JobError::Anatomy {
            path: job.content.clone(),
            reason,
        })
    }

    /// Repaints each visible layer of a document by itself, with its own transparency and mask.
    fn paint_each_layer(
        &self,
        job: &Job,
        style: &Style,
        (bytes, format): (&[u8], OutputFormat),
        monitor: &mut dyn Monitor,
    ) -> Result<Outcome, JobError> {
        let Some(format) = format.document() else {
            let path = job.output.clone();
            return Err(JobError::NotADocument { path });
        };
        let (limits, output) = (&self.options.limits, self.options.output);
        let read = |reason| damaged(job, reason);
        let file = Decoded::of_document(bytes).map_err(read)?;
        let mut document = Document::read(bytes, limits).map_err(read)?;
        let painted = repaint_layers(&mut document, output.depth, &mut |picture| {
            let painted = self.model.paint_any(&self.request(picture, style), monitor);
            painted.map_err(|reason| failed(job, reason))
        })?;
        if painted == 0 {
            let path = job.content.clone();
            return Err(JobError::NoVisibleLayer { path });
        }
        let file = output
            .encode_layers(document, &file, format, self.options.mark())
            .map_err(|reason| unwritten(job, reason))?;
        Ok(Outcome::Painted {
            more_frames: false,
            change: None,
            warning: None,
            notes: Vec::new(),
            profile_loss: self.put(job, file)?,
            absent: Vec::new(),
        })
    }

    /// Writes a painting to the job's output. Returns why its colours are not those asked for, if
    /// so.
    fn put(&self, job: &Job, file: PaintedFile) -> Result<Option<ProfileLoss>, JobError> {
        self.plan.make_folder(job)?;
        let force = self.plan.existing == Existing::Replace;
        write_whole(&job.output, &file.bytes, force)?;
        Ok(file.profile_loss)
    }

    fn request<'b>(&self, content: &'b AnyPicture, style: &Style) -> PaintRequest<'b, AnyPicture> {
        PaintRequest::new(content, style).with_options(self.options.paint)
    }

    /// Resolves the style of a job. A style that is drawn is tried on the first picture that is
    /// painted in it.
    fn style(&mut self, job: &Job) -> Result<Style, StyleSourceError> {
        let source = &job.style;
        if let StyleSource::Code(code) = source {
            return Ok(code.into());
        }
        if let Some((_, style)) = self.styles.iter().find(|(read, _)| read == source) {
            return Ok(style.clone());
        }
        let (limits, video) = (&self.options.limits, self.options.video);
        // Whatever is wrong with the picture is told where it is read to be painted.
        let content = source
            .is_drawn()
            .then(|| first_picture(&job.content, limits, video).ok())
            .flatten();
        let style = self.model.style_for(content.as_ref(), source, limits)?;
        self.styles.push((source.clone(), style.clone()));
        Ok(style)
    }
}

fn damaged(job: &Job, reason: DecodeError) -> JobError {
    let path = job.content.clone();
    JobError::Read(ReadError::Decode { path, reason })
}

fn failed(job: &Job, reason: PaintError) -> JobError {
    let path = job.content.clone();
    JobError::Paint { path, reason }
}

fn unwritten(job: &Job, reason: EncodeError) -> JobError {
    let path = job.output.clone();
    JobError::Write(WriteError::Encode { path, reason })
}

/// The output format that a file name asks for.
fn output_format(output: &Path) -> Result<OutputFormat, JobError> {
    if is_standard(output) {
        return Ok(OutputFormat::Png);
    }
    let format = OutputFormat::from_extension(output);
    format.ok_or_else(|| {
        let path = output.to_owned();
        JobError::Write(WriteError::UnknownEnding { path })
    })
}

/// Outcome of a job that did not fail.
enum Outcome {
    Painted {
        /// Whether further frames or pages of the content were left out.
        more_frames: bool,
        change: Option<FrameChange>,
        /// A fault of the content's file.
        warning: Option<String>,
        notes: Vec<Note>,
        /// Why colours are not those asked for, if so.
        profile_loss: Option<ProfileLoss>,
        /// Areas with styles of their own that are not in the picture.
        absent: Vec<Area>,
    },
    Stopped {
        /// Number of frames of a stopped video that are kept for a later run.
        kept: u64,
    },
}

impl From<Filmed> for Outcome {
    fn from(filmed: Filmed) -> Self {
        match filmed {
            Filmed::Whole {
                change,
                warning,
                profile_loss,
            } => Self::Painted {
                more_frames: false,
                change: Some(change),
                warning,
                notes: Vec::new(),
                profile_loss,
                absent: Vec::new(),
            },
            Filmed::Stopped(kept) => Self::Stopped { kept },
        }
    }
}
