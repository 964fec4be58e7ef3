//! The queue of work for the workers: bounded, and first come first served as far as there is room.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::SubmitError;
use super::ticket::Job;

/// Largest number of younger jobs that may be taken before one that does not fit into memory beside
/// those being decoded. Then nothing younger is taken until there is room for it, which a steady
/// stream of small pictures would otherwise prevent forever.
const MOST_PASSED: u32 = 32;

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
    workers: usize,
    /// Number of pixels above which a task is painted piece by piece and takes long.
    large: u64,
    /// Largest number of bytes of decoded pictures at a time.
    most_held: u64,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    next: u64,
    in_work: usize,
    large_in_work: usize,
    held: u64,
    closed: bool,
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    /// Number of younger jobs that were taken before this one.
    passed: u32,
}

/// The room of a job that a worker has taken, which is given back when this is dropped.
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

    /// Appends a job; returns its number, by which it can be removed.
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
        let (job, passed) = (job(number), 0);
        state.waiting.push_back(Waiting { job, passed });
        drop(state);
        self.changed.notify_one();
        Ok(number)
    }

    /// Removes a job for which nobody waits any more, if no worker has taken it.
    pub(super) fn remove(&self, number: u64) {
        let removed = {
            let mut state = self.lock();
            let waiting = &mut state.waiting;
            let place = waiting.iter().position(|one| one.job.number == number);
            place.and_then(|place| waiting.remove(place))
        };
        // Its pictures are freed outside of the lock.
        drop(removed);
    }

    /// Takes the next job; `None` if the queue is closed and empty.
    ///
    /// Half of the workers, rounded down, never take a large picture, so that small ones always
    /// find one. Decoded pictures stay below a number of bytes in total, unless a single job has
    /// more, which is then done alone. Smaller jobs overtake one that does not fit, up to
    /// [`MOST_PASSED`] times.
    pub(super) fn take(&self) -> Option<(Job, Taken<'_>)> {
        let mut state = self.lock();
        loop {
            if let Some(job) = self.next(&mut state) {
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

    /// Takes out the oldest job that may be started.
    fn next(&self, state: &mut State) -> Option<Job> {
        let mut chosen = None;
        for (place, Waiting { job, passed }) in state.waiting.iter().enumerate() {
            let large = job.size.painted > self.large;
            if large && state.large_in_work >= self.workers.div_ceil(2) {
                continue;
            }
            if state.held == 0 || state.held + job.size.held <= self.most_held {
                chosen = Some(place);
                break;
            }
            if *passed >= MOST_PASSED {
                break;
            }
        }
        let taken = state.waiting.remove(chosen?)?;
        for older in state.waiting.iter_mut().take(chosen?) {
            older.passed += 1;
        }
        Some(taken.job)
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

    /// Locks the state. Code that holds the lock cannot fail half way, so that a poisoned lock is
    /// safe to use.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Phase;
    use crate::engine::task::Size;
    use crate::{Generate, Task};
    use tokio::sync::{oneshot, watch};
    use utsushi_imaging::OutputFormat;

    fn job(number: u64, held: u64) -> Job {
        let task = Task::from(Generate {
            name: None,
            references: Vec::new(),
            styles: Vec::new(),
            framing: Default::default(),
            path: Default::default(),
            seed: number,
            count: 1,
            truncation: 0.5,
            side: None,
            format: OutputFormat::Png,
            output: Default::default(),
        });
        let size = Size { painted: 1, held };
        Job {
            number,
            task,
            size,
            cancel: Default::default(),
            phase: watch::channel(Phase::Waiting).0,
            outcome: oneshot::channel().0,
            span: tracing::Span::none(),
        }
    }

    /// Tests two workers, each of which gets a small job before the other has finished its own.
    #[test]
    fn steady_small_traffic_does_not_starve_a_large_job() {
        let queue = Queue::new(64, 2, 100, 100);
        let push = |held| queue.push(|number| job(number, held)).unwrap();
        push(10);
        let mut working = queue.take().unwrap().1;
        let large = push(95);
        let mut passed = 0;
        loop {
            push(10);
            push(10);
            let (job, taken) = queue.take().unwrap();
            drop(std::mem::replace(&mut working, taken));
            if job.number == large {
                break;
            }
            passed += 1;
            assert!(passed <= MOST_PASSED, "the large job starves");
            if passed == MOST_PASSED {
                // Nothing else is begun until what is in work has left its room.
                assert!(queue.next(&mut queue.lock()).is_none());
                drop(working);
                working = queue.take().unwrap().1;
                break;
            }
        }
        assert_eq!(queue.lock().held, 95, "the large job is in work, alone");
        drop(working);
        assert_eq!(queue.take().unwrap().0.size.held, 10);
    }

    #[test]
    fn small_jobs_pass_one_that_does_not_fit_yet() {
        let queue = Queue::new(64, 2, 100, 100);
        let push = |held| queue.push(|number| job(number, held)).unwrap();
        let (first, large, small) = (push(10), push(95), push(10));
        let (taken, _held) = queue.take().unwrap();
        let (passing, _also) = queue.take().unwrap();
        assert_eq!((taken.number, passing.number), (first, small));
        assert_eq!(queue.lock().waiting[0].job.number, large);
    }
}
