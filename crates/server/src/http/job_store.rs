//! Jobs that clients come back for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::timeout;

use super::fault::Fault;
use super::shelf::Shelf;
use super::studio::Studio;
use super::token::random_token;
use crate::{Painted, Phase, Ticket};

/// Most jobs, finished ones among them.
const MOST: usize = 256;

/// How a job stands.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Waiting,
    Painting {
        done: usize,
        total: usize,
    },
    Done {
        painted: Painted,
        /// Whether it is on the disk too.
        kept: bool,
    },
    Failed(Fault),
}

impl Stage {
    fn is_final(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed(_))
    }
}

struct Entry {
    stage: watch::Receiver<Stage>,
    asked: Instant,
    /// None for a job of an earlier server.
    task: Option<AbortHandle>,
    gone: Arc<AtomicBool>,
}

impl Drop for Entry {
    /// Ends the task, whose ticket then cancels the work.
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// All jobs by their names, which are random and long, so that nobody guesses another's.
pub(super) struct JobStore {
    entries: Mutex<HashMap<String, Entry>>,
    time: Duration,
    most_bytes: usize,
    shelf: Option<Arc<Shelf>>,
    /// One result is read from the disk at a time.
    reading: tokio::sync::Mutex<()>,
}

impl JobStore {
    pub(super) fn new(time: Duration, most_bytes: usize, shelf: Option<Shelf>) -> Self {
        Self {
            entries: Mutex::default(),
            time,
            most_bytes,
            shelf: shelf.map(Arc::new),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// Where results are kept, if they are.
    pub(super) fn shelf(&self) -> Option<&Arc<Shelf>> {
        self.shelf.as_ref()
    }

    /// Keeps a ticket for a client; the name of the job.
    pub(super) fn start(
        &self,
        studio: &Arc<Studio>,
        mut ticket: Ticket,
        permit: OwnedSemaphorePermit,
    ) -> Result<String, Fault> {
        self.sweep();
        if !self.has_room() {
            let message = "the server keeps as many jobs as it may";
            return Err(Fault::busy("jobs_full", message));
        }
        let id = random_token().map_err(|_| crate::WorkError::Fault)?;
        let (sender, stage) = watch::channel(Stage::Waiting);
        let gone = Arc::new(AtomicBool::new(false));
        let (studio, name, left) = (Arc::clone(studio), id.clone(), Arc::clone(&gone));
        let task = tokio::spawn(async move {
            let painted = timeout(studio.limits.work_time, follow(&mut ticket, &sender)).await;
            let last = match painted {
                Ok(Ok(painted)) => {
                    studio.metrics.painted(&painted);
                    let kept = keep(&studio, name, &painted, left).await;
                    Stage::Done { painted, kept }
                }
                Ok(Err(error)) => Stage::Failed(error.into()),
                Err(_) => Stage::Failed(Fault::took_too_long()),
            };
            // Held until here, so that a slow disk slows clients down.
            drop(permit);
            sender.send_replace(last);
        });
        let entry = Entry {
            stage,
            asked: Instant::now(),
            task: Some(task.abort_handle()),
            gone,
        };
        self.lock().insert(id.clone(), entry);
        Ok(id)
    }

    /// How a job in memory stands, to be watched; it counts as asked for.
    pub(super) fn look(&self, id: &str) -> Option<watch::Receiver<Stage>> {
        let mut entries = self.lock();
        let entry = entries.get_mut(id)?;
        entry.asked = Instant::now();
        Some(entry.stage.clone())
    }

    /// The same for jobs whose results are kept too: these come back into memory for a while.
    pub(super) async fn find(&self, id: &str) -> Option<watch::Receiver<Stage>> {
        if let Some(stage) = self.look(id) {
            return Some(stage);
        }
        let shelf = self.shelf.as_ref().filter(|shelf| shelf.holds(id))?;
        let _reading = self.reading.lock().await;
        if let Some(stage) = self.look(id) {
            return Some(stage);
        }
        let (own, name) = (Arc::clone(shelf), id.to_owned());
        let painted = spawn_blocking(move || own.read(&name)).await.ok()??;
        let kept = true;
        let (_, stage) = watch::channel(Stage::Done { painted, kept });
        let entry = Entry {
            stage: stage.clone(),
            asked: Instant::now(),
            task: None,
            gone: Arc::default(),
        };
        // Whether or not there is room for it: it can leave again at any time.
        self.has_room();
        self.lock().insert(id.to_owned(), entry);
        if !shelf.holds(id) {
            // Forgotten while it was read.
            self.lock().remove(id);
            return None;
        }
        self.sweep();
        Some(stage)
    }

    /// Cancels a job or forgets its result; false if there is none of that name.
    pub(super) async fn remove(&self, id: &str) -> bool {
        let removed = self.lock().remove(id).is_some();
        let Some(shelf) = self.shelf.as_ref().filter(|shelf| shelf.holds(id)) else {
            return removed;
        };
        let (own, name) = (Arc::clone(shelf), id.to_owned());
        spawn_blocking(move || own.remove(&name))
            .await
            .unwrap_or(false)
            || removed
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
    /// may be held in memory. Those that are kept stay on the disk until they have come of age.
    pub(super) fn sweep(&self) {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.asked.elapsed() < self.time);
        let mut results: Vec<(Instant, usize, String)> = Vec::new();
        for (id, entry) in entries.iter() {
            if let Stage::Done { painted, .. } = &*entry.stage.borrow() {
                results.push((entry.asked, painted.bytes.len(), id.clone()));
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
        if let Some(shelf) = self.shelf.as_ref().filter(|shelf| shelf.has_old()) {
            let shelf = Arc::clone(shelf);
            spawn_blocking(move || shelf.clear_old());
        }
    }

    /// Whether another job fits; kept results leave the memory for it.
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

/// Puts a result on the disk, where that is asked for, before anybody is told that it is done.
async fn keep(studio: &Studio, id: String, painted: &Painted, gone: Arc<AtomicBool>) -> bool {
    let Some(shelf) = studio.jobs.shelf().map(Arc::clone) else {
        return false;
    };
    let (began, painted) = (Instant::now(), painted.clone());
    let kept = spawn_blocking(move || shelf.put(&id, &painted, &gone)).await;
    match kept {
        Ok(Ok(kept)) => kept,
        _ => {
            studio.not_kept(began.elapsed());
            false
        }
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
