//! Progress of a preparation, for callers.

/// Progress of a preparation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareProgress {
    /// The style that is being prepared.
    pub style: String,
    /// Number of pictures processed, of all sources.
    pub done: usize,
    /// Number of pictures in all sources.
    pub total: usize,
    /// Number of processed pictures that were kept.
    pub kept: usize,
}
