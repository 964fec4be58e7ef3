//! Options of an inspection, and its progress.

/// Options of inspecting sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectOptions {
    /// Number of threads that decode; 0 for one per core.
    pub threads: usize,
    /// Number of bits in which the fingerprints of look-alikes may differ, 0…15, as in a sets file.
    pub duplicate_distance: u32,
    /// Number of pictures of each style on the contact sheet, spread evenly over its files.
    pub sheet_pictures: usize,
    /// Side of a picture on the contact sheet, in pixels.
    pub sheet_cell: u32,
    /// Largest size in bytes of one picture file.
    pub max_file_bytes: u64,
    /// Largest number of pixels of one picture.
    pub max_pixels: u64,
}

impl Default for InspectOptions {
    /// Defaults: one thread per core, 12 pictures of each style at 96 pixels, and the limits of a
    /// preparation.
    fn default() -> Self {
        Self {
            threads: 0,
            duplicate_distance: 4,
            sheet_pictures: 12,
            sheet_cell: 96,
            max_file_bytes: 64 << 20,
            max_pixels: 64_000_000,
        }
    }
}

/// Progress of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectProgress {
    /// The style that is being inspected.
    pub style: String,
    /// Number of pictures inspected, of all sources.
    pub done: usize,
    /// Number of pictures in all sources.
    pub total: usize,
}
