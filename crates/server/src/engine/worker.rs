//! Workers, threads that do everything but the painting: decoding, reading styles, encoding.

pub(super) mod regions;
pub(super) mod style_reader;

use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;

use tokio::sync::watch;
use utsushi::Note;
use utsushi_imaging::{AnyPicture, Decoded, Mark, OutputFormat, Picture, decode_any};

use super::painting_thread::{PaintJob, PaintTask};
use super::task::Subject;
use super::task::{Painted, PaintedFormat};
use super::ticket::Job;
use super::{Phase, Shared, WorkError};
use crate::panics;

/// Does one job after the other until the queue is closed.
pub(super) fn run(shared: &Shared) {
    while let Some((job, taken)) = shared.queue.take() {
        let worker = Worker { shared, job: &job };
        // A panic in one job is no reason to leave the others.
        let work = || panics::catch("a worker thread", || worker.work());
        let outcome = job.span.in_scope(work);
        let outcome = outcome.unwrap_or(Err(WorkError::Fault));
        drop(taken);
        job.phase.send_replace(Phase::Finished);
        // Whoever left does not hear of it.
        let _ = job.outcome.send(outcome);
    }
}

/// A worker, with everything that it needs for one job.
pub struct Worker<'a> {
    pub(super) shared: &'a Shared,
    pub(super) job: &'a Job,
}

impl Worker<'_> {
    fn work(&self) -> Result<Painted, WorkError> {
        self.check()?;
        let (done, total) = (0, 1);
        self.job.phase.send_replace(Phase::Painting { done, total });
        self.job.task.perform(self)
    }

    /// Checks whether somebody still waits for the job.
    pub(super) fn check(&self) -> Result<(), WorkError> {
        if self.job.cancel.load(Ordering::Relaxed) {
            Err(WorkError::Cancelled)
        } else {
            Ok(())
        }
    }

    pub(super) fn read(&self, bytes: &[u8], subject: Subject) -> Result<Picture, WorkError> {
        let decoded = self.read_any(bytes, subject)?;
        Ok(decoded.picture.into_eight())
    }

    /// Decodes a picture in the depth of its file.
    pub(super) fn read_any(
        &self,
        bytes: &[u8],
        subject: Subject,
    ) -> Result<Decoded<AnyPicture>, WorkError> {
        self.check()?;
        let decoded = decode_any(bytes, &self.shared.options.limits.decoding());
        decoded.map_err(|reason| WorkError::Picture { subject, reason })
    }

    /// Passes a task to the painting thread; its pictures arrive one by one.
    pub(super) fn submit(
        &self,
        paint_task: PaintTask,
    ) -> Result<Receiver<Result<AnyPicture, WorkError>>, WorkError> {
        self.submit_with(paint_task, self.job.phase.clone())
    }

    /// Passes a task to the painting thread as [`submit`](Self::submit) does, with its progress
    /// reported to `phase` instead of the job.
    pub(super) fn submit_with(
        &self,
        paint_task: PaintTask,
        phase: watch::Sender<Phase>,
    ) -> Result<Receiver<Result<AnyPicture, WorkError>>, WorkError> {
        self.check()?;
        Ok(self.shared.paint_queue.submit(PaintJob {
            task: paint_task,
            cancel: self.job.cancel.clone(),
            phase,
            span: self.job.span.clone(),
        }))
    }

    /// Has the only picture of a task painted.
    pub(super) fn painted(&self, paint_task: PaintTask) -> Result<AnyPicture, WorkError> {
        let painted = self.submit(paint_task)?.recv();
        let painted = painted.map_err(|_| WorkError::Fault)??;
        self.check()?;
        Ok(painted)
    }

    /// The mark of a result, if marks are wanted. A picture painted at strength 0 is unchanged and
    /// has none.
    pub(super) fn mark(&self, mark: Mark, strength: f32) -> Option<Mark> {
        (self.shared.options.mark && strength != 0.0).then_some(mark)
    }
}

/// Makes the result for a finished picture.
pub(super) fn written(
    bytes: Vec<u8>,
    format: OutputFormat,
    (width, height): (u32, u32),
) -> Painted {
    Painted {
        bytes: bytes.into(),
        format: PaintedFormat::Picture(format),
        width,
        height,
        frames: 1,
        notes: Vec::new(),
    }
}

/// Adds notes to a result.
pub(super) fn noted(painted: Painted, notes: &[Note]) -> Painted {
    let notes = notes.iter().map(Note::to_string).collect();
    Painted { notes, ..painted }
}
