//! Catching of panics that must end only one piece of work and not its thread: they are logged.

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

/// Runs a future as [`catch`] runs work; it is not polled again after a panic.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Poll, Waker};

    fn polled<F: Future>(future: F) -> Poll<F::Output> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_panic_of_a_call_or_a_future_is_none() {
        assert_eq!(catch("a test", || 3), Some(3));
        assert_eq!(catch("a test", || -> u8 { panic!("no") }), None);
        assert_eq!(
            polled(catch_in("a test", async { 3 })),
            Poll::Ready(Some(3))
        );
        let panicking = std::future::poll_fn(|_| -> Poll<u8> { panic!("no") });
        assert_eq!(polled(catch_in("a test", panicking)), Poll::Ready(None));
        let waiting = std::future::pending::<u8>();
        assert!(polled(catch_in("a test", waiting)).is_pending());
    }
}
