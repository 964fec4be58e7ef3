//! How far a preparation is.

/// Progress of a preparation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareProgress {
    /// The style that is being worked on.
    pub style: String,
    /// Pictures looked at, in all sources.
    pub done: usize,
    /// Pictures in all sources.
    pub total: usize,
    /// Of those looked at, pictures kept.
    pub kept: usize,
}
