//! What whoever asked for a picture holds until it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{oneshot, watch};
use tracing::Span;

use super::task::Painted;
use super::task::Size;
use super::{Shared, SubmitError, Task, WorkError};

/// The phase of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nobody has begun with it.
    Waiting,
    /// It is decoded and painted; strips of its picture, frames, or paintings of a sheet.
    Painting {
        /// The number of those that are painted.
        done: usize,
        /// The number of all, at least 1.
        total: usize,
    },
    /// The result is there, or the reason why there is none.
    Finished,
}

/// A piece of work that was taken on. Dropping it cancels the work.
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
    /// The span in which the work was handed in: what the log says of it stands inside.
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
    /// Waits for the result, on a thread of one's own.
    ///
    /// # Errors
    /// Why there is no result.
    ///
    /// # Panics
    /// Inside of an asynchronous task; [`Ticket::finished`] is for these.
    pub fn wait(mut self) -> Result<Painted, WorkError> {
        let (_, never) = oneshot::channel();
        let outcome = std::mem::replace(&mut self.outcome, never);
        outcome.blocking_recv().unwrap_or(Err(WorkError::Fault))
    }

    /// Waits for the result in an asynchronous task; once.
    ///
    /// # Errors
    /// Why there is no result.
    pub async fn finished(&mut self) -> Result<Painted, WorkError> {
        (&mut self.outcome).await.unwrap_or(Err(WorkError::Fault))
    }

    /// How far the work is.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// To be told of each step.
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
