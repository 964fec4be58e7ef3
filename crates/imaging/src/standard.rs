//! Standard input and output in place of files.

use std::io::{self, Write};
use std::path::Path;

/// Whether a path is `-`, which stands for a standard stream. A file of that name is `./-`.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Writes bytes to standard output.
pub(crate) fn put(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}
