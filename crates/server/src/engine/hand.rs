//! A thread that does all but the painting: decoding, reading styles, encoding.

mod editing;
mod generating;
mod morphing;
mod painting;
mod palette;

use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;

use tokio::sync::watch;
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, decode, encode};

use super::brush::{Canvas, Scene};
use super::task::Subject;
use super::ticket::Job;
use super::{Painted, PaintedFormat, Phase, Shared, Task, WorkError};
use crate::panics;

/// Takes one job after the other until the queue is closed.
pub(super) fn run(shared: &Shared) {
    while let Some((job, taken)) = shared.queue.take() {
        let hand = Hand { shared, job: &job };
        // A panic in one job is no reason to leave the others.
        let work = || panics::catch("a worker thread", || hand.work());
        let outcome = job.span.in_scope(work);
        let outcome = outcome.unwrap_or(Err(WorkError::Fault));
        drop(taken);
        job.phase.send_replace(Phase::Finished);
        // Whoever left does not hear of it.
        let _ = job.outcome.send(outcome);
    }
}

/// What a hand needs for one job.
struct Hand<'a> {
    shared: &'a Shared,
    job: &'a Job,
}

impl Hand<'_> {
    fn work(&self) -> Result<Painted, WorkError> {
        self.check()?;
        let (done, total) = (0, 1);
        self.job.phase.send_replace(Phase::Painting { done, total });
        match &self.job.task {
            Task::Paint(work) => self.paint(work),
            Task::Edit(edit) => self.edit(edit),
            Task::Morph(morph) => self.morph(morph),
            Task::Generate(generate) => self.generate(generate),
        }
    }

    /// Whether somebody still waits for it.
    fn check(&self) -> Result<(), WorkError> {
        match self.job.cancel.load(Ordering::Relaxed) {
            true => Err(WorkError::Cancelled),
            false => Ok(()),
        }
    }

    fn read(&self, bytes: &[u8], subject: Subject) -> Result<Picture, WorkError> {
        self.check()?;
        let decoded = decode(bytes, &self.shared.options.limits.decoding());
        decoded
            .map(|decoded| decoded.picture)
            .map_err(|reason| WorkError::Picture { subject, reason })
    }

    /// Puts a scene on the easel; what is painted of it comes out bit by bit.
    fn hang(&self, scene: Scene) -> Result<Receiver<Result<Picture, WorkError>>, WorkError> {
        self.hang_with(scene, self.job.phase.clone())
    }

    /// The same where the brush tells another than the job how far it is.
    fn hang_with(
        &self,
        scene: Scene,
        phase: watch::Sender<Phase>,
    ) -> Result<Receiver<Result<Picture, WorkError>>, WorkError> {
        self.check()?;
        Ok(self.shared.easel.hang(Canvas {
            scene,
            cancel: self.job.cancel.clone(),
            phase,
            span: self.job.span.clone(),
        }))
    }

    /// The one picture of a scene, encoded.
    fn finish(&self, scene: Scene, format: OutputFormat) -> Result<Painted, WorkError> {
        let painted = self.hang(scene)?.recv().map_err(|_| WorkError::Fault)??;
        self.check()?;
        self.encoded(&painted, format)
    }

    fn encoded(&self, painted: &Picture, format: OutputFormat) -> Result<Painted, WorkError> {
        let bytes = encode(painted, format, EncodeOptions::default())?;
        Ok(Painted {
            bytes: bytes.into(),
            format: PaintedFormat::Picture(format),
            width: painted.width(),
            height: painted.height(),
            frames: 1,
        })
    }
}
