//! Painting what was planned.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::{DecodeLimits, EncodeOptions, WriteOptions, read, write};

use super::{Event, Existing, Failure, Job, JobError, Plan, Report, StyleSource, StyleSourceError};
use crate::{PaintError, PaintOptions, Painter, StyleCode, StyleRegion};

/// Settings for [`run`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// How to paint.
    pub paint: PaintOptions,
    /// Styles for parts of every picture.
    pub regions: Vec<StyleRegion>,
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
            limits: DecodeLimits::default(),
            jpeg_quality: EncodeOptions::default().jpeg_quality,
        }
    }
}

/// Paints all jobs of a plan, one after the other. A job that fails is reported and the next one
/// follows; setting `stop` ends the run soon, with nothing half written.
pub fn run(
    painter: &Painter,
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
            Ok(more_frames) => {
                report.painted += 1;
                observe(Event::Painted {
                    index,
                    job,
                    more_frames,
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
    painter: &'a Painter,
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
    ) -> Result<bool, JobError> {
        let style = self.style(&job.style)?;
        let decoded = read(&job.content, &self.options.limits)?;
        let mut progress = |progress| observe(Event::Painting { index, progress });
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
            .map_err(|reason| JobError::Paint {
                path: job.content.clone(),
                reason,
            })?;
        if self.plan.make_folders
            && let Some(folder) = job.output.parent()
        {
            fs::create_dir_all(folder).map_err(|reason| JobError::MakeFolder {
                path: folder.to_owned(),
                reason,
            })?;
        }
        let options = WriteOptions {
            force: self.plan.existing == Existing::Replace,
            jpeg_quality: self.options.jpeg_quality,
        };
        write(&job.output, &painted, &options)?;
        Ok(decoded.more_frames)
    }

    fn style(&mut self, source: &StyleSource) -> Result<StyleCode, StyleSourceError> {
        if let StyleSource::Code(code) = source {
            return Ok(code.clone());
        }
        let key = format!("{source:?}");
        if let Some(code) = self.styles.get(&key) {
            return Ok(code.clone());
        }
        let code = source.resolve(self.painter, &self.options.limits)?;
        self.styles.insert(key, code.clone());
        Ok(code)
    }
}
