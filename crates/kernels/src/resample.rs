//! Halving and doubling the sides of pictures, over plain slices.

use std::ops::Range;

use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};

/// Sizes of a batch of small pictures and of the pictures of twice their sides (or one row or
/// column more).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sides {
    pub(crate) batch: usize,
    /// Rows and columns of the large pictures.
    pub(crate) large: [usize; 2],
    pub(crate) channels: usize,
}

impl Sides {
    pub(crate) fn small(&self) -> [usize; 2] {
        self.large.map(|side| side / 2)
    }
}

/// Sums 2×2 squares: every small pixel becomes `scale` times the sum of its four large ones.
///
/// # Safety
/// `small` must be good for all small pictures.
pub(crate) unsafe fn gather(isa: Isa, sides: Sides, large: &[f32], scale: f32, small: Shared) {
    let rows = sides.batch * sides.small()[0];
    let tasks = parallel::tasks_for(large.len() * 8, rows);
    parallel::for_each(tasks, |task| {
        let rows = parallel::share(rows, tasks, task);
        isa.run(Gather {
            sides,
            large,
            scale,
            small,
            rows,
        });
    });
}

/// Repeats pixels: every large pixel becomes `scale` times its small one; an odd last row or column
/// becomes zero.
///
/// # Safety
/// `large` must be good for all large pictures.
pub(crate) unsafe fn spread(isa: Isa, sides: Sides, small: &[f32], scale: f32, large: Shared) {
    let rows = sides.batch * sides.large[0];
    let tasks = parallel::tasks_for(small.len() * 32, rows);
    parallel::for_each(tasks, |task| {
        let rows = parallel::share(rows, tasks, task);
        isa.run(Spread {
            sides,
            small,
            scale,
            large,
            rows,
        });
    });
}

struct Gather<'a> {
    sides: Sides,
    large: &'a [f32],
    scale: f32,
    small: Shared,
    rows: Range<usize>,
}

impl Kernel for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ([height, width], channels) = (self.sides.small(), self.sides.channels);
        let line = self.sides.large[1] * channels;
        for row in self.rows {
            let from = (row / height * self.sides.large[0] + row % height * 2) * line;
            for column in 0..width {
                let mut channel = 0;
                while channel < channels {
                    // SAFETY: all pixels lie within the pictures, and this task alone writes these
                    // rows.
                    unsafe {
                        let mask = simd.mask((channels - channel).min(S::LANES));
                        let at = from + 2 * column * channels + channel;
                        let get = |at: usize| simd.load_masked(self.large.as_ptr().add(at), mask);
                        let above = simd.add(get(at), get(at + channels));
                        let below = simd.add(get(at + line), get(at + line + channels));
                        let mean = simd.mul(simd.add(above, below), simd.splat(self.scale));
                        let to = (row * width + column) * channels + channel;
                        simd.store_masked(self.small.at(to), mean, mask);
                    }
                    channel += S::LANES;
                }
            }
        }
    }
}

struct Spread<'a> {
    sides: Sides,
    small: &'a [f32],
    scale: f32,
    large: Shared,
    rows: Range<usize>,
}

impl Kernel for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ([height, width], channels) = (self.sides.small(), self.sides.channels);
        let [large_height, large_width] = self.sides.large;
        for row in self.rows {
            let (b, y) = (row / large_height, row % large_height);
            let to = row * large_width * channels;
            // SAFETY: this task alone writes these rows.
            let target = unsafe { self.large.part(to..to + large_width * channels) };
            if y / 2 >= height {
                target.fill(0.0);
                continue;
            }
            target[2 * width * channels..].fill(0.0);
            let from = (b * height + y / 2) * width * channels;
            for column in 0..width {
                let mut channel = 0;
                while channel < channels {
                    // SAFETY: the pixels lie within the row.
                    unsafe {
                        let mask = simd.mask((channels - channel).min(S::LANES));
                        let at = from + column * channels + channel;
                        let x = simd.load_masked(self.small.as_ptr().add(at), mask);
                        let x = simd.mul(x, simd.splat(self.scale));
                        let to = target.as_mut_ptr().add(2 * column * channels + channel);
                        simd.store_masked(to, x, mask);
                        simd.store_masked(to.add(channels), x, mask);
                    }
                    channel += S::LANES;
                }
            }
        }
    }
}
