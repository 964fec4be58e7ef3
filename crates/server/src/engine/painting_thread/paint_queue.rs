//! Paint jobs of the workers, in the order in which they came.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use utsushi_imaging::AnyPicture;

use super::{PaintJob, WorkError};

/// The most pixels of pictures that are painted at once: with more they push each other out of the
/// processor's caches. 256² went at 36 pictures a second up to here, at 32 with four times as many.
const TOGETHER: u64 = 512 * 512;

/// Painted pictures of one job that may wait for their worker.
pub(in super::super) const AHEAD: usize = 4;

/// Paint jobs that wait for the painting thread.
#[derive(Debug, Default)]
pub(in super::super) struct PaintQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

pub(super) struct Waiting {
    pub(super) job: PaintJob,
    pub(super) reply: SyncSender<Result<AnyPicture, WorkError>>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Waiting")
    }
}

impl PaintQueue {
    /// Adds a job. Its pictures come one by one; if it ends without them, the painting thread had
    /// a fault.
    pub(in super::super) fn submit(
        &self,
        job: PaintJob,
    ) -> Receiver<Result<AnyPicture, WorkError>> {
        let (reply, painted) = sync_channel(AHEAD);
        self.lock().waiting.push_back(Waiting { job, reply });
        self.changed.notify_one();
        painted
    }

    pub(in super::super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The job that waited longest, and those that can be painted with it; nothing when closed.
    pub(super) fn next(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        loop {
            if let Some(first) = state.waiting.pop_front() {
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

    /// Jobs that are painted in one go and wait while a long one is painted.
    pub(super) fn next_small(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        let small = |waiting: &Waiting| waiting.job.task.pixels() <= tile;
        let place = state.waiting.iter().position(small)?;
        let first = state.waiting.remove(place)?;
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
        let size = |waiting: &Waiting| waiting.job.task.size();
        let Some(wanted) = size(&first) else {
            return vec![first];
        };
        let pixels = first.job.task.pixels();
        let most = tile.min(TOGETHER);
        let mut batch = vec![first];
        let mut place = 0;
        while place < self.waiting.len() && pixels * (batch.len() as u64 + 1) <= most {
            if size(&self.waiting[place]) == Some(wanted) {
                batch.extend(self.waiting.remove(place));
            } else {
                place += 1;
            }
        }
        batch
    }
}
