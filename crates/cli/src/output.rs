//! Standard output and standard error, without `println!`, which panics when a reader goes away.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use utsushi_imaging::is_standard;

use crate::text::explained;

/// Whether a picture goes to standard output, so that words go elsewhere.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Leaves standard output to a picture where that is where it goes.
pub fn make_way_for(target: &Path) {
    if is_standard(target) {
        TAKEN.store(true, Ordering::Relaxed);
    }
}

/// Prints text and a line end to standard output, or to standard error where a picture goes to
/// the former.
///
/// # Errors
/// The output is closed; a broken pipe is no failure further up.
pub fn line(text: impl AsRef<str>) -> io::Result<()> {
    if TAKEN.load(Ordering::Relaxed) {
        remark(text);
        return Ok(());
    }
    let mut output = io::stdout().lock();
    writeln!(output, "{}", text.as_ref())?;
    output.flush()
}

/// What was noted of the whole of the work.
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Prints a note to standard error, and keeps it for what is told as JSON.
pub fn note(text: impl Into<String>) {
    let text = text.into();
    remark(format!("note: {text}"));
    NOTES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(text);
}

/// What was noted so far.
pub fn notes() -> Vec<String> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Prints a remark to standard error, where it does not disturb whoever reads the output. What the
/// system said in it is explained.
pub fn remark(text: impl AsRef<str>) {
    // A remark that nobody can read is no reason to stop.
    let _ = writeln!(io::stderr(), "{}", explained(text.as_ref()));
}
