//! The block that all products are made of.

/// Sums of products: up to two tiles of 16 rows of one side times up to two tiles of 16 columns of
/// the other, over any number of steps of 32 factors.
///
/// `sums[r][c] = (add ? sums[r][c] : 0) + Σ over steps s and i < 32 of
/// left[(offsets[s] + r · left_row) bytes][i] · right[s][c / 16][i / 2][c % 16][i % 2]`
pub(super) struct Block {
    /// 16-bit numbers, a row for every row of the result.
    pub(super) left: *const u16,
    /// Bytes from a row to the next.
    pub(super) left_row: usize,
    /// For every step where its numbers begin in each row, in bytes from `left`.
    pub(super) offsets: *const usize,
    /// The number of steps of the sum, at least one.
    pub(super) steps: usize,
    /// One after the other, for every step and tile: 16 pairs of rows of 16 columns.
    pub(super) right: *const u16,
    /// Tiles of rows, 1 or 2.
    pub(super) row_tiles: usize,
    /// Tiles of columns, 1 or 2.
    pub(super) column_tiles: usize,
    /// `[16 * row_tiles][16 * column_tiles]`
    pub(super) sums: *mut f32,
    /// Whether to add to what is there.
    pub(super) add: bool,
}
