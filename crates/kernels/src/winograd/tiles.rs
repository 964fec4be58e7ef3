//! Tiles into which the outputs of a batch of pictures are cut.

use std::ops::Range;

use super::TILE;

/// The tiles of a batch of outputs, picture by picture and row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiles {
    batch: usize,
    /// Rows and columns of output pixels of a picture.
    grid: [usize; 2],
    down: usize,
    across: usize,
}

/// The place of one tile in the batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) picture: usize,
    /// Row of the tile's first output pixel.
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Tiles {
    pub(super) fn new(batch: usize, grid: [usize; 2]) -> Self {
        Self {
            batch,
            grid,
            down: grid[0].div_ceil(TILE),
            across: grid[1].div_ceil(TILE),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.batch * self.down * self.across
    }

    pub(super) fn pixels(&self) -> usize {
        self.batch * self.grid[0] * self.grid[1]
    }

    #[inline(always)]
    pub(super) fn place(&self, index: usize) -> Place {
        Place {
            picture: index / (self.down * self.across),
            row: index / self.across % self.down * TILE,
            column: index % self.across * TILE,
        }
    }

    /// Number of rows and columns of outputs that the tile has: fewer at the border than a full
    /// tile.
    #[inline(always)]
    pub(super) fn extent(&self, place: Place) -> [usize; 2] {
        [
            (self.grid[0] - place.row).min(TILE),
            (self.grid[1] - place.column).min(TILE),
        ]
    }
}

/// Cuts the range of tiles into runs of at most `length`.
pub(super) fn runs(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range
        .step_by(length)
        .map(move |start| start..(start + length).min(end))
}
