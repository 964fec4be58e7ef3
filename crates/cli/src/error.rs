//! Errors for people: one line that says what is wrong, and one that says what to do.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::panic::UnwindSafe;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::exit_code::ExitCode;
use crate::text::explained;
use crate::{output, suggestions};

mod hint;
mod kind;

pub use hint::{A_RUN, of as hint_of};
pub use kind::{FileError, UsageError};

/// Prints an error and returns its exit code; for `--json` also as an object on standard output. A
/// reader that has gone away, as in `utsushi … | head`, is not an error.
pub fn report(error: &anyhow::Error, as_json: bool) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::Done;
    }
    if as_json {
        // Whoever reads standard error is told below.
        let _ = output::line(object(error).to_string());
    }
    output::remark(format!("error: {}", sentence(error)));
    if let Some(hint) = hint::of(error) {
        output::remark(format!("hint: {hint}"));
    }
    if kind::is_wrong_usage(error) {
        ExitCode::Usage
    } else {
        ExitCode::Failed
    }
}

/// An error as a JSON object for `--json`.
pub fn object(error: &anyhow::Error) -> Value {
    let mut object = json!({"status": "failed", "error": explained(&sentence(error))});
    if let Some(hint) = hint::of(error) {
        object["hint"] = hint.into();
    }
    object
}

/// Prints clap's message: help and version, which are not errors, or what is wrong with the
/// arguments.
pub fn refuse_arguments(refusal: clap::Error) -> ExitCode {
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words.map(|it| it.to_string_lossy().into_owned()).collect();
    let refusal = suggestions::mend(refusal, &words);
    // Nobody reads it if it cannot be printed.
    let _ = refusal.print();
    if refusal.use_stderr() {
        ExitCode::Usage
    } else {
        ExitCode::Done
    }
}

/// Message of the last panic of any thread.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

thread_local! {
    /// Message and place of this thread's last panic.
    static OWN_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Takes message and place of this thread's last panic; `None` at the next call.
pub fn take_panic() -> Option<String> {
    OWN_PANIC.take()
}

/// Runs the program, and converts a panic to a message and an exit code. No input should cause one,
/// so a user who sees the message has found a bug.
pub fn catch_panics(run: impl FnOnce() -> ExitCode + UnwindSafe) -> ExitCode {
    // Kept instead of printed: what wraps other people's decoders catches their panics, and makes
    // ordinary errors of them.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let what = panic.payload_as_str().unwrap_or("no message");
        let text = format!("{what} ({})", place.as_deref().unwrap_or("unknown place"));
        // A thread that is ending has no such place any more.
        let _ = OWN_PANIC.try_with(|last| last.replace(Some(text.clone())));
        if let Ok(mut last) = PANIC.lock() {
            *last = Some(text);
        }
    }));
    std::panic::catch_unwind(run).unwrap_or_else(|_| {
        let text = PANIC.lock().ok().and_then(|mut last| last.take());
        output::remark(format!(
            "error: this is a bug in utsushi {}: {}\nhint: please report it with the command and, \
             if you can, the file that led to it",
            env!("CARGO_PKG_VERSION"),
            text.unwrap_or_default(),
        ));
        ExitCode::Failed
    })
}

/// Joins an error and its causes to one line. Many library errors contain their cause, which is
/// then not repeated.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        let cause = cause.trim_end();
        if text.is_empty() {
            text = cause.to_owned();
        } else if !text.contains(cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn causes_are_said_once() {
        let inner: anyhow::Error = io::Error::other("disk on fire").into();
        let outer = inner.context("a.png: cannot be read: disk on fire");
        assert_eq!(sentence(&outer), "a.png: cannot be read: disk on fire");
        let outer = outer.context("no model");
        assert_eq!(
            sentence(&outer),
            "no model: a.png: cannot be read: disk on fire"
        );
    }

    #[test]
    fn a_panic_becomes_an_exit_code() {
        assert_eq!(catch_panics(|| ExitCode::Done), ExitCode::Done);
        assert_eq!(catch_panics(|| panic!("a bug")), ExitCode::Failed);
        // Other tests want to see what failed.
        let _ = std::panic::take_hook();
    }

    #[test]
    fn codes_follow_the_kind_of_error() {
        let pipe = Err::<(), _>(io::Error::from(ErrorKind::BrokenPipe)).context("printing");
        assert_eq!(report(&pipe.unwrap_err(), true), ExitCode::Done);
        let usage = anyhow::Error::new(UsageError::new("no style").hint("add --style"));
        assert_eq!(report(&usage, false), ExitCode::Usage);
        assert_eq!(
            report(&anyhow::anyhow!("anything else"), false),
            ExitCode::Failed
        );
    }
}
