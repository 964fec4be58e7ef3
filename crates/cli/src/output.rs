//! Printing to standard output and standard error without `println!`, which panics when a reader
//! goes away.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use utsushi_imaging::is_standard;

use crate::text::explained;

/// Whether a picture is written to standard output, so that messages go elsewhere.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Reserves standard output for a picture, if that is its target.
pub fn make_way_for(target: &Path) {
    if is_standard(target) {
        TAKEN.store(true, Ordering::Relaxed);
    }
}

/// Prints a line of text to standard output, or to standard error if a picture is written to the
/// former.
///
/// # Errors
/// The output is closed; callers further up do not treat a broken pipe as a failure.
pub fn line(text: impl AsRef<str>) -> io::Result<()> {
    if TAKEN.load(Ordering::Relaxed) {
        remark(text);
        return Ok(());
    }
    let mut output = io::stdout().lock();
    writeln!(output, "{}", text.as_ref())?;
    output.flush()
}

/// Notes on the work as a whole.
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Prints a note to standard error, and keeps it for JSON output.
pub fn note(text: impl Into<String>) {
    let text = text.into();
    remark(format!("note: {text}"));
    NOTES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(text);
}

/// The notes so far.
pub fn notes() -> Vec<String> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Prints a remark to standard error, where it does not mix with the output. Texts of the system in
/// it are explained.
pub fn remark(text: impl AsRef<str>) {
    // A remark that nobody can read is no reason to stop.
    let _ = writeln!(io::stderr(), "{}", explained(text.as_ref()));
}
