//! Forward convolution and its input gradient as one sweep over a grid of output pixels, each the
//! sum over a list of taps of a row of inputs times a matrix of weights.

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

/// A tap of a sweep: the source pixel that it reads, relative to `step` times the output pixel's
/// place in the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tap {
    pub(crate) row: isize,
    pub(crate) column: isize,
}

/// A per-channel affine map with an activation, `activation(x * scale + shift)`, that is applied to
/// the pixels as a sweep reads them.
#[derive(Clone, Copy)]
pub(crate) struct Affine<'a> {
    /// Factor of each channel, `[batch, channels]`; so is `shift`.
    pub(crate) scale: &'a [f32],
    pub(crate) shift: &'a [f32],
    pub(crate) activation: Activation,
}

/// Pictures that a sweep reads, `[batch, height, width, channels]`, with what surrounds them.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) data: &'a [f32],
    /// Shape of the pictures as the sweep sees them, after doubling.
    pub(crate) shape: [usize; 4],
    /// Rows directly above the first row of the picture, if that is a single one.
    above: &'a [f32],
    pub(crate) rows_above: usize,
    /// Pixels that are seen beyond the pictures and the rows above.
    border: Border,
    /// Whether each pixel is seen as a square of 2×2. Only Winograd's method reads such pictures,
    /// and pictures with an affine map.
    pub(crate) is_doubled: bool,
    pub(crate) affine: Option<Affine<'a>>,
}

impl<'a> Source<'a> {
    /// A source of pictures with nothing but zeros around them.
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

    /// A source of one picture with rows above it, as wide and with as many channels as the
    /// picture.
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

    /// Changes the border of this source.
    pub(crate) fn within(self, border: Border) -> Self {
        Self { border, ..self }
    }

    /// A source of the pictures that an affine map makes of these, with twice the sides if
    /// `is_doubled`. The border must not be zeros: the map would be applied to them too.
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

    /// The slice in which a row lies, and the number of rows before it there; none if the row is
    /// one of zeros.
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

    /// The column of the picture that is seen at `x`; none if that column is one of zeros.
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

    /// Index in memory of the row or column that the sweep sees as `seen`: half of it where the
    /// picture is doubled. Rows of several pictures may be counted through, since doubled pictures
    /// have even sides.
    #[inline(always)]
    fn stored(&self, seen: usize) -> usize {
        if self.is_doubled { seen / 2 } else { seen }
    }

    /// The address of a pixel; none if it is one of the zeros around the picture.
    #[inline(always)]
    pub(crate) fn pixel(&self, picture: usize, y: isize, x: isize) -> Option<*const f32> {
        let [_, _, width, channels] = self.shape;
        let column = self.column(x)?;
        let (data, row) = self.row(picture, y)?;
        let place = (row * self.stored(width) + column) * channels;
        Some(data.as_ptr().wrapping_add(place))
    }
}

/// Pictures that a sweep writes: `[batch, height, width, channels]`, pixel `(gy, gx)` of the grid
/// at row `gy * step + origin[0]` and column `gx * step + origin[1]`.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) data: Shared,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) step: usize,
    pub(crate) origin: [usize; 2],
}

/// One sweep over a grid of outputs, with its source, taps, weights and activation.
pub(crate) struct Sweep<'a> {
    pub(crate) source: Source<'a>,
    /// Taps in rising order of what they read; together a full rectangle.
    pub(crate) taps: &'a [Tap],
    /// Rows and columns of the grid of output pixels.
    pub(crate) grid: [usize; 2],
    /// Distance in source pixels from one output to the next.
    pub(crate) step: usize,
    /// Packed weights with as many rows as taps times source channels, in the order of the taps.
    pub(crate) weights: &'a Packed,
    /// Place for the weights in the form of Winograd's method, if they are to be kept for the next
    /// call.
    pub(crate) kept: Option<&'a OnceLock<Transformed>>,
    /// The bias of the output channels, as [`crate::pack::padded_bias`] makes it.
    pub(crate) bias: &'a [f32],
    pub(crate) activation: Activation,
    pub(crate) target: Target,
}

/// Size in floats from which on weights are read once for several blocks of pixels, since they do
/// not stay in the cache.
const WEIGHTS_IN_CACHE: usize = 640 << 10;
/// Number of blocks of pixels that share one reading of large weights.
const GROUP: usize = 4;
/// Number of channels below which the taps of a row are read as one.
pub(crate) const FEW_CHANNELS: usize = 16;

impl Sweep<'_> {
    /// Computes every pixel of the sweep's grid.
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

/// One task's part of a sweep: some of the pixels and of the channels.
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
