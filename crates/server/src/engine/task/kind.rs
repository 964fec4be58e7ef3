//! What the engine must know of a kind of work.

use std::fmt::Debug;

use super::Painted;
use crate::engine::worker::Worker;
use crate::engine::{Shared, WorkError};

/// A kind of work: what an address of the API asks for. Each has a file here.
pub trait Kind: Debug + Send + Sync {
    /// Whether it can be done, as far as headers tell; the pixels that it takes.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self, shared: &Shared) -> Result<Size, WorkError>;

    /// Does it, on a worker's thread.
    ///
    /// # Errors
    /// Why there is no result.
    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError>;
}

/// What a task takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels that are painted.
    pub(in crate::engine) painted: u64,
    /// Bytes of all that is decoded at a time.
    pub(in crate::engine) held: u64,
}

/// Bytes of a pixel of 8 bits a channel, with alpha.
pub(in crate::engine) const PIXEL_BYTES: u64 = 4;
