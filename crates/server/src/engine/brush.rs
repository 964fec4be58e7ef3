//! The thread that paints.

mod easel;
mod scene;

pub(super) use easel::{AHEAD, Easel};
pub(super) use scene::{Canvas, Scene};

use std::sync::atomic::{AtomicBool, Ordering};

use utsushi_imaging::Picture;
use utsushi_range::{EditMode, MorphError, edit, morph};
use utsushi_transfer::{Order, PaintError, PaintOptions, Progress};

use super::{Phase, Shared, WorkError};
use crate::panics;
use easel::Waiting;

/// Paints until the easel is closed.
pub(super) fn run(shared: &Shared) {
    let tile = u64::from(shared.options.tile).pow(2);
    while let Some(batch) = shared.easel.next(tile) {
        paint_guarded(shared, batch, tile);
    }
}

/// Paints; a panic is logged, and leaves the workers without a picture, which they report.
fn paint_guarded(shared: &Shared, batch: Vec<Waiting>, tile: u64) {
    let spans: Vec<_> = batch.iter().map(|one| one.canvas.span.clone()).collect();
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

/// What a panic is told of.
const PLACE: &str = "the painting thread";

fn paint(shared: &Shared, batch: Vec<Waiting>, tile: u64) {
    match <[Waiting; 1]>::try_from(batch) {
        Ok([one]) => paint_alone(shared, one, tile),
        Err(batch) => paint_batch(shared, batch),
    }
}

fn paint_batch(shared: &Shared, batch: Vec<Waiting>) {
    let (batch, gone): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .partition(|waiting| !waiting.canvas.cancel.load(Ordering::Relaxed));
    for waiting in gone {
        let _ = waiting.reply.send(Err(WorkError::Cancelled));
    }
    let orders = batch
        .iter()
        .filter_map(|waiting| waiting.canvas.scene.order());
    let orders: Vec<_> = orders.collect();
    let stop = AtomicBool::new(false);
    let painted = shared
        .artist
        .paint_together(&orders, shared.options.tile, &stop);
    for (waiting, painted) in batch.iter().zip(painted) {
        let _ = waiting.reply.send(painted.map_err(said));
    }
}

fn paint_alone(shared: &Shared, waiting: Waiting, tile: u64) {
    let Waiting { canvas, reply } = waiting;
    let Canvas {
        scene,
        cancel,
        phase,
        ..
    } = canvas;
    let long = scene.pixels() > tile;
    let step = |done: usize, total: usize| {
        phase.send_replace(Phase::Painting { done, total });
        // One pass of small pictures between two strips or frames: they need not wait for minutes,
        // and the long work still gets every second turn.
        if long
            && done < total
            && let Some(batch) = shared.easel.next_small(tile)
        {
            paint_guarded(shared, batch, tile);
        }
    };
    let options = |strength, octaves| PaintOptions {
        strength,
        tile: shared.options.tile,
        octaves,
    };
    let painted = match scene {
        Scene::Painting {
            content,
            style,
            strength,
            octaves,
        } => {
            let mut progress = |progress: Progress| step(progress.done, progress.total);
            let order = Order {
                content: &content,
                style: &style,
                strength,
                octaves,
            };
            let options = options(strength, octaves);
            shared
                .artist
                .paint(&order, &options, &mut progress, &cancel)
        }
        Scene::Edit {
            content,
            directions,
            mode,
            strength,
            octaves,
        } => {
            let mut passes = Passes::of(mode);
            let mut progress = |progress: Progress| {
                let (done, total) = passes.step(progress);
                step(done, total);
            };
            let options = options(strength, octaves);
            let painter = shared.painter().map_err(PaintError::from);
            painter.and_then(|painter| {
                edit(
                    painter,
                    &content,
                    &directions,
                    mode,
                    &options,
                    &mut progress,
                    &cancel,
                )
            })
        }
        Scene::Morph { stations, options } => {
            let mut put = |index: usize, frame: &Picture| {
                if reply.send(Ok(frame.clone())).is_err() {
                    // Nobody encodes them any more.
                    cancel.store(true, Ordering::Relaxed);
                }
                step(index + 1, options.frames);
            };
            let outcome = match shared.painter() {
                Ok(painter) => morph(painter, &stations, &options, &mut put, &cancel),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = outcome {
                let _ = reply.send(Err(morph_said(error)));
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
        MorphError::TooFew { stations, frames } => WorkError::TooFewFrames { stations, frames },
        _ => WorkError::Fault,
    }
}

/// How far an edit is, which may paint its picture twice.
struct Passes {
    all: usize,
    over: usize,
}

impl Passes {
    fn of(mode: EditMode) -> Self {
        let all = match mode {
            EditMode::Change => 2,
            EditMode::Redraw => 1,
        };
        Self { all, over: 0 }
    }

    fn step(&mut self, progress: Progress) -> (usize, usize) {
        let Progress { done, total } = progress;
        let so_far = (self.over * total + done, self.all * total);
        self.over += usize::from(done == total);
        so_far
    }
}
