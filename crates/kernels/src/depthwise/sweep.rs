//! One sweep over a grid of output pixels, each channel by itself.

use crate::Activation;
use crate::finish::Finish;
use crate::parallel;
use crate::simd::{Isa, Kernel, Simd};
use crate::sweep::{Source, Target};

/// Where a tap reads, relative to `step` times the output pixel, and which row of the weight it
/// is multiplied with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tap {
    pub(super) row: isize,
    pub(super) column: isize,
    pub(super) position: usize,
}

pub(super) struct Sweep<'a> {
    pub(super) source: Source<'a>,
    pub(super) taps: &'a [Tap],
    pub(super) grid: [usize; 2],
    pub(super) step: usize,
    /// `[positions, channels]`
    pub(super) weight: &'a [f32],
    pub(super) bias: Option<&'a [f32]>,
    pub(super) activation: Activation,
    pub(super) target: Target,
}

impl Sweep<'_> {
    pub(super) fn run(&self, isa: Isa) {
        let [batch, _, _, channels] = self.source.shape;
        let rows = batch * self.grid[0];
        let floats = rows * self.grid[1] * channels;
        if floats == 0 {
            return;
        }
        let tasks = parallel::tasks_for(floats * (self.taps.len() + 4), rows);
        parallel::for_each(tasks, |task| {
            isa.run(Rows {
                sweep: self,
                rows: parallel::share(rows, tasks, task),
            });
        });
    }

    /// The grid columns at which every tap lies within the picture.
    fn inner(&self) -> std::ops::Range<usize> {
        let columns = || self.taps.iter().map(|tap| tap.column);
        let (Some(left), Some(right)) = (columns().min(), columns().max()) else {
            return 0..self.grid[1];
        };
        let width = self.source.shape[2] as isize;
        let first = (-left)
            .max(0)
            .unsigned_abs()
            .div_ceil(self.step)
            .min(self.grid[1]);
        let last = if right >= width {
            0
        } else {
            ((width - 1 - right) as usize / self.step + 1).min(self.grid[1])
        };
        first..last.max(first)
    }
}

/// A tap of one row of outputs: offsets into the source (from the pixel at `step * gx`) and into
/// the weight.
#[derive(Clone, Copy)]
struct Reach {
    source: isize,
    column: isize,
    weight: usize,
}

struct Rows<'a> {
    sweep: &'a Sweep<'a>,
    rows: std::ops::Range<usize>,
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let sweep = self.sweep;
        let [_, height, width, channels] = sweep.source.shape;
        let [grid_rows, grid_columns] = sweep.grid;
        let inner = sweep.inner();
        let mut taps: Vec<Reach> = Vec::with_capacity(sweep.taps.len());
        let mut edge: Vec<Reach> = Vec::with_capacity(sweep.taps.len());
        for row in self.rows {
            let (b, gy) = (row / grid_rows, row % grid_rows);
            taps.clear();
            for tap in sweep.taps {
                let y = (gy * sweep.step) as isize + tap.row;
                if y >= 0 && y < height as isize {
                    let line = (b * height) as isize + y;
                    taps.push(Reach {
                        source: (line * width as isize + tap.column) * channels as isize,
                        column: tap.column,
                        weight: tap.position * channels,
                    });
                }
            }
            let line = b * sweep.target.height + gy * sweep.target.step + sweep.target.origin[0];
            let target = (line * sweep.target.width + sweep.target.origin[1]) * channels;
            let mut gx = 0;
            while gx < grid_columns {
                let (taps, pixels): (&[Reach], usize) = if inner.contains(&gx) {
                    (&taps, inner.end - gx)
                } else {
                    edge.clear();
                    let x = (gx * sweep.step) as isize;
                    edge.extend(
                        taps.iter()
                            .filter(|tap| x + tap.column >= 0 && x + tap.column < width as isize),
                    );
                    (&edge, 1)
                };
                // SAFETY: every tap of these pixels lies within the picture; this task alone writes
                // this row.
                unsafe {
                    gx += match pixels {
                        8.. => row_part::<S, 8>(simd, sweep, taps, gx, target),
                        4.. => row_part::<S, 4>(simd, sweep, taps, gx, target),
                        2.. => row_part::<S, 2>(simd, sweep, taps, gx, target),
                        _ => row_part::<S, 1>(simd, sweep, taps, gx, target),
                    };
                }
            }
        }
    }
}

/// `P` pixels from `gx` on, all channels; returns `P`.
///
/// # Safety
/// Every tap of the pixels must lie within the picture, and nobody else may write the pixels.
#[inline(always)]
unsafe fn row_part<S: Simd, const P: usize>(
    simd: S,
    sweep: &Sweep,
    taps: &[Reach],
    gx: usize,
    target: usize,
) -> usize {
    // SAFETY: the channels of each mask are there; the rest is the caller's promise.
    unsafe {
        let channels = sweep.source.shape[3];
        let finish = Finish::new(simd, sweep.activation);
        let place = (gx, target);
        let mut channel = 0;
        // With a mask that is known, loads and stores are plain ones.
        while channel + S::LANES <= channels {
            vector::<S, P>(
                simd,
                sweep,
                taps,
                place,
                channel,
                simd.mask(S::LANES),
                &finish,
            );
            channel += S::LANES;
        }
        if channel < channels {
            let mask = simd.mask(channels - channel);
            vector::<S, P>(simd, sweep, taps, place, channel, mask, &finish);
        }
        P
    }
}

/// One vector of channels of the pixels.
///
/// # Safety
/// As for [`row_part`]; the lanes of the mask must be channels.
#[inline(always)]
unsafe fn vector<S: Simd, const P: usize>(
    simd: S,
    sweep: &Sweep,
    taps: &[Reach],
    (gx, target): (usize, usize),
    channel: usize,
    mask: S::Mask,
    finish: &Finish<S>,
) {
    // SAFETY: the caller promises that the pixels lie within the picture and are its own to write;
    // bias and weight have as many channels as the picture.
    unsafe {
        let channels = sweep.source.shape[3];
        let source_step = sweep.step * channels;
        let target_step = sweep.target.step * channels;
        let source = sweep.source.data.as_ptr();
        let bias = match sweep.bias {
            Some(bias) => simd.load_masked(bias.as_ptr().add(channel), mask),
            None => simd.splat(0.0),
        };
        let mut sums = [bias; P];
        for tap in taps {
            let weight = sweep.weight.as_ptr().add(tap.weight + channel);
            let weight = simd.load_masked(weight, mask);
            let from = tap.source + (gx * source_step + channel) as isize;
            for (p, sum) in sums.iter_mut().enumerate() {
                let x = source.offset(from + (p * source_step) as isize);
                *sum = simd.fma(simd.load_masked(x, mask), weight, *sum);
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            let to = sweep
                .target
                .data
                .at(target + (gx + p) * target_step + channel);
            simd.store_masked(to, finish.apply(*sum), mask);
        }
    }
}
