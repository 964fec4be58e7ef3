//! The queue of paint jobs from the workers, in the order in which they came.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use utsushi_imaging::AnyPicture;

use super::{PaintJob, WorkError};

/// Largest number of pixels of pictures that are painted together: more do not fit into the
/// processor's caches. Pictures of 256×256 pixels went at 36 a second up to this limit, and at 32
/// with four times as many pixels.
const TOGETHER: u64 = 512 * 512;

/// Largest number of painted pictures of one job that may wait for their worker.
pub(in super::super) const AHEAD: usize = 4;

/// The queue of paint jobs that wait for the painting thread.
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
    /// Adds a job. Its pictures arrive one by one; if the channel closes without them, the painting
    /// thread had a fault.
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

    /// Takes the job that waited longest, and those that can be painted together with it; `None` if
    /// the queue is closed.
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

    /// Takes jobs that are painted in one go, to be painted in between a long one.
    pub(super) fn next_small(&self, tile: u64) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        let small = |waiting: &Waiting| waiting.job.task.pixels() <= tile;
        let place = state.waiting.iter().position(small)?;
        let first = state.waiting.remove(place)?;
        Some(state.batch(first, tile))
    }

    /// Locks the state. Code that holds the lock cannot fail half way, so that a poisoned lock is
    /// safe to use.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes, together with `first`, all other jobs of its kind and size that can be painted at
    /// once.
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
