//! Standard output and standard error, without `println!`, which panics when a reader goes away.

use std::io::{self, Write};

/// Prints text and a line end to standard output.
///
/// # Errors
/// The output is closed; a broken pipe is no failure further up.
pub fn line(text: impl AsRef<str>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", text.as_ref())?;
    output.flush()
}

/// Prints a remark to standard error, where it does not disturb whoever reads the output.
pub fn remark(text: impl AsRef<str>) {
    // A remark that nobody can read is no reason to stop.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}
