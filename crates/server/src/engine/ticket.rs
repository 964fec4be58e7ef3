//! Tickets, which callers hold until their work is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{oneshot, watch};
use tracing::Span;

use super::task::Painted;
use super::task::Size;
use super::{Shared, SubmitError, Task, WorkError};

/// The phase of accepted work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The work has not been started.
    Waiting,
    /// The work is being done: strips of its picture, frames, or paintings of a sheet are painted.
    Painting {
        /// Number of these that are painted.
        done: usize,
        /// Number of all of them, at least 1.
        total: usize,
    },
    /// The work is finished: there is a result, or a reason why there is none.
    Finished,
}

/// A ticket for accepted work. Dropping it cancels the work.
#[derive(Debug)]
pub struct Ticket {
    shared: Arc<Shared>,
    number: u64,
    cancel: Arc<AtomicBool>,
    phase: watch::Receiver<Phase>,
    outcome: oneshot::Receiver<Result<Painted, WorkError>>,
}

/// The engine's end of a ticket.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) task: Task,
    pub(super) size: Size,
    pub(super) cancel: Arc<AtomicBool>,
    pub(super) phase: watch::Sender<Phase>,
    pub(super) outcome: oneshot::Sender<Result<Painted, WorkError>>,
    /// The tracing span in which the work was submitted, and in which it is logged.
    pub(super) span: Span,
}

pub(super) fn submit(shared: &Arc<Shared>, task: Task, size: Size) -> Result<Ticket, SubmitError> {
    let (phase_sender, phase) = watch::channel(Phase::Waiting);
    let (outcome_sender, outcome) = oneshot::channel();
    let cancel = Arc::new(AtomicBool::new(false));
    let number = shared.queue.push(|number| Job {
        number,
        task,
        size,
        cancel: Arc::clone(&cancel),
        phase: phase_sender,
        outcome: outcome_sender,
        span: Span::current(),
    })?;
    Ok(Ticket {
        shared: Arc::clone(shared),
        number,
        cancel,
        phase,
        outcome,
    })
}

impl Ticket {
    /// Waits for the result, blocking the current thread.
    ///
    /// # Errors
    /// The error says why there is no result.
    ///
    /// # Panics
    /// If called in an asynchronous task, for which there is [`Ticket::finished`].
    pub fn wait(mut self) -> Result<Painted, WorkError> {
        let (_, never) = oneshot::channel();
        let outcome = std::mem::replace(&mut self.outcome, never);
        outcome.blocking_recv().unwrap_or(Err(WorkError::Fault))
    }

    /// Waits for the result in an asynchronous task; may be called once.
    ///
    /// # Errors
    /// The error says why there is no result.
    pub async fn finished(&mut self) -> Result<Painted, WorkError> {
        (&mut self.outcome).await.unwrap_or(Err(WorkError::Fault))
    }

    /// The current phase of the work.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// A channel that reports each change of phase.
    pub(crate) fn phases(&self) -> watch::Receiver<Phase> {
        self.phase.clone()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        self.shared.queue.remove(self.number);
    }
}
