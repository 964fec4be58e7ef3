//! Settings of a preparation that are not the set's own.

use std::path::PathBuf;

/// Options for preparing a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareOptions {
    /// Folder that relative source paths start from; without one, the sets file's folder.
    pub root: Option<PathBuf>,
    /// Side of the pictures in pixels (16…1024) in place of the sets file's.
    pub size: Option<u32>,
    /// Threads that decode and cut; 0 for one a core.
    pub threads: usize,
    /// At most so many pictures of each source, the first by name: for a quick trial.
    pub limit: Option<usize>,
    /// Most bytes that one picture file may have; larger ones are dropped unread.
    pub max_file_bytes: u64,
    /// Most pixels that one picture may have; larger ones are dropped before they are decoded.
    pub max_pixels: u64,
    /// Whether a set that was prepared with other settings may be changed.
    pub force: bool,
}

impl Default for PrepareOptions {
    /// One thread a core, 64 MiB a file, 64 megapixels a picture.
    fn default() -> Self {
        Self {
            root: None,
            size: None,
            threads: 0,
            limit: None,
            max_file_bytes: 64 << 20,
            max_pixels: 64_000_000,
            force: false,
        }
    }
}
