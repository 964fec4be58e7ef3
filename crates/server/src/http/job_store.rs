//! Jobs that clients come back for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::fault::Fault;
use super::studio::Studio;
use super::token::random_token;
use crate::{Painted, Phase, Ticket};

/// Most jobs, finished ones among them.
const MOST: usize = 256;

/// How a job stands.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Waiting,
    Painting { done: usize, total: usize },
    Done(Painted),
    Failed(Fault),
}

impl Stage {
    fn is_final(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_))
    }
}

struct Entry {
    stage: watch::Receiver<Stage>,
    asked: Instant,
    task: AbortHandle,
}

impl Drop for Entry {
    /// Ends the task, whose ticket then cancels the work.
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// All jobs by their names, which are random and long, so that nobody guesses another's.
pub(super) struct JobStore {
    entries: Mutex<HashMap<String, Entry>>,
    time: Duration,
    most_bytes: usize,
}

impl JobStore {
    pub(super) fn new(time: Duration, most_bytes: usize) -> Self {
        Self {
            entries: Mutex::default(),
            time,
            most_bytes,
        }
    }

    /// Keeps a ticket for a client; the name of the job.
    pub(super) fn start(
        &self,
        studio: &Arc<Studio>,
        mut ticket: Ticket,
        permit: OwnedSemaphorePermit,
    ) -> Result<String, Fault> {
        self.sweep();
        if self.lock().len() >= MOST {
            let message = "the server keeps as many jobs as it may";
            return Err(Fault::busy("jobs_full", message));
        }
        let (sender, stage) = watch::channel(Stage::Waiting);
        let studio = Arc::clone(studio);
        let task = tokio::spawn(async move {
            let painted = timeout(studio.limits.work_time, follow(&mut ticket, &sender)).await;
            let last = match painted {
                Ok(Ok(painted)) => {
                    studio.metrics.painted(&painted);
                    Stage::Done(painted)
                }
                Ok(Err(error)) => Stage::Failed(error.into()),
                Err(_) => Stage::Failed(Fault::took_too_long()),
            };
            drop(permit);
            sender.send_replace(last);
        });
        let entry = Entry {
            stage,
            asked: Instant::now(),
            task: task.abort_handle(),
        };
        let id = random_token().map_err(|_| crate::WorkError::Fault)?;
        self.lock().insert(id.clone(), entry);
        Ok(id)
    }

    /// How a job stands, to be watched; it counts as asked for.
    pub(super) fn look(&self, id: &str) -> Option<watch::Receiver<Stage>> {
        let mut entries = self.lock();
        let entry = entries.get_mut(id)?;
        entry.asked = Instant::now();
        Some(entry.stage.clone())
    }

    /// Cancels a job or forgets its result; false if there is none of that name.
    pub(super) fn remove(&self, id: &str) -> bool {
        self.lock().remove(id).is_some()
    }

    pub(super) fn unfinished(&self) -> usize {
        let entries = self.lock();
        let open = entries
            .values()
            .filter(|entry| !entry.stage.borrow().is_final());
        open.count()
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Drops jobs that nobody has asked for lately, and the oldest results beyond the bytes that
    /// may be kept.
    pub(super) fn sweep(&self) {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.asked.elapsed() < self.time);
        let mut results: Vec<(Instant, usize, String)> = Vec::new();
        for (id, entry) in entries.iter() {
            if let Stage::Done(painted) = &*entry.stage.borrow() {
                results.push((entry.asked, painted.bytes.len(), id.clone()));
            }
        }
        results.sort_by_key(|(asked, ..)| *asked);
        let mut kept = 0;
        for (_, bytes, id) in results.iter().rev() {
            kept += bytes;
            if kept > self.most_bytes {
                entries.remove(id);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn follow(
    ticket: &mut Ticket,
    sender: &watch::Sender<Stage>,
) -> Result<Painted, crate::WorkError> {
    let mut phases = ticket.phases();
    loop {
        tokio::select! {
            outcome = ticket.finished() => return outcome,
            changed = phases.changed() => {
                if changed.is_err() {
                    return ticket.finished().await;
                }
                if let Phase::Painting { done, total } = *phases.borrow_and_update() {
                    sender.send_replace(Stage::Painting { done, total });
                }
            }
        }
    }
}
