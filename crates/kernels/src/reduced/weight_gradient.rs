//! The gradient of a convolution's weight in reduced precision: for every tap, a product of the
//! transposed inputs with the gradients of the outputs.

use std::ops::Range;

use super::block::Block;
use super::layout::{Axis, Layout};
use super::round;
use super::unit::Unit;
use super::{BUFFER, STEP, TILE, TILE_NUMBERS, tasks_for};
use crate::geometry::Geometry;
use crate::parallel::{self, Shared};
use crate::scratch::Scratch;

/// Rows, and columns, of a block of products.
const SIDE: usize = 2 * TILE;
/// Number of sums in a block of products.
const SUMS: usize = SIDE * SIDE;
/// Number of outputs from which on a part gets sums of its own, which have to be added up in the
/// end.
const OUTPUTS_OF_A_PART: usize = 8192;

/// Sizes, pictures and cutting of one weight gradient.
struct Plan<'a> {
    geometry: &'a Geometry,
    unit: Unit,
    layout: Layout,
    x: &'a [f32],
    dy: &'a [f32],
    /// Numbers of blocks of input channels and of output channels.
    blocks: [usize; 2],
    /// Number of lines of outputs that are rounded together.
    chunk: usize,
    /// Number of parts into which the lines are cut, each with sums of its own.
    parts: usize,
    /// Number of groups into which the blocks of input channels are cut.
    groups: usize,
    /// Sums of products, `[parts][input blocks][output blocks][taps][32][32]`.
    sums: Shared,
}

/// Computes a convolution's gradient with respect to its weight in reduced precision; writes all of
/// `dw`, `[kernel_height, kernel_width, channels_in, channels_out]`.
///
/// Sums are cut the same way whatever the number of threads, so that the result has the same bits
/// on every machine.
pub(crate) fn weight_gradient(unit: Unit, g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let (padding, stride) = (g.options.padding, g.options.stride);
    let (top, left) = (padding.top as isize, padding.left as isize);
    let layout = Layout {
        batch: g.batch,
        rows: Axis::new(g.height, g.height_out, g.kernel_height, stride, top),
        columns: Axis::new(g.width, g.width_out, g.kernel_width, stride, left),
        channels: g.channels_in,
    };
    let taps = g.kernel_height * g.kernel_width;
    let lines = layout.lines();
    let outputs = lines * layout.columns.pitch;
    let blocks = [g.channels_in, g.channels_out].map(|channels| channels.div_ceil(SIDE));
    let parts = (outputs / OUTPUTS_OF_A_PART).clamp(1, 8).min(lines);
    let wanted = tasks_for(outputs * taps * g.channels_in * g.channels_out);
    let parts = parts.min(wanted);
    let groups = (wanted / parts).clamp(1, blocks[0]);
    let channels = blocks[0].div_ceil(groups) * SIDE * stride * stride + blocks[1] * SIDE;
    let fitting = BUFFER / 2 / (channels * layout.columns.pitch);
    let chunk = fitting.clamp(1, lines.div_ceil(parts));
    let size = blocks[0] * blocks[1] * taps * SUMS;
    let mut sums = Scratch::take(parts * size);
    let plan = Plan {
        geometry: g,
        unit,
        layout,
        x,
        dy,
        blocks,
        chunk,
        parts,
        groups,
        sums: Shared::new(&mut sums),
    };
    parallel::for_each(parts * groups, |task| plan.sum(task % parts, task / parts));
    plan.add_up(&sums, dw);
}

impl Plan<'_> {
    fn taps(&self) -> usize {
        self.geometry.kernel_height * self.geometry.kernel_width
    }

    /// Sums the products of one part of the lines for one group of input channels.
    fn sum(&self, part: usize, group: usize) {
        let layout = &self.layout;
        let stride = layout.rows.stride;
        let inputs = parallel::share(self.blocks[0], self.groups, group);
        let lines = parallel::share(layout.lines(), self.parts, part);
        let pitch = layout.columns.pitch;
        let steps = (self.chunk * pitch).div_ceil(STEP);
        // Inputs of a channel, and what the last tap of the last step reads beyond them.
        let reach = layout.rows.reach() * pitch + layout.columns.reach();
        let length = (steps * STEP + reach).next_multiple_of(STEP);
        // An odd number of cache lines, so that channels do not compete for the same ones.
        let length = if (length / STEP).is_multiple_of(2) {
            length + STEP
        } else {
            length
        };
        let turned_size = stride * stride * inputs.len() * SIDE * length;
        let mut turned = Scratch::take(turned_size / 2);
        let turned = bytemuck::cast_slice_mut::<f32, u16>(&mut turned);
        let mut pairs = Scratch::take(self.blocks[1] * steps * 2 * TILE_NUMBERS / 2);
        let pairs = bytemuck::cast_slice_mut::<f32, u16>(&mut pairs);
        let offsets: Vec<usize> = (0..steps).map(|step| step * STEP * 2).collect();
        let size = self.blocks[1] * self.taps() * SUMS;
        let start = (part * self.blocks[0] + inputs.start) * size;
        // SAFETY: parts and groups have sums of their own.
        let sums = unsafe { self.sums.part(start..start + inputs.len() * size) };
        let channels_of = |channels: usize, block: usize| (channels - block * SIDE).min(SIDE);
        let unit = self.unit.ready();
        for first in lines.clone().step_by(self.chunk) {
            let now = first..(first + self.chunk).min(lines.end);
            let steps = (now.len() * pitch).div_ceil(STEP);
            self.turn(now.clone(), inputs.clone(), length, turned);
            self.pair(now, steps, pairs);
            for (i, input) in inputs.clone().enumerate() {
                let rows = channels_of(self.geometry.channels_in, input);
                for output in 0..self.blocks[1] {
                    let columns = channels_of(self.geometry.channels_out, output);
                    let column_tiles = columns.div_ceil(TILE);
                    let right = output * (self.chunk * pitch).div_ceil(STEP) * 2 * TILE_NUMBERS;
                    for (tap, (ky, kx)) in self.geometry.kernel_positions().enumerate() {
                        let phase = ky % stride * stride + kx % stride;
                        let left = (phase * inputs.len() + i) * SIDE * length
                            + ky / stride * pitch
                            + kx / stride;
                        let place = (i * self.blocks[1] + output) * self.taps() + tap;
                        let block = Block {
                            left: turned[left..].as_ptr(),
                            left_row: length * 2,
                            offsets: offsets.as_ptr(),
                            steps,
                            right: pairs[right..].as_ptr(),
                            row_tiles: rows.div_ceil(TILE),
                            column_tiles,
                            sums: sums[place * SUMS..].as_mut_ptr(),
                            add: first > lines.start,
                        };
                        // SAFETY: both buffers hold as many steps, and the sums are a block's.
                        unsafe { unit.multiply(&block) };
                    }
                }
            }
        }
    }

    /// Rounds and transposes the inputs that some lines of outputs see: `[row phase][column
    /// phase][channel][input]`.
    fn turn(&self, lines: Range<usize>, blocks: Range<usize>, length: usize, to: &mut [u16]) {
        let layout = &self.layout;
        let (stride, pitch) = (layout.rows.stride, layout.columns.pitch);
        let channels = layout.channels;
        let zeros = vec![0.0; channels];
        let first = blocks.start * SIDE;
        let last = (blocks.end * SIDE).min(channels);
        let mut table = vec![zeros.as_ptr(); length];
        for phase in 0..stride * stride {
            let to = &mut to[phase * blocks.len() * SIDE * length..];
            let (row_phase, column_phase) = (phase / stride, phase % stride);
            let shown = layout.columns.inputs_of_phase(column_phase);
            for (line, table) in (lines.start..).zip(table.chunks_mut(pitch)) {
                let row = layout.input_row(line, row_phase).map(|(picture, row)| {
                    let at = (picture * layout.rows.inputs + row) * layout.columns.inputs;
                    let first = layout.columns.input(shown.start * stride + column_phase);
                    &self.x[(at + first.unwrap_or_default()) * channels..]
                });
                point(table, &zeros, row, shown.clone(), stride * channels);
            }
            for (input, pixels) in (0..).step_by(STEP).zip(table.as_chunks::<STEP>().0) {
                for channel in (first..last).step_by(TILE) {
                    let count = (last - channel).min(TILE);
                    let to = to[(channel - first) * length + input..].as_mut_ptr();
                    // SAFETY: the pixels have these channels, and there are rows for whole blocks.
                    unsafe { round::turned(self.unit, pixels, channel, count, to, length) };
                }
            }
        }
    }

    /// Rounds the gradients of some lines of outputs, in the order of [`Block::right`] for every
    /// block of channels.
    fn pair(&self, lines: Range<usize>, steps: usize, to: &mut [u16]) {
        let layout = &self.layout;
        let pitch = layout.columns.pitch;
        let channels = self.geometry.channels_out;
        let zeros = vec![0.0; channels];
        let block = (self.chunk * pitch).div_ceil(STEP) * 2 * TILE_NUMBERS;
        let mut table = vec![zeros.as_ptr(); steps * STEP];
        for (line, table) in lines.zip(table.chunks_mut(pitch)) {
            let row = layout.output_row(line).map(|(picture, row)| {
                let at = (picture * layout.rows.outputs + row) * layout.columns.outputs;
                &self.dy[at * channels..]
            });
            point(table, &zeros, row, 0..layout.columns.outputs, channels);
        }
        for (step, pixels) in table.as_chunks::<STEP>().0.iter().enumerate() {
            for channel in (0..channels).step_by(TILE) {
                let count = (channels - channel).min(TILE);
                let index = channel / SIDE;
                let tiles = (channels - index * SIDE).min(SIDE).div_ceil(TILE);
                let tile = step * tiles + channel % SIDE / TILE;
                let to = to[index * block + tile * TILE_NUMBERS..].as_mut_ptr();
                // SAFETY: the pixels have these channels, and there is room for the tile.
                unsafe { round::pairs(self.unit, pixels, channel, count, to) };
            }
        }
    }

    /// Adds the parts' sums in their order, and writes them to `dw`.
    fn add_up(&self, sums: &[f32], dw: &mut [f32]) {
        let g = self.geometry;
        let size = self.blocks[0] * self.blocks[1] * self.taps() * SUMS;
        let target = Shared::new(dw);
        let matrix = g.channels_in * g.channels_out;
        let tasks = parallel::tasks_for(8 * size * self.parts, self.taps());
        parallel::for_each(tasks, |task| {
            for tap in parallel::share(self.taps(), tasks, task) {
                // SAFETY: every task writes its own taps.
                let out = unsafe { target.part(tap * matrix..(tap + 1) * matrix) };
                for (row, out) in out.chunks_exact_mut(g.channels_out).enumerate() {
                    for (index, out) in out.chunks_mut(SIDE).enumerate() {
                        let width = out.len().next_multiple_of(TILE);
                        let block = (row / SIDE * self.blocks[1] + index) * self.taps() + tap;
                        let at = block * SUMS + row % SIDE * width;
                        out.copy_from_slice(&sums[at..at + out.len()]);
                        for part in 1..self.parts {
                            let from = &sums[part * size + at..][..out.len()];
                            for (a, b) in out.iter_mut().zip(from) {
                                *a += b;
                            }
                        }
                    }
                }
            }
        });
    }
}

/// Writes to `table` the addresses of the pixels of one line: those of `row` at the places in
/// `shown`, each `step` numbers after the one before, and zeros everywhere else and where there is
/// no row.
fn point(
    table: &mut [*const f32],
    zeros: &[f32],
    row: Option<&[f32]>,
    shown: Range<usize>,
    step: usize,
) {
    table.fill(zeros.as_ptr());
    if let Some(row) = row
        && let Some(table) = table.get_mut(shown.start..shown.end.min(table.len()))
    {
        for (i, pixel) in table.iter_mut().enumerate() {
            *pixel = row.as_ptr().wrapping_add(i * step);
        }
    }
}
