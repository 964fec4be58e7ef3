//! Panics of threads that must not end with one piece of work: told to the log.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

/// Runs `work`; if it panics, logs an error with the message and `place`, the part of the server
/// that panicked, and returns `None`.
///
/// The error is logged inside the current span, by which an operator finds the request.
pub(crate) fn catch<T>(place: &'static str, work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Some(done),
        Err(payload) => {
            log(place, &*payload);
            None
        }
    }
}

/// The same for a future, which is not polled again after a panic.
pub(crate) async fn catch_in<F: Future>(place: &'static str, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    std::future::poll_fn(
        |context| match catch(place, || work.as_mut().poll(context)) {
            Some(polled) => polled.map(Some),
            None => std::task::Poll::Ready(None),
        },
    )
    .await
}

fn log(place: &'static str, payload: &(dyn Any + Send)) {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let message = text.or_else(|| payload.downcast_ref::<&str>().copied());
    tracing::error!(panic = message.unwrap_or("no message"), "{place} panicked");
}
