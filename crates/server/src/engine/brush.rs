//! The thread that paints.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};

use tokio::sync::watch;
use utsushi_imaging::Picture;
use utsushi_transfer::{Order, PaintError, PaintOptions, StyleCode};

use super::{Phase, Shared, WorkError};

/// A decoded picture and its style.
pub(super) struct Canvas {
    pub(super) content: Picture,
    pub(super) style: StyleCode,
    pub(super) strength: f32,
    pub(super) cancel: Arc<AtomicBool>,
    pub(super) phase: watch::Sender<Phase>,
}

/// Where hands put canvases, and wait for them.
#[derive(Debug, Default)]
pub(super) struct Easel {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    canvases: VecDeque<Waiting>,
    closed: bool,
}

struct Waiting {
    canvas: Canvas,
    reply: mpsc::Sender<Result<Picture, PaintError>>,
}

impl Waiting {
    fn order(&self) -> Order<'_> {
        Order {
            content: &self.canvas.content,
            style: &self.canvas.style,
            strength: self.canvas.strength,
        }
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Waiting")
    }
}

impl Easel {
    /// Hands a canvas over and waits for it.
    pub(super) fn paint(&self, canvas: Canvas) -> Result<Result<Picture, PaintError>, WorkError> {
        let (reply, painted) = mpsc::channel();
        self.lock().canvases.push_back(Waiting { canvas, reply });
        self.changed.notify_one();
        painted.recv().map_err(|_| WorkError::Fault)
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The canvas that waited longest, and those of its size; nothing when closed.
    fn next(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        loop {
            if let Some(first) = state.canvases.pop_front() {
                return Some(state.batch(first, tile));
            }
            if state.closed {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Canvases that are painted in one go and wait while a large one is painted.
    fn next_small(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        let small = |waiting: &Waiting| waiting.canvas.content.pixels() <= tile;
        let place = state.canvases.iter().position(small)?;
        let first = state.canvases.remove(place)?;
        Some(state.batch(first, tile))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// `first`, and all others of its size that fit into a tile with it.
    fn batch(&mut self, first: Waiting, tile: u64) -> Vec<Waiting> {
        let size = |waiting: &Waiting| {
            let content = &waiting.canvas.content;
            (content.width(), content.height())
        };
        let (wanted, pixels) = (size(&first), first.canvas.content.pixels());
        let mut batch = vec![first];
        let mut place = 0;
        while place < self.canvases.len() && pixels * (batch.len() as u64 + 1) <= tile {
            if size(&self.canvases[place]) == wanted {
                batch.extend(self.canvases.remove(place));
            } else {
                place += 1;
            }
        }
        batch
    }
}

/// Paints until the easel is closed.
pub(super) fn run(shared: &Shared) {
    let tile = u64::from(shared.options.tile).pow(2);
    while let Some(batch) = shared.easel.next(tile) {
        // A fault leaves its hands without a reply, which they take for one.
        let _ = catch_unwind(AssertUnwindSafe(|| paint(shared, batch, tile)));
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
        .partition(|waiting| !waiting.canvas.cancel.load(Ordering::Relaxed));
    for waiting in gone {
        let _ = waiting.reply.send(Err(PaintError::Stopped));
    }
    let orders: Vec<_> = batch.iter().map(Waiting::order).collect();
    let stop = AtomicBool::new(false);
    let painted = shared
        .painter
        .paint_together(&orders, shared.options.tile, &stop);
    for (waiting, painted) in batch.iter().zip(painted) {
        let _ = waiting.reply.send(painted);
    }
}

fn paint_alone(shared: &Shared, waiting: Waiting, tile: u64) {
    let Waiting { canvas, reply } = waiting;
    let large = canvas.content.pixels() > tile;
    let options = PaintOptions {
        strength: canvas.strength,
        tile: shared.options.tile,
    };
    let mut progress = |progress: utsushi_transfer::Progress| {
        let (done, total) = (progress.done, progress.total);
        canvas.phase.send_replace(Phase::Painting { done, total });
        // One pass of small pictures between two tiles: they need not wait for minutes, and the
        // large one still gets every second turn.
        if large
            && done < total
            && let Some(batch) = shared.easel.next_small(tile)
        {
            let _ = catch_unwind(AssertUnwindSafe(|| paint(shared, batch, tile)));
        }
    };
    let painted = shared.painter.paint(
        &canvas.content,
        &canvas.style,
        &options,
        &mut progress,
        &canvas.cancel,
    );
    let _ = reply.send(painted);
}
