//! The weights of a convolution in the order in which the tiles read them.

use crate::parallel::{self, Shared};
use crate::scratch::Scratch;

/// A column of the packed weights: the few vectors of output channels that one tile computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// The column's first channel.
    pub(crate) first: usize,
    /// The column's number of vectors, 1 to 3.
    pub(crate) vectors: usize,
}

/// Cuts channels into columns of two vectors, one of three where the number of vectors is odd.
pub(crate) fn columns(channels: usize, lanes: usize) -> Vec<Column> {
    let mut vectors = channels.div_ceil(lanes);
    let mut first = 0;
    let mut columns = Vec::with_capacity(vectors / 2 + 1);
    while vectors > 0 {
        let take = match vectors {
            1 => 1,
            n if n % 2 == 1 => 3,
            _ => 2,
        };
        columns.push(Column {
            first,
            vectors: take,
        });
        first += take * lanes;
        vectors -= take;
    }
    columns
}

/// Number of output channels up to which weights are packed as narrow ones, channel after channel.
const NARROW: usize = 4;

/// Weights of shape `[depth, channels]` as tiles read them: column after column, channels filled up
/// with zeros; or, where they are narrow, channel after channel.
#[derive(Debug)]
pub(crate) struct Packed {
    data: Scratch,
    pub(crate) columns: Vec<Column>,
    pub(crate) channels: usize,
    pub(crate) depth: usize,
}

/// Direction in which a weight `[kernel_height, kernel_width, channels_in, channels_out]` is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The forward convolution, from input channels to output channels.
    Forward,
    /// The input's gradient, from output channels to input channels.
    Backward,
}

impl Packed {
    /// Packs the kernel positions in `order` (each an index into the first two axes together).
    pub(crate) fn new(
        weight: &[f32],
        [channels_in, channels_out]: [usize; 2],
        order: &[usize],
        direction: Direction,
        lanes: usize,
    ) -> Self {
        let (rows, channels) = match direction {
            Direction::Forward => (channels_in, channels_out),
            Direction::Backward => (channels_out, channels_in),
        };
        if channels <= NARROW {
            return Self::new_narrow(weight, [rows, channels], order, direction);
        }
        let columns = columns(channels, lanes);
        let depth = order.len() * rows;
        let padded = channels.div_ceil(lanes) * lanes;
        let mut data = Scratch::take(depth * padded);
        let target = Shared::new(&mut data);
        let tasks = if depth * padded < 1 << 16 {
            1
        } else {
            columns.len()
        };
        parallel::for_each(tasks, |task| {
            for column in &columns[parallel::share(columns.len(), tasks, task)] {
                let width = column.vectors * lanes;
                let start = column.first * depth;
                // SAFETY: the columns' parts of the buffer follow each other without overlap.
                let part = unsafe { target.part(start..start + depth * width) };
                let last = (column.first + width).min(channels);
                let used = column.first..last;
                for (place, &position) in order.iter().enumerate() {
                    let tap = &weight[position * channels_in * channels_out..]
                        [..channels_in * channels_out];
                    let part = &mut part[place * rows * width..(place + 1) * rows * width];
                    match direction {
                        Direction::Forward => {
                            copy_rows(tap, channels_out, used.clone(), width, part)
                        }
                        Direction::Backward => {
                            copy_columns(tap, channels_out, used.clone(), width, part);
                        }
                    }
                }
            }
        });
        Self {
            data,
            columns,
            channels,
            depth,
        }
    }

    fn new_narrow(
        weight: &[f32],
        [rows, channels]: [usize; 2],
        order: &[usize],
        direction: Direction,
    ) -> Self {
        let depth = order.len() * rows;
        let (row_step, channel_step) = match direction {
            Direction::Forward => (channels, 1),
            Direction::Backward => (1, rows),
        };
        let mut data = Scratch::take(depth * channels);
        for channel in 0..channels {
            for (place, &position) in order.iter().enumerate() {
                for row in 0..rows {
                    let from = position * rows * channels + row * row_step;
                    data[channel * depth + place * rows + row] =
                        weight[from + channel * channel_step];
                }
            }
        }
        let columns = vec![Column {
            first: 0,
            vectors: 0,
        }];
        Self {
            data,
            columns,
            channels,
            depth,
        }
    }

    pub(crate) fn is_narrow(&self) -> bool {
        self.channels <= NARROW
    }

    /// The weights of a narrow convolution, `[channels, depth]`.
    pub(crate) fn narrow(&self) -> *const f32 {
        self.data.as_ptr()
    }

    pub(crate) fn weights(&self, column: Column) -> *const f32 {
        self.data[column.first * self.depth..].as_ptr()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.data.len() * 4
    }
}

/// The bias of each channel, zero where there is none, filled up with zeros to whole vectors.
pub(crate) fn padded_bias(bias: Option<&[f32]>, channels: usize, lanes: usize) -> Scratch {
    let mut padded = Scratch::zeros(channels.next_multiple_of(lanes));
    if let Some(bias) = bias {
        padded[..channels].copy_from_slice(bias);
    }
    padded
}

/// Copies a range of columns of each row: `target[r][j] = tap[r][used.start + j]`.
fn copy_rows(
    tap: &[f32],
    stride: usize,
    used: std::ops::Range<usize>,
    width: usize,
    target: &mut [f32],
) {
    for (row, target) in tap.chunks_exact(stride).zip(target.chunks_exact_mut(width)) {
        let (filled, rest) = target.split_at_mut(used.len());
        filled.copy_from_slice(&row[used.clone()]);
        rest.fill(0.0);
    }
}

/// Copies a range of rows, transposed: `target[r][j] = tap[used.start + j][r]`.
fn copy_columns(
    tap: &[f32],
    stride: usize,
    used: std::ops::Range<usize>,
    width: usize,
    target: &mut [f32],
) {
    for (r, target) in target.chunks_exact_mut(width).enumerate() {
        let (filled, rest) = target.split_at_mut(used.len());
        for (value, row) in filled.iter_mut().zip(used.clone()) {
            *value = tap[row * stride + r];
        }
        rest.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_cover_the_channels_in_twos_and_one_three() {
        let widths = |channels| {
            columns(channels, 16)
                .iter()
                .map(|column| column.vectors)
                .collect::<Vec<_>>()
        };
        assert_eq!(widths(1), [1]);
        assert_eq!(widths(32), [2]);
        assert_eq!(widths(33), [3]);
        assert_eq!(widths(112), [3, 2, 2]);
        assert_eq!(
            columns(112, 16)[2],
            Column {
                first: 80,
                vectors: 2
            }
        );
    }

    #[test]
    fn few_channels_are_packed_one_after_the_other() {
        // Two kernel positions, two channels in, three out; the value names its place.
        let weight: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let forward = Packed::new(&weight, [2, 3], &[1, 0], Direction::Forward, 4);
        let wanted = [6.0, 9.0, 0.0, 3.0, 7.0, 10.0, 1.0, 4.0, 8.0, 11.0, 2.0, 5.0];
        assert_eq!(forward.data[..], wanted);
        let backward = Packed::new(&weight, [2, 3], &[1], Direction::Backward, 4);
        assert_eq!(backward.data[..], [6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
        let bias = padded_bias(Some(&[5.0, 6.0]), 2, 4);
        assert_eq!(bias[..], [5.0, 6.0, 0.0, 0.0]);
    }

    #[test]
    fn many_channels_are_packed_side_by_side_and_filled_up() {
        // One position, two channels in, nine out forwards; the reverse backwards.
        let weight: Vec<f32> = (0..18).map(|i| i as f32).collect();
        let forward = Packed::new(&weight, [2, 9], &[0], Direction::Forward, 4);
        let row = |start: usize| (start..start + 9).map(|i| i as f32).chain([0.0; 3]);
        let wanted: Vec<f32> = row(0).chain(row(9)).collect();
        assert_eq!(forward.data[..], wanted);
        let backward = Packed::new(&weight, [9, 2], &[0], Direction::Backward, 4);
        let column = |start: usize| (0..9).map(move |i| (2 * i + start) as f32).chain([0.0; 3]);
        let wanted: Vec<f32> = column(0).chain(column(1)).collect();
        assert_eq!(backward.data[..], wanted);
    }
}
