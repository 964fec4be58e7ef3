//! Options of a preparation that are not part of the sets file.

use std::path::PathBuf;

/// Options of preparing a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareOptions {
    /// Folder from which relative source paths start; by default the sets file's folder.
    pub root: Option<PathBuf>,
    /// Side of the pictures in pixels (16…1024), instead of the sets file's.
    pub size: Option<u32>,
    /// Number of threads that decode and cut; 0 for one per core.
    pub threads: usize,
    /// Largest number of pictures of each source, taken in the order of names, for a quick trial.
    pub limit: Option<usize>,
    /// Largest size in bytes of one picture file; larger ones are dropped unread.
    pub max_file_bytes: u64,
    /// Largest number of pixels of one picture; larger ones are dropped before they are decoded.
    pub max_pixels: u64,
    /// Whether a set that was prepared with other settings may be changed.
    pub force: bool,
}

impl Default for PrepareOptions {
    /// Defaults: one thread per core, 64 MiB a file, 64 megapixels a picture.
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
