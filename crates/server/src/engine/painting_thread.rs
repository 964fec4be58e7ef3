//! The painting thread.

mod paint_queue;
mod paint_task;

pub(super) use paint_queue::{AHEAD, PaintQueue};
pub(super) use paint_task::{PaintJob, PaintTask};

use std::sync::atomic::Ordering;

use utsushi::creative::{MorphError, edit_any, morph};
use utsushi::{PaintError, PaintOptions, Progress, Watch};
use utsushi_imaging::Picture;

use super::{Phase, Shared, WorkError};
use crate::panics;
use paint_queue::Waiting;

/// Paints jobs until the queue is closed.
pub(super) fn run(shared: &Shared) {
    let tile = u64::from(shared.options.tile).pow(2);
    while let Some(batch) = shared.paint_queue.next(tile) {
        paint_guarded(shared, batch, tile);
    }
}

/// Name of this thread in reports of panics.
const PLACE: &str = "the painting thread";

/// Paints jobs; a panic is logged, and leaves the workers without a picture, which they report.
fn paint_guarded(shared: &Shared, batch: Vec<Waiting>, tile: u64) {
    let spans: Vec<_> = batch.iter().map(|one| one.job.span.clone()).collect();
    let (first, others) = match spans.split_first() {
        Some((first, others)) => (first.clone(), others),
        None => (tracing::Span::none(), &[][..]),
    };
    let painted = first.in_scope(|| panics::catch(PLACE, || paint(shared, batch, tile)));
    if painted.is_none() {
        for span in others {
            span.in_scope(|| tracing::error!("{PLACE} panicked over a picture painted with this"));
        }
    }
}

fn paint(shared: &Shared, batch: Vec<Waiting>, tile: u64) {
    match <[Waiting; 1]>::try_from(batch) {
        Ok([one]) => paint_alone(shared, one, tile),
        Err(batch) => paint_batch(shared, batch),
    }
}

fn paint_batch(shared: &Shared, batch: Vec<Waiting>) {
    let (batch, gone): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .partition(|waiting| !waiting.job.cancel.load(Ordering::Relaxed));
    for waiting in gone {
        let _ = waiting.reply.send(Err(WorkError::Cancelled));
    }
    let tile = shared.options.tile;
    let requests = batch
        .iter()
        .filter_map(|waiting| waiting.job.task.request(tile));
    let requests: Vec<_> = requests.collect();
    let painted = shared.model.paint(&requests, &mut ());
    for (waiting, painted) in batch.iter().zip(painted) {
        let _ = waiting.reply.send(painted.map(Into::into).map_err(said));
    }
}

fn paint_alone(shared: &Shared, waiting: Waiting, tile: u64) {
    let Waiting { job, reply } = waiting;
    let PaintJob {
        task,
        cancel,
        phase,
        ..
    } = job;
    let long = task.pixels() > tile;
    let step = |done: usize, total: usize| {
        phase.send_replace(Phase::Painting { done, total });
        // One pass of small pictures between two strips or frames: they need not wait for minutes,
        // and the long work still gets every second turn.
        if long
            && done < total
            && let Some(batch) = shared.paint_queue.next_small(tile)
        {
            paint_guarded(shared, batch, tile);
        }
    };
    let mut monitor = Watch::new(&cancel, |progress: Progress| {
        step(progress.done, progress.total);
    });
    let painted = match task {
        PaintTask::Painting { .. } => {
            let tile = shared.options.tile;
            let request = task.any_request(tile).expect("it is a painting");
            shared.model.paint_any(&request, &mut monitor)
        }
        PaintTask::Edit {
            content,
            directions,
            mode,
            strength,
            octaves,
        } => {
            let options = PaintOptions {
                strength,
                tile: shared.options.tile,
                octaves,
                ..PaintOptions::default()
            };
            let painter = shared.painter().map_err(PaintError::from);
            painter.and_then(|painter| {
                edit_any(painter, &content, &directions, mode, &options, &mut monitor)
            })
        }
        PaintTask::Morph {
            keyframes,
            options,
            without_face,
        } => {
            let mut put = |_: usize, frame: &Picture| {
                if reply.send(Ok(frame.clone().into())).is_err() {
                    // Nobody encodes them any more.
                    cancel.store(true, Ordering::Relaxed);
                }
            };
            let outcome = match shared.painter() {
                Ok(painter) => morph(painter, &keyframes, &options, &mut put, &mut monitor),
                Err(error) => Err(error.into()),
            };
            match outcome {
                // Whoever left does not hear of it.
                Ok(steps) => drop(without_face.send(steps.without_face)),
                Err(error) => drop(reply.send(Err(morph_said(error)))),
            }
            return;
        }
    };
    let _ = reply.send(painted.map_err(said));
}

fn said(error: PaintError) -> WorkError {
    match error {
        PaintError::Stopped => WorkError::Cancelled,
        other => other.into(),
    }
}

fn morph_said(error: MorphError) -> WorkError {
    match error {
        MorphError::Paint(error) => said(error),
        MorphError::Style(error) => error.into(),
        MorphError::TooFew { keyframes, frames } => WorkError::TooFewFrames { keyframes, frames },
        _ => WorkError::Fault,
    }
}
