//! Options of keeping results that outlive the server.

use std::path::PathBuf;
use std::time::Duration;

/// Options of keeping the results of finished jobs on the disk, so that a restarted server still
/// has them.
///
/// Only paintings are written, never the pictures that were sent. The oldest results make room for
/// new ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepOptions {
    /// A folder for this purpose alone, which is created if needed. Only one server uses it at a
    /// time.
    pub folder: PathBuf,
    /// Largest number of results, at least 1.
    pub results: usize,
    /// Largest number of bytes of all results together.
    pub bytes: u64,
    /// Time after which a result is deleted.
    pub time: Duration,
}

impl KeepOptions {
    /// Options for a thousand results, a gibibyte, and seven days.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            results: 1000,
            bytes: 1 << 30,
            time: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}
