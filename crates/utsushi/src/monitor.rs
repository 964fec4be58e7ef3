//! How far painting has come, and whether it is to go on.

use std::sync::atomic::{AtomicBool, Ordering};

/// The progress of painting, in strips or tiles of large pictures and in whole small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Passes through the networks that are done.
    pub done: usize,
    /// Passes in all, at least 1.
    pub total: usize,
}

/// Watches something that takes a while, and may end it.
///
/// `()` does neither. A reference to an [`AtomicBool`] stops when that is set, and [`Watch`] hears
/// of progress as well.
pub trait Monitor {
    /// Called with nothing done first, and after each pass.
    fn progress(&mut self, progress: Progress) {
        let _ = progress;
    }

    /// Whether to stop. It is asked before each pass.
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
    /// Stops when `stop` is set, and calls `progress` after each pass.
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

/// Another monitor's wish to stop without its progress, for steps of something larger.
pub(crate) struct WithoutProgress<'a>(pub(crate) &'a dyn Monitor);

impl Monitor for WithoutProgress<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
