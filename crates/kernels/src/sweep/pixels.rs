//! A walk over the output pixels of a sweep that tells the tiles where each reads and writes.

use super::{Source, Sweep, Tap, Target};

/// Output pixels that are prepared together: a multiple of every tile's number of pixels.
pub(super) const BLOCK: usize = 24;

/// A walk over the output pixels of a sweep, picture by picture and row by row, in blocks of
/// [`BLOCK`] that do not stop at the end of a row, so that they are full even where the pictures
/// are small.
pub(super) struct Pixels<'a> {
    source: Source<'a>,
    taps: &'a [Tap],
    grid: [usize; 2],
    step: usize,
    target: Target,
    target_channels: usize,
    zeros: &'a [f32],
    /// The smallest and the largest row, and the smallest and largest column, that a tap reads.
    reach: [[isize; 2]; 2],
    next: [usize; 3],
}

impl<'a> Pixels<'a> {
    /// Starts a walk over the sweep's pixels. Taps outside of the picture read `zeros`.
    pub(super) fn new(
        sweep: &Sweep,
        source: Source<'a>,
        taps: &'a [Tap],
        zeros: &'a [f32],
    ) -> Self {
        let reach = |of: fn(&Tap) -> isize| {
            [
                taps.iter().map(of).min().unwrap_or(0),
                taps.iter().map(of).max().unwrap_or(0),
            ]
        };
        Self {
            source,
            taps,
            grid: sweep.grid,
            step: sweep.step,
            target: sweep.target,
            target_channels: sweep.weights.channels,
            zeros,
            reach: [reach(|tap| tap.row), reach(|tap| tap.column)],
            next: [0; 3],
        }
    }

    pub(super) fn taps(&self) -> usize {
        self.taps.len()
    }

    /// Moves the walk to the output pixel with this number.
    pub(super) fn start(&mut self, pixel: usize) {
        let [rows, columns] = self.grid;
        self.next = [
            pixel / (rows * columns),
            pixel / columns % rows,
            pixel % columns,
        ];
    }

    /// Fills in the addresses that the next pixels' taps read (`table[tap][pixel]`) and the offsets
    /// that they write to, and returns how many pixels there were. The rest of the table points to
    /// zeros.
    #[inline(always)]
    pub(super) fn next_block(&mut self, table: &mut [*const f32], places: &mut [usize]) -> usize {
        let [batch, height, width, channels] = self.source.shape;
        let mut rows = [0_isize; BLOCK];
        let mut columns = [0_isize; BLOCK];
        let mut offsets = [0_isize; BLOCK];
        let mut count = 0;
        let mut pictures = [0; BLOCK];
        let mut inside = true;
        while count < BLOCK && self.next[0] < batch {
            let [b, gy, gx] = self.next;
            // All pixels up to the end of the row at once.
            let run = (BLOCK - count).min(self.grid[1] - gx);
            let (y, x) = ((gy * self.step) as isize, (gx * self.step) as isize);
            let last = x + ((run - 1) * self.step) as isize;
            inside &= (y + self.reach[0][0] >= 0)
                & (y + self.reach[0][1] < height as isize)
                & (x + self.reach[1][0] >= 0)
                & (last + self.reach[1][1] < width as isize);
            let offset =
                ((b * height) as isize + y) * (width * channels) as isize + x * channels as isize;
            let row = b * self.target.height + gy * self.target.step + self.target.origin[0];
            let column = gx * self.target.step + self.target.origin[1];
            let place = (row * self.target.width + column) * self.target_channels;
            for i in 0..run {
                let at = count + i;
                (rows[at], columns[at], pictures[at]) = (y, x + (i * self.step) as isize, b);
                offsets[at] = offset + (i * self.step * channels) as isize;
                places[at] = place + i * self.target.step * self.target_channels;
            }
            count += run;
            self.advance(run);
        }
        let data = self.source.data.as_ptr();
        for (tap, table) in self.taps.iter().zip(table.chunks_exact_mut(BLOCK)) {
            let shift = (tap.row * width as isize + tap.column) * channels as isize;
            if inside && count == BLOCK {
                for (pointer, offset) in table.iter_mut().zip(offsets) {
                    *pointer = data.wrapping_offset(offset + shift);
                }
                continue;
            }
            for (i, pointer) in table.iter_mut().enumerate() {
                let (y, x) = (rows[i] + tap.row, columns[i] + tap.column);
                let real = if i < count {
                    self.source.pixel(pictures[i], y, x)
                } else {
                    None
                };
                *pointer = real.unwrap_or(self.zeros.as_ptr());
            }
        }
        count
    }

    #[inline(always)]
    fn advance(&mut self, pixels: usize) {
        self.next[2] += pixels;
        if self.next[2] == self.grid[1] {
            self.next[2] = 0;
            self.next[1] += 1;
            if self.next[1] == self.grid[0] {
                self.next[1] = 0;
                self.next[0] += 1;
            }
        }
    }
}
