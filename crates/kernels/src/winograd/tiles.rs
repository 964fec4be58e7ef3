//! How a batch of pictures is cut into tiles.

use std::ops::Range;

use super::TILE;

/// The tiles of a batch of outputs, picture by picture and row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiles {
    batch: usize,
    /// Rows and columns of outputs.
    grid: [usize; 2],
    down: usize,
    across: usize,
}

/// One tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) picture: usize,
    /// Row and column of its first output.
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

    /// How many rows and columns of outputs the tile really has.
    #[inline(always)]
    pub(super) fn extent(&self, place: Place) -> [usize; 2] {
        [
            (self.grid[0] - place.row).min(TILE),
            (self.grid[1] - place.column).min(TILE),
        ]
    }
}

/// Tiles `range` of a larger number, in runs of at most `length`.
pub(super) fn runs(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range
        .step_by(length)
        .map(move |start| start..(start + length).min(end))
}
