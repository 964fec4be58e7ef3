//! The plan of a convolution's weight gradient: how its work is cut into parts and groups.

use std::ops::Range;

use crate::geometry::Geometry;
use crate::pack::{Column, columns};
use crate::parallel;
use crate::sweep::padded::Padded;
use crate::sweep::{FEW_CHANNELS, Source, Tap};

/// Channels of the scalar side that are computed together: a multiple of every tile's height.
pub(super) const BLOCK: usize = 24;
/// Pixels in one unit of work of a 1×1 convolution, which has no neighbourhood.
const FLAT_UNIT: usize = 32;
/// Floats of both sides that one chunk of pixels may have, to stay in the second-level cache.
const CHUNK: usize = 96 << 10;
/// Floats that the partial sums of all parts may have together.
const PARTIAL_SUMS: usize = 2 << 20;

/// One of the two factors of the outer product that a weight gradient sums up: the input or the
/// output's gradient.
pub(super) struct Side {
    pub(super) data: *const f32,
    /// Distance in floats from one pixel to the next.
    pub(super) stride: usize,
    pub(super) channels: usize,
}

/// A run of pixels: the offset of its first pixel on either side, and their number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) scalar: usize,
    pub(super) vector: usize,
    pub(super) count: usize,
}

pub(super) struct Plan<'a> {
    /// Factor of the outer product that is read float by float.
    pub(super) scalar: Side,
    /// Factor of the outer product that is read in vectors.
    pub(super) vector: Side,
    /// Whether the scalar side is the output's gradient rather than the input.
    pub(super) swapped: bool,
    pub(super) taps: Vec<Tap>,
    pub(super) columns: Vec<Column>,
    /// Units of work: rows of the output, or runs of pixels where there is no neighbourhood.
    pub(super) units: usize,
    /// Units of work that are summed before the sums are written back.
    pub(super) chunk: usize,
    /// Number of parts into which the pixels are cut.
    pub(super) parts: usize,
    /// Number of groups into which the rows of the result are cut.
    pub(super) groups: usize,
    flat: bool,
    x: [usize; 4],
    dy: [usize; 4],
    step: usize,
    blocks: usize,
    /// Keeps a padded copy of the input alive.
    _padded: Option<Padded>,
    _borrow: std::marker::PhantomData<&'a [f32]>,
}

// SAFETY: the pointers are read only, and what they point to is borrowed for the plan's life.
unsafe impl Sync for Plan<'_> {}

impl<'a> Plan<'a> {
    pub(super) fn new(lanes: usize, g: &Geometry, x: &'a [f32], dy: &'a [f32]) -> Self {
        let padding = g.options.padding;
        let step = g.options.stride;
        let mut taps: Vec<Tap> = g
            .kernel_positions()
            .map(|(ky, kx)| Tap {
                row: ky as isize - padding.top as isize,
                column: kx as isize - padding.left as isize,
            })
            .collect();
        let mut source = Source::new(x, g.input_shape());
        let mut length = g.channels_in;
        let mut padded = None;
        if g.channels_in < FEW_CHANNELS && g.kernel_width > 1 {
            // A row of taps is one tap with more channels.
            let copy = Padded::new(source, &taps, [g.height_out, g.width_out], step);
            taps = (0..g.kernel_height)
                .map(|y| Tap {
                    row: y as isize,
                    column: 0,
                })
                .collect();
            length = g.kernel_width * g.channels_in;
            padded = Some(copy);
        }
        if let Some(padded) = &padded {
            source = padded.source();
        }
        let flat = taps.len() == 1
            && taps[0] == Tap { row: 0, column: 0 }
            && step == 1
            && length == source.shape[3]
            && source.shape[..3] == g.output_shape()[..3];
        let input = Side {
            data: source.data.as_ptr(),
            stride: step * source.shape[3],
            channels: length,
        };
        let output = Side {
            data: dy.as_ptr(),
            stride: g.channels_out,
            channels: g.channels_out,
        };
        // The vector side is the one whose channels fill its vectors better.
        let filled = |channels: usize| channels as f32 / (channels.div_ceil(lanes) * lanes) as f32;
        let swapped = padded.is_none() && filled(length) > filled(g.channels_out);
        let (scalar, vector) = if swapped {
            (output, input)
        } else {
            (input, output)
        };

        let pixels = g.batch * g.height_out * g.width_out;
        let unit = if flat { FLAT_UNIT } else { g.width_out };
        let units = pixels.div_ceil(unit);
        let floats = g.channels_in * step * step + g.channels_out;
        let chunk = (CHUNK / floats).clamp(128, 1024).div_ceil(unit);
        let blocks = scalar.channels.div_ceil(BLOCK);
        let size = taps.len() * length * g.channels_out;
        let wanted = parallel::tasks_for(pixels * size, 16);
        let parts = wanted
            .min(PARTIAL_SUMS / size)
            .min(pixels / 256)
            .min(units)
            .max(1);
        let groups = wanted.div_ceil(parts).min(taps.len() * blocks);
        Self {
            columns: columns(vector.channels, lanes),
            scalar,
            vector,
            swapped,
            taps,
            units,
            chunk,
            parts,
            groups,
            flat,
            x: source.shape,
            dy: g.output_shape(),
            step,
            blocks,
            _padded: padded,
            _borrow: std::marker::PhantomData,
        }
    }

    /// Number of items of work, each a tap and a block of the scalar side's channels.
    pub(super) fn items(&self) -> usize {
        self.taps.len() * self.blocks
    }

    pub(super) fn item(&self, item: usize) -> (usize, Range<usize>) {
        let first = item % self.blocks * BLOCK;
        (
            item / self.blocks,
            first..(first + BLOCK).min(self.scalar.channels),
        )
    }

    /// First row of an item in the result, `[taps * scalar channels, vector channels]`.
    pub(super) fn result_row(&self, item: usize) -> usize {
        item / self.blocks * self.scalar.channels + item % self.blocks * BLOCK
    }

    /// Lists in `rows` the runs of pixels, within some units, at which the tap lies within the
    /// picture.
    #[inline(always)]
    pub(super) fn rows(&self, tap: usize, units: Range<usize>, rows: &mut Vec<Row>) {
        rows.clear();
        let mut push = |input: usize, output: usize, count: usize| {
            let (scalar, vector) = if self.swapped {
                (output, input)
            } else {
                (input, output)
            };
            rows.push(Row {
                scalar,
                vector,
                count,
            });
        };
        let [_, height, width, channels] = self.x;
        let [batch, height_out, width_out, channels_out] = self.dy;
        if self.flat {
            let first = units.start * FLAT_UNIT;
            let last = (units.end * FLAT_UNIT).min(batch * height_out * width_out);
            push(first * channels, first * channels_out, last - first);
            return;
        }
        let Tap { row, column } = self.taps[tap];
        let step = self.step as isize;
        let first = (-column).max(0).unsigned_abs().div_ceil(self.step);
        let last = if column >= width as isize {
            0
        } else {
            ((width as isize - column + step - 1) / step).min(width_out as isize) as usize
        };
        if first >= last {
            return;
        }
        for unit in units {
            let (b, oy) = (unit / height_out, unit % height_out);
            let y = oy as isize * step + row;
            if y < 0 || y >= height as isize {
                continue;
            }
            let x = (first as isize * step + column) as usize;
            let input = ((b * height + y as usize) * width + x) * channels;
            push(
                input,
                (unit * width_out + first) * channels_out,
                last - first,
            );
        }
    }
}
