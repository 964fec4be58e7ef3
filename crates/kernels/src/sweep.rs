//! The heart of forward convolution and of its input gradient: one sweep over a grid of output
//! pixels, each the sum over a list of taps of a row of inputs times a matrix of weights.

mod narrow;
pub(crate) mod padded;
mod pixels;
pub(crate) mod tile;

use std::sync::OnceLock;

use crate::pack::Packed;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};
use crate::winograd::{self, Transformed};
use crate::{Activation, Border};
use padded::Padded;
use pixels::{BLOCK, Pixels};

/// Where a tap reads, relative to `step` times the output pixel's place in the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tap {
    pub(crate) row: isize,
    pub(crate) column: isize,
}

/// `activation(x * scale + shift)`, done to the pixels that are read.
#[derive(Clone, Copy)]
pub(crate) struct Affine<'a> {
    /// `[batch, channels]`, as `shift`.
    pub(crate) scale: &'a [f32],
    pub(crate) shift: &'a [f32],
    pub(crate) activation: Activation,
}

/// Pictures that are read: `[batch, height, width, channels]`.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) data: &'a [f32],
    /// As the pictures are seen.
    pub(crate) shape: [usize; 4],
    /// Rows that lie above the first one of a single picture.
    above: &'a [f32],
    pub(crate) rows_above: usize,
    /// What lies beyond all of these.
    border: Border,
    /// Whether each pixel is seen as a square of 2×2. Winograd's method alone reads such pictures, and those
    /// with an affine map.
    pub(crate) is_doubled: bool,
    pub(crate) affine: Option<Affine<'a>>,
}

impl<'a> Source<'a> {
    /// Pictures with nothing but zeros around them.
    pub(crate) fn new(data: &'a [f32], shape: [usize; 4]) -> Self {
        Self {
            data,
            shape,
            above: &[],
            rows_above: 0,
            border: Border::Zeros,
            is_doubled: false,
            affine: None,
        }
    }

    /// One picture with rows above it, as wide and as deep as the picture.
    pub(crate) fn below(above: &'a [f32], data: &'a [f32], shape: [usize; 4]) -> Self {
        let [batch, _, width, channels] = shape;
        debug_assert_eq!(batch, 1);
        Self {
            data,
            shape,
            above,
            rows_above: above.len() / (width * channels).max(1),
            border: Border::Zeros,
            is_doubled: false,
            affine: None,
        }
    }

    /// This source within another border.
    pub(crate) fn within(self, border: Border) -> Self {
        Self { border, ..self }
    }

    /// Pictures that are made of these: mapped, and with twice the sides if `is_doubled`. Zeros beyond the border
    /// would be mapped too.
    pub(crate) fn made(self, affine: Affine<'a>, is_doubled: bool) -> Self {
        debug_assert!(self.border == Border::Nearest && self.rows_above == 0);
        let [batch, height, width, channels] = self.shape;
        let times = 1 + usize::from(is_doubled);
        Self {
            shape: [batch, height * times, width * times, channels],
            affine: Some(affine),
            is_doubled,
            ..self
        }
    }

    /// The numbers among which a row lies, and how many rows come before it there; none if the
    /// row is one of zeros.
    #[inline(always)]
    pub(crate) fn row(&self, picture: usize, y: isize) -> Option<(&'a [f32], usize)> {
        let height = self.shape[1];
        let inside = |y: isize| {
            // A negative number is a huge unsigned one.
            if (y as usize) < height {
                return Some((self.data, self.stored(picture * height + y as usize)));
            }
            let above = y + self.rows_above as isize;
            (y < 0 && above >= 0).then_some((self.above, above as usize))
        };
        match (inside(y), self.border) {
            (None, Border::Nearest) => {
                inside(y.min(height as isize - 1).max(-(self.rows_above as isize)))
            }
            (row, _) => row,
        }
    }

    /// The column of the picture that is seen at `x`; none if it is one of zeros.
    #[inline(always)]
    pub(crate) fn column(&self, x: isize) -> Option<usize> {
        let width = self.shape[2];
        match self.border {
            // A negative number is a huge unsigned one.
            _ if (x as usize) < width => Some(self.stored(x as usize)),
            Border::Zeros => None,
            Border::Nearest => Some(self.stored(if x < 0 { 0 } else { width - 1 })),
        }
    }

    /// The row or column in memory of one that is seen. Rows of several pictures may be counted through, since
    /// doubled pictures have even sides.
    #[inline(always)]
    fn stored(&self, seen: usize) -> usize {
        if self.is_doubled { seen / 2 } else { seen }
    }

    /// The address of a pixel, if it is not one of the zeros around.
    #[inline(always)]
    pub(crate) fn pixel(&self, picture: usize, y: isize, x: isize) -> Option<*const f32> {
        let [_, _, width, channels] = self.shape;
        let column = self.column(x)?;
        let (data, row) = self.row(picture, y)?;
        let place = (row * self.stored(width) + column) * channels;
        Some(data.as_ptr().wrapping_add(place))
    }
}

/// Pictures that are written: `[batch, height, width, channels]`, pixel `(gy, gx)` of the grid at
/// row `gy * step + origin[0]` and column `gx * step + origin[1]`.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) data: Shared,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) step: usize,
    pub(crate) origin: [usize; 2],
}

/// One sweep.
pub(crate) struct Sweep<'a> {
    pub(crate) source: Source<'a>,
    /// In rising order, a full rectangle.
    pub(crate) taps: &'a [Tap],
    /// Rows and columns of the grid of outputs.
    pub(crate) grid: [usize; 2],
    /// Pixels of the source from one output to the next.
    pub(crate) step: usize,
    /// As many rows as taps times source channels, in the order of the taps.
    pub(crate) weights: &'a Packed,
    /// Where the weights may be kept in the form that Winograd's method needs.
    pub(crate) kept: Option<&'a OnceLock<Transformed>>,
    /// As [`crate::pack::padded_bias`] makes it.
    pub(crate) bias: &'a [f32],
    pub(crate) activation: Activation,
    pub(crate) target: Target,
}

/// Weights larger than this are read once for several blocks of pixels.
const WEIGHTS_IN_CACHE: usize = 640 << 10;
/// How many blocks that is.
const GROUP: usize = 4;
/// With fewer channels than this, the taps of a row are read as one.
pub(crate) const FEW_CHANNELS: usize = 16;

impl Sweep<'_> {
    /// Computes every pixel of the grid.
    pub(crate) fn run(&self, isa: Isa) {
        let pixels = self.source.shape[0] * self.grid[0] * self.grid[1];
        if pixels == 0 || self.weights.channels == 0 {
            return;
        }
        if winograd::pays_for(self) {
            return winograd::run(self, isa);
        }
        debug_assert!(!self.source.is_doubled && self.source.affine.is_none());
        let columns_of_taps = self
            .taps
            .iter()
            .take_while(|tap| tap.row == self.taps[0].row)
            .count();
        if self.source.shape[3] < FEW_CHANNELS && columns_of_taps > 1 {
            let padded = Padded::new(self.source, self.taps, self.grid, self.step);
            let taps: Vec<Tap> = (0..self.taps.len() / columns_of_taps)
                .map(|row| Tap {
                    row: row as isize,
                    column: 0,
                })
                .collect();
            let length = columns_of_taps * self.source.shape[3];
            self.run_over(isa, padded.source(), &taps, length);
        } else {
            self.run_over(isa, self.source, self.taps, self.source.shape[3]);
        }
    }

    fn run_over(&self, isa: Isa, source: Source, taps: &[Tap], length: usize) {
        let pixels = self.source.shape[0] * self.grid[0] * self.grid[1];
        let blocks = pixels.div_ceil(BLOCK);
        let columns = self.weights.columns.len();
        let wanted = parallel::tasks_for(pixels * self.weights.depth * self.weights.channels, 64);
        let large = self.weights.bytes() > WEIGHTS_IN_CACHE;
        let block_tasks = wanted.min(if large {
            blocks.div_ceil(2 * GROUP)
        } else {
            blocks
        });
        let column_tasks = (wanted / block_tasks).clamp(1, columns);
        let zeros = vec![0.0; length];
        parallel::for_each(block_tasks * column_tasks, |task| {
            isa.run(Part {
                sweep: self,
                pixels: Pixels::new(self, source, taps, &zeros),
                length,
                group: if large { GROUP } else { 1 },
                blocks: parallel::share(blocks, block_tasks, task % block_tasks),
                columns: parallel::share(columns, column_tasks, task / block_tasks),
            });
        });
    }
}

/// One task's part of a sweep.
struct Part<'a> {
    sweep: &'a Sweep<'a>,
    pixels: Pixels<'a>,
    length: usize,
    group: usize,
    blocks: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let taps = self.pixels.taps();
        let mut tables = vec![std::ptr::null(); self.group * taps * BLOCK];
        let mut places = vec![0; self.group * BLOCK];
        let mut counts = vec![0; self.group];
        let mut block = self.blocks.start;
        self.pixels.start(block * BLOCK);
        while block < self.blocks.end {
            let now = self.group.min(self.blocks.end - block);
            for i in 0..now {
                counts[i] = self.pixels.next_block(
                    &mut tables[i * taps * BLOCK..][..taps * BLOCK],
                    &mut places[i * BLOCK..][..BLOCK],
                );
            }
            for &column in &self.sweep.weights.columns[self.columns.clone()] {
                for i in 0..now {
                    let job = tile::Job {
                        table: tables[i * taps * BLOCK..].as_ptr(),
                        taps,
                        length: self.length,
                        places: &places[i * BLOCK..][..BLOCK],
                        count: counts[i],
                        weights: self.sweep.weights,
                        bias: self.sweep.bias,
                        column,
                        activation: self.sweep.activation,
                        target: self.sweep.target.data,
                    };
                    // SAFETY: the table's pointers are good for `length` floats; this task alone
                    // writes these pixels' columns.
                    unsafe { tile::run::<S>(simd, &job) }
                }
            }
            block += now;
        }
    }
}
