//! What waits for a worker: bounded, first come first served.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::SubmitError;
use super::ticket::Job;

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
    workers: usize,
    /// Tasks with more pixels are painted piece by piece and take long.
    large: u64,
    /// Most pixels that are decoded at a time.
    most_held: u64,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Job>,
    next: u64,
    in_work: usize,
    large_in_work: usize,
    held: u64,
    closed: bool,
}

/// What a worker has taken; given back when the worker is done with it.
pub(super) struct Taken<'a> {
    queue: &'a Queue,
    held: u64,
    large: bool,
}

impl Queue {
    pub(super) fn new(most: usize, workers: usize, large: u64, most_held: u64) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            most,
            workers,
            large,
            most_held,
        }
    }

    /// Puts a job at the end; it gets a number, by which it can be removed.
    pub(super) fn push(&self, job: impl FnOnce(u64) -> Job) -> Result<u64, SubmitError> {
        let mut state = self.lock();
        if state.closed {
            return Err(SubmitError::Closed);
        }
        if state.waiting.len() >= self.most {
            return Err(SubmitError::Full { waiting: self.most });
        }
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(job(number));
        drop(state);
        self.changed.notify_one();
        Ok(number)
    }

    /// Takes a job that nobody waits for any more out, if no worker has it.
    pub(super) fn remove(&self, number: u64) {
        let removed = {
            let mut state = self.lock();
            let place = state.waiting.iter().position(|job| job.number == number);
            place.and_then(|place| state.waiting.remove(place))
        };
        // Its pictures are freed outside of the lock.
        drop(removed);
    }

    /// The next job; nothing when the queue is closed and empty.
    ///
    /// Half of the workers, rounded down, never take a large picture, so that small ones always
    /// find one. What is decoded at a time stays below a number of pixels, unless one piece of
    /// work has more by itself, which then is alone.
    pub(super) fn take(&self) -> Option<(Job, Taken<'_>)> {
        let mut state = self.lock();
        loop {
            let place = state
                .waiting
                .iter()
                .position(|job| self.may_take(&state, job));
            if let Some(job) = place.and_then(|place| state.waiting.remove(place)) {
                let held = job.size.held;
                let large = job.size.painted > self.large;
                state.in_work += 1;
                state.held += held;
                state.large_in_work += usize::from(large);
                let queue = self;
                return Some((job, Taken { queue, held, large }));
            }
            if state.closed && state.waiting.is_empty() {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn may_take(&self, state: &State, job: &Job) -> bool {
        let fits = state.held == 0 || state.held + job.size.held <= self.most_held;
        let large = job.size.painted > self.large;
        fits && (!large || state.large_in_work < self.workers.div_ceil(2))
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn in_work(&self) -> usize {
        self.lock().in_work
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// No code that holds the lock can fail half way, so that a poisoned one is sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.in_work -= 1;
        state.held -= self.held;
        state.large_in_work -= usize::from(self.large);
        drop(state);
        self.queue.changed.notify_all();
    }
}
