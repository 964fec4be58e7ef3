//! The block of products that all convolutions in reduced precision are made of.

/// Sums of products: up to two tiles of 16 rows of one side times up to two tiles of 16 columns of
/// the other, over any number of steps of 32 factors.
///
/// `sums[r][c] = (add ? sums[r][c] : 0) + Σ over steps s and i < 32 of
/// left[(offsets[s] + r · left_row) bytes][i] · right[s][c / 16][i / 2][c % 16][i % 2]`
pub(super) struct Block {
    /// Numbers of the left factor, 16 bits each, with a row for every row of the result.
    pub(super) left: *const u16,
    /// Distance in bytes from a row of the left factor to the next.
    pub(super) left_row: usize,
    /// Byte offset from `left`, for every step, at which the step's numbers begin in each row.
    pub(super) offsets: *const usize,
    /// The number of steps of the sum, at least one.
    pub(super) steps: usize,
    /// Numbers of the right factor, 16 bits each: for every step and tile, one after the other, 16
    /// pairs of rows of 16 columns.
    pub(super) right: *const u16,
    /// Number of tiles of rows, 1 or 2.
    pub(super) row_tiles: usize,
    /// Number of tiles of columns, 1 or 2.
    pub(super) column_tiles: usize,
    /// The result, `[16 * row_tiles][16 * column_tiles]` 32-bit floats.
    pub(super) sums: *mut f32,
    /// Whether the products are added to the numbers in `sums`, or replace them.
    pub(super) add: bool,
}
