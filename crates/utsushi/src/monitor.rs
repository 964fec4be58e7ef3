//! Monitors: progress of painting, and requests to stop it.

use std::sync::atomic::{AtomicBool, Ordering};

/// Progress of painting, counted in passes through the networks: strips or tiles of large pictures,
/// and whole small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Number of passes done.
    pub done: usize,
    /// Number of passes in all, at least 1.
    pub total: usize,
}

/// Watches something that takes a while, and may end it.
///
/// `()` does neither. A reference to an [`AtomicBool`] stops when that is set, and [`Watch`] is
/// told of progress, too.
pub trait Monitor {
    /// Tells the progress: called once at the start, with nothing done, and after each pass.
    fn progress(&mut self, progress: Progress) {
        let _ = progress;
    }

    /// Whether to stop; asked before each pass.
    fn cancelled(&self) -> bool {
        false
    }
}

impl Monitor for () {}

impl Monitor for &AtomicBool {
    fn cancelled(&self) -> bool {
        self.load(Ordering::Relaxed)
    }
}

/// A [`Monitor`] that calls a closure with the progress and stops when a flag is set.
#[derive(Debug)]
pub struct Watch<'a, F> {
    stop: &'a AtomicBool,
    progress: F,
}

impl<'a, F: FnMut(Progress)> Watch<'a, F> {
    /// A monitor that stops when `stop` is set, and calls `progress` after each pass.
    pub fn new(stop: &'a AtomicBool, progress: F) -> Self {
        Self { stop, progress }
    }
}

impl<F: FnMut(Progress)> Monitor for Watch<'_, F> {
    fn progress(&mut self, progress: Progress) {
        (self.progress)(progress);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Passes on another monitor's request to stop, but no progress, for steps of a larger operation.
pub(crate) struct WithoutProgress<'a>(pub(crate) &'a dyn Monitor);

impl Monitor for WithoutProgress<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
