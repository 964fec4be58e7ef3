use std::sync::atomic::{AtomicBool, Ordering};

use crate::{EvaluateError, Progress};

/// Counts pictures, reports progress, and checks whether to stop.
pub(crate) struct Tally<'a> {
    now: Progress,
    tell: &'a mut dyn FnMut(&Progress),
    stop: &'a AtomicBool,
}

impl<'a> Tally<'a> {
    pub(super) fn new(
        total: usize,
        tell: &'a mut dyn FnMut(&Progress),
        stop: &'a AtomicBool,
    ) -> Self {
        let (done, what) = (0, String::new());
        let now = Progress { done, total, what };
        Self { now, tell, stop }
    }

    /// Begins with the next pictures, and says what they are processed for.
    pub(super) fn begin(&mut self, what: String) {
        self.now.what = what;
        (self.tell)(&self.now);
    }

    /// Counts one more picture as done, and reports it.
    ///
    /// # Errors
    /// [`EvaluateError::Stopped`] if a stop was asked for.
    pub(super) fn one(&mut self) -> Result<(), EvaluateError> {
        self.now.done = (self.now.done + 1).min(self.now.total);
        (self.tell)(&self.now);
        if self.stop.load(Ordering::Relaxed) {
            Err(EvaluateError::Stopped)
        } else {
            Ok(())
        }
    }
}
