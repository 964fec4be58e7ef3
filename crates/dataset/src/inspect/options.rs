//! Settings of an inspection.

/// Options for inspecting sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectOptions {
    /// Threads that decode; 0 for one a core.
    pub threads: usize,
    /// Bits in which the fingerprints of look-alikes may differ, 0…15, as in a sets file.
    pub duplicate_distance: u32,
    /// Pictures of each style on the contact sheet, spread evenly over its files.
    pub sheet_pictures: usize,
    /// Side of a picture on the contact sheet, in pixels.
    pub sheet_cell: u32,
    /// Most bytes that one picture file may have.
    pub max_file_bytes: u64,
    /// Most pixels that one picture may have.
    pub max_pixels: u64,
}

impl Default for InspectOptions {
    /// One thread a core, 12 pictures a style at 96 pixels, the limits of a preparation.
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
    /// The style that is being looked through.
    pub style: String,
    /// Pictures looked at, in all sources.
    pub done: usize,
    /// Pictures in all sources.
    pub total: usize,
}
