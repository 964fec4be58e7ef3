//! Blocking work, which would keep the single asynchronous thread from answering others.

use tokio::task::spawn_blocking;
use tracing::Span;

use super::api_error::ApiError;
use crate::{WorkError, panics};

/// Largest number of threads for blocking work at a time.
pub(super) const THREADS: usize = 16;

/// Runs `work` on a separate thread, inside the current span.
///
/// # Errors
/// The work panicked, which is in the log.
pub(super) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let span = Span::current();
    let work = move || span.in_scope(|| panics::catch("a thread for long work", work));
    let done = spawn_blocking(work).await.ok().flatten();
    done.ok_or_else(|| WorkError::Fault.into())
}
