//! Jobs, whose results clients fetch later.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tracing::Instrument;

use super::api_error::ApiError;
use super::result_store::ResultStore;
use super::state::ServerState;
use super::tagged_result::TaggedResult;
use super::token::random_token;
use super::{RequestNumber, blocking, log};
use crate::panics::catch_in;
use crate::{Painted, Phase, Ticket};

/// Largest number of jobs, including finished ones.
const MOST: usize = 256;

/// The stage of a job.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Waiting,
    Painting {
        done: usize,
        total: usize,
    },
    Done {
        result: TaggedResult,
        /// Whether the result is on the disk, too.
        kept: bool,
    },
    Failed(ApiError),
}

impl Stage {
    fn is_final(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed(_))
    }
}

struct Entry {
    stage: watch::Receiver<Stage>,
    asked: Instant,
    /// Handle of the task; `None` for a job of an earlier server.
    task: Option<AbortHandle>,
    gone: Arc<AtomicBool>,
}

impl Drop for Entry {
    /// Stops the task, whose ticket then cancels the work.
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// All jobs by their names, which are random and long, so that nobody can guess another's.
pub(super) struct JobStore {
    entries: Mutex<HashMap<String, Entry>>,
    time: Duration,
    most_bytes: usize,
    store: Option<Arc<ResultStore>>,
    /// Lock that allows only one result at a time to be read from the disk.
    reading: tokio::sync::Mutex<()>,
}

impl JobStore {
    pub(super) fn new(time: Duration, most_bytes: usize, store: Option<ResultStore>) -> Self {
        Self {
            entries: Mutex::default(),
            time,
            most_bytes,
            store: store.map(Arc::new),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// The store of results on the disk, if they are kept.
    pub(super) fn store(&self) -> Option<&Arc<ResultStore>> {
        self.store.as_ref()
    }

    /// Stores the ticket of a request, and returns the name of the job.
    pub(super) fn start(
        &self,
        state: &Arc<ServerState>,
        mut ticket: Ticket,
        permit: OwnedSemaphorePermit,
        request: RequestNumber,
    ) -> Result<String, ApiError> {
        self.sweep();
        if !self.has_room() {
            let message = "the server keeps as many jobs as it may";
            return Err(ApiError::busy("jobs_full", message));
        }
        let id = random_token().map_err(|_| crate::WorkError::Fault)?;
        let (sender, stage) = watch::channel(Stage::Waiting);
        let gone = Arc::new(AtomicBool::new(false));
        let (state, name, left) = (Arc::clone(state), id.clone(), Arc::clone(&gone));
        let work = async move {
            let finished = async {
                let painted = timeout(state.limits.work_time, follow(&mut ticket, &sender)).await;
                let painted = painted.map_err(|_| ApiError::took_too_long())??;
                state.metrics.painted(&painted);
                let result = TaggedResult::hashed(painted).await?;
                let kept = keep(&state, name, &result, left).await;
                Ok(Stage::Done { result, kept })
            };
            let last = finished.await;
            // Held until here, so that a slow disk slows clients down.
            drop(permit);
            let failed = |error: ApiError| Stage::Failed(error.of_request(request));
            sender.send_replace(last.unwrap_or_else(failed));
        };
        let task = tokio::spawn(catch_in("a job", work).in_current_span());
        let entry = Entry {
            stage,
            asked: Instant::now(),
            task: Some(task.abort_handle()),
            gone,
        };
        self.lock().insert(id.clone(), entry);
        Ok(id)
    }

    /// The stage of a job in memory, for watching; the job counts as asked for.
    pub(super) fn look(&self, id: &str) -> Option<watch::Receiver<Stage>> {
        let mut entries = self.lock();
        let entry = entries.get_mut(id)?;
        entry.asked = Instant::now();
        Some(entry.stage.clone())
    }

    /// The stage of a job, in memory or with a result on the disk, which is brought back into
    /// memory for a while.
    pub(super) async fn find(&self, id: &str) -> Option<watch::Receiver<Stage>> {
        if let Some(stage) = self.look(id) {
            return Some(stage);
        }
        let store = self.store.as_ref().filter(|store| store.holds(id))?;
        let _reading = self.reading.lock().await;
        if let Some(stage) = self.look(id) {
            return Some(stage);
        }
        let (own, name) = (Arc::clone(store), id.to_owned());
        let result = blocking::run(move || own.read(&name)).await.ok()??;
        let kept = true;
        let (_, stage) = watch::channel(Stage::Done { result, kept });
        let entry = Entry {
            stage: stage.clone(),
            asked: Instant::now(),
            task: None,
            gone: Arc::default(),
        };
        // Whether or not there is room for it: it can leave again at any time.
        self.has_room();
        self.lock().insert(id.to_owned(), entry);
        if !store.holds(id) {
            // Forgotten while it was read.
            self.lock().remove(id);
            return None;
        }
        self.sweep();
        Some(stage)
    }

    /// Cancels a job or deletes its result; false if there is no such job.
    pub(super) async fn remove(&self, id: &str) -> bool {
        let removed = self.lock().remove(id).is_some();
        let Some(store) = self.store.as_ref().filter(|store| store.holds(id)) else {
            return removed;
        };
        let (own, name) = (Arc::clone(store), id.to_owned());
        let forgotten = blocking::run(move || own.remove(&name)).await;
        forgotten.unwrap_or(false) || removed
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

    /// Drops jobs that nobody has asked for lately, and the oldest results beyond the limit of
    /// memory. Results that are kept stay on the disk until they expire.
    pub(super) fn sweep(&self) {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.asked.elapsed() < self.time);
        let mut results: Vec<(Instant, usize, String)> = Vec::new();
        for (id, entry) in entries.iter() {
            if let Stage::Done { result, .. } = &*entry.stage.borrow() {
                results.push((entry.asked, result.painted.bytes.len(), id.clone()));
            }
        }
        results.sort_by_key(|(asked, ..)| *asked);
        let mut held = 0;
        for (_, bytes, id) in results.iter().rev() {
            held += bytes;
            if held > self.most_bytes {
                entries.remove(id);
            }
        }
        drop(entries);
        if let Some(store) = self.store.as_ref().filter(|store| store.has_old()) {
            let store = Arc::clone(store);
            tokio::spawn(blocking::run(move || store.clear_old()));
        }
    }

    /// Whether there is room for another job; results on the disk leave memory for it.
    fn has_room(&self) -> bool {
        let mut entries = self.lock();
        if entries.len() < MOST {
            return true;
        }
        let kept = entries
            .iter()
            .filter(|(_, entry)| matches!(&*entry.stage.borrow(), Stage::Done { kept: true, .. }));
        let oldest = kept.min_by_key(|(_, entry)| entry.asked);
        match oldest.map(|(id, _)| id.clone()) {
            Some(id) => entries.remove(&id).is_some(),
            None => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a result to the disk, if that is configured, before anybody is told that it is finished.
async fn keep(
    state: &ServerState,
    id: String,
    result: &TaggedResult,
    gone: Arc<AtomicBool>,
) -> bool {
    let Some(store) = state.jobs.store().map(Arc::clone) else {
        return false;
    };
    let (began, result) = (Instant::now(), result.clone());
    let reason = match blocking::run(move || store.put(&id, &result, &gone)).await {
        Ok(Ok(kept)) => return kept,
        Ok(Err(reason)) => reason.to_string(),
        Err(error) => error.message,
    };
    state.metrics.not_kept();
    log::not_kept(began.elapsed(), &reason);
    false
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
