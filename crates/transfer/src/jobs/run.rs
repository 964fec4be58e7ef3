//! Painting what was planned.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{
    AnimationFormat, AnimationWriter, DecodeLimits, EncodeOptions, Frame, Frames, ReadError,
    WriteError, WriteOptions, decode, frames, read_bytes, write, write_whole,
};

use super::{Event, Existing, Failure, Job, JobError, Plan, Report, StyleSource, StyleSourceError};
use crate::{
    FilmPainter, FrameChange, PaintError, PaintOptions, Progress, StyleCode, StyleRegion, Stylizer,
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
    /// How large a picture may be.
    pub limits: DecodeLimits,
    /// JPEG quality of what is written, 1…100.
    pub jpeg_quality: u8,
}

impl Default for RunOptions {
    /// The defaults of painting, reading and writing.
    fn default() -> Self {
        Self {
            paint: PaintOptions::default(),
            regions: Vec::new(),
            steady: 0.5,
            limits: DecodeLimits::default(),
            jpeg_quality: EncodeOptions::default().jpeg_quality,
        }
    }
}

/// Paints all jobs of a plan, one after the other. A job that fails is reported and the next one
/// follows; setting `stop` ends the run soon, with nothing half written.
pub fn run(
    painter: &dyn Stylizer,
    plan: &Plan,
    options: &RunOptions,
    observe: &mut dyn FnMut(Event<'_>),
    stop: &AtomicBool,
) -> Report {
    let mut report = Report::default();
    let mut runner = Runner {
        painter,
        plan,
        options,
        styles: HashMap::new(),
    };
    for (index, job) in plan.jobs.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            report.stopped = true;
            break;
        }
        observe(Event::Started { index, job });
        match runner.paint(index, job, observe, stop) {
            Ok((more_frames, change)) => {
                report.painted += 1;
                observe(Event::Painted {
                    index,
                    job,
                    more_frames,
                    change,
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
    painter: &'a dyn Stylizer,
    plan: &'a Plan,
    options: &'a RunOptions,
    /// Codes by how their source is written: a list often names one reference many times.
    styles: HashMap<String, StyleCode>,
}

impl Runner<'_> {
    fn paint(
        &mut self,
        index: usize,
        job: &Job,
        observe: &mut dyn FnMut(Event<'_>),
        stop: &AtomicBool,
    ) -> Result<(bool, Option<FrameChange>), JobError> {
        let style = self.style(&job.style)?;
        let bytes = read_bytes(&job.content, &self.options.limits)?;
        let damaged = |reason| ReadError::Decode {
            path: job.content.clone(),
            reason,
        };
        let mut progress = |progress| observe(Event::Painting { index, progress });
        if let Some(format) = AnimationFormat::from_extension(&job.output)
            && let Some(frames) = frames(&bytes, &self.options.limits).map_err(damaged)?
        {
            let writer = AnimationWriter::new(format, frames.loops());
            let (bytes, change) =
                self.animate((job, &style), frames, writer, &mut progress, stop)?;
            self.make_folder(job)?;
            write_whole(&job.output, &bytes, self.plan.existing == Existing::Replace)?;
            return Ok((false, Some(change)));
        }
        let decoded = decode(&bytes, &self.options.limits).map_err(damaged)?;
        let painted = self
            .painter
            .paint_regions(
                &decoded.picture,
                &style,
                &self.options.regions,
                &self.options.paint,
                &mut progress,
                stop,
            )
            .map_err(failed(job))?;
        self.make_folder(job)?;
        let options = WriteOptions {
            force: self.plan.existing == Existing::Replace,
            jpeg_quality: self.options.jpeg_quality,
        };
        write(&job.output, &painted, &options)?;
        Ok((decoded.more_frames, None))
    }

    /// The bytes of an animation painted frame by frame, and how even it is.
    fn animate(
        &self,
        (job, style): (&Job, &StyleCode),
        frames: Frames<'_>,
        mut writer: AnimationWriter,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<(Vec<u8>, FrameChange), JobError> {
        let (regions, paint) = (&self.options.regions, &self.options.paint);
        let mut film = FilmPainter::new(self.painter, style, regions, paint, self.options.steady)
            .map_err(failed(job))?;
        let unwritten = |reason| WriteError::Encode {
            path: job.output.clone(),
            reason,
        };
        for (index, frame) in frames.enumerate() {
            // How many follow is not known before they are read.
            progress(Progress {
                done: index,
                total: index + 1,
            });
            let frame = frame.map_err(|reason| ReadError::Decode {
                path: job.content.clone(),
                reason,
            })?;
            let picture = film.paint(&frame.picture, stop).map_err(failed(job))?;
            let delay = frame.delay;
            writer.push(&Frame { picture, delay }).map_err(unwritten)?;
        }
        Ok((writer.finish().map_err(unwritten)?, film.change()))
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

    fn style(&mut self, source: &StyleSource) -> Result<StyleCode, StyleSourceError> {
        if let StyleSource::Code(code) = source {
            return Ok(code.clone());
        }
        let key = format!("{source:?}");
        if let Some(code) = self.styles.get(&key) {
            return Ok(code.clone());
        }
        let code = self.painter.style(source, &self.options.limits)?;
        self.styles.insert(key, code.clone());
        Ok(code)
    }
}

fn failed(job: &Job) -> impl Fn(PaintError) -> JobError {
    |reason| JobError::Paint {
        path: job.content.clone(),
        reason,
    }
}
