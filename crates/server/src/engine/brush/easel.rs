//! Where hands put canvases.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use utsushi_imaging::Picture;

use super::{Canvas, WorkError};

/// The most pixels of pictures that are painted at once: with more they push each other out of the
/// processor's caches. 256² went at 36 pictures a second up to here, at 32 with four times as many.
const TOGETHER: u64 = 512 * 512;

/// Painted pictures of one canvas that may wait for their hand.
pub(in super::super) const AHEAD: usize = 4;

/// Where hands put canvases, and wait for what is painted.
#[derive(Debug, Default)]
pub(in super::super) struct Easel {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    canvases: VecDeque<Waiting>,
    closed: bool,
}

pub(super) struct Waiting {
    pub(super) canvas: Canvas,
    pub(super) reply: SyncSender<Result<Picture, WorkError>>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Waiting")
    }
}

impl Easel {
    /// Hands a canvas over. Its pictures come one by one; if it ends without them, the brush had
    /// a fault.
    pub(in super::super) fn hang(&self, canvas: Canvas) -> Receiver<Result<Picture, WorkError>> {
        let (reply, painted) = sync_channel(AHEAD);
        self.lock().canvases.push_back(Waiting { canvas, reply });
        self.changed.notify_one();
        painted
    }

    pub(in super::super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The canvas that waited longest, and those that can be painted with it; nothing when closed.
    pub(super) fn next(&self, tile: u64) -> Option<Vec<Waiting>> {
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

    /// Canvases that are painted in one go and wait while a long one is painted.
    pub(super) fn next_small(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        let small = |waiting: &Waiting| waiting.canvas.scene.pixels() <= tile;
        let place = state.canvases.iter().position(small)?;
        let first = state.canvases.remove(place)?;
        Some(state.batch(first, tile))
    }

    /// No code that holds the lock can fail half way, so that a poisoned one is sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// `first`, and all others of its kind and size that can be painted at once with it.
    fn batch(&mut self, first: Waiting, tile: u64) -> Vec<Waiting> {
        let size = |waiting: &Waiting| waiting.canvas.scene.size();
        let Some(wanted) = size(&first) else {
            return vec![first];
        };
        let pixels = first.canvas.scene.pixels();
        let most = tile.min(TOGETHER);
        let mut batch = vec![first];
        let mut place = 0;
        while place < self.canvases.len() && pixels * (batch.len() as u64 + 1) <= most {
            if size(&self.canvases[place]) == Some(wanted) {
                batch.extend(self.canvases.remove(place));
            } else {
                place += 1;
            }
        }
        batch
    }
}
