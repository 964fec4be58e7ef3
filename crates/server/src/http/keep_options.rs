//! Settings for results that outlive the server.

use std::path::PathBuf;
use std::time::Duration;

/// Settings for keeping the results of finished jobs on the disk, so that a server that is started
/// again still has them.
///
/// Only what was painted is written, never what was sent. The oldest results make room for new
/// ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepOptions {
    /// A folder for this alone; made if it is not there. One server uses it at a time.
    pub folder: PathBuf,
    /// Most results, at least 1.
    pub results: usize,
    /// Most bytes of all results together.
    pub bytes: u64,
    /// The time after which a result is deleted.
    pub time: Duration,
}

impl KeepOptions {
    /// A thousand results, a gibibyte, seven days.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            results: 1000,
            bytes: 1 << 30,
            time: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}
