//! The loader's queue of batches, delivered in the order of their steps.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::{DatasetError, TrainingBatch};

/// A queue into which workers put batches and from which the loader takes them.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    ahead: u64,
}

struct State {
    /// The step that the loader delivers next.
    wanted: u64,
    /// The next step whose batch no worker makes yet.
    unclaimed: u64,
    ready: BTreeMap<u64, TrainingBatch>,
    /// Steps whose batch could not be made.
    lost: Vec<u64>,
    closed: bool,
}

impl Queue {
    pub fn new(first_step: u64, ahead: usize) -> Self {
        let state = State {
            wanted: first_step,
            unclaimed: first_step,
            ready: BTreeMap::new(),
            lost: Vec::new(),
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            ahead: ahead as u64,
        }
    }

    /// Makes batches until the queue is closed, but never more than `ahead` beyond the one wanted.
    pub fn work(&self, make: impl Fn(u64) -> Result<TrainingBatch, DatasetError>) {
        while let Some(step) = self.claim() {
            // Neither an error nor a panic may leave the loader waiting for this step: it makes a
            // lost batch itself, and so meets the same failure where it can be reported.
            let made = catch_unwind(AssertUnwindSafe(|| make(step)));
            let mut state = self.lock();
            match made {
                Ok(Ok(batch)) => _ = state.ready.insert(step, batch),
                Ok(Err(_)) | Err(_) => state.lost.push(step),
            }
            self.changed.notify_all();
        }
    }

    /// Waits for a step whose batch may be made.
    fn claim(&self) -> Option<u64> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if state.unclaimed - state.wanted < self.ahead {
                state.unclaimed += 1;
                return Some(state.unclaimed - 1);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the batch of a step, once it is there; `None` if nobody makes it.
    pub fn take(&self, step: u64, has_workers: bool) -> Option<TrainingBatch> {
        let mut state = self.lock();
        loop {
            if let Some(batch) = state.ready.remove(&step) {
                return Some(batch);
            }
            if !has_workers || state.lost.contains(&step) {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Sets the step that the loader wants next, which lets workers continue.
    pub fn advance(&self, step: u64) {
        let mut state = self.lock();
        state.wanted = step;
        state.unclaimed = state.unclaimed.max(step);
        state.lost.retain(|lost| *lost >= step);
        self.changed.notify_all();
    }

    /// Stops all workers after the batch that they are making.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; the state is whole either way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
