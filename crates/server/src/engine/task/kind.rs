//! The interface between the engine and each kind of work.

use std::fmt::Debug;

use super::Painted;
use crate::engine::worker::Worker;
use crate::engine::{Shared, WorkError};

/// A kind of work, as one address of the API asks for it. Each has a separate file.
pub trait Kind: Debug + Send + Sync {
    /// Checks, as far as headers show, that the work can be done; returns the pixels and memory
    /// that it takes.
    ///
    /// # Errors
    /// The error says what is wrong with the work.
    fn check(&self, shared: &Shared) -> Result<Size, WorkError>;

    /// Does the work on a worker's thread.
    ///
    /// # Errors
    /// The error says why there is no result.
    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError>;
}

/// The size of a task: what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Number of pixels that are painted.
    pub(in crate::engine) painted: u64,
    /// Bytes of all decoded pictures at a time.
    pub(in crate::engine) held: u64,
}

/// Bytes of a pixel with 8 bits a channel and alpha.
pub(in crate::engine) const PIXEL_BYTES: u64 = 4;
