//! The weights of a convolution rounded to bfloat16, in the order in which blocks of products read
//! them.

use super::round::{self, Pixels};
use super::unit::Unit;
use super::{STEP, TILE, TILE_NUMBERS};
use crate::pack::Direction;
use crate::parallel;
use crate::scratch::Scratch;

/// Rounded weights of a convolution: for every group of 32 output channels (16 where no more are
/// left), every row of taps and every 32 of its inputs, one tile or two.
pub(crate) struct Weights {
    /// The rounded weights, two 16-bit numbers in each float.
    data: Scratch,
    /// Number of output channels.
    pub(super) channels: usize,
    /// Rows and columns of taps.
    pub(super) kernel: [usize; 2],
    /// Number of steps (of 32 factors) in a row of taps.
    pub(super) steps: usize,
}

impl Weights {
    /// Number of output channels that are computed together.
    pub(crate) const GROUP: usize = 2 * TILE;

    /// Rounds the weights at the kernel positions in `order`, used as [`crate::pack::Packed::new`]
    /// uses them; these are `kernel[0]` rows of `kernel[1]` taps each.
    pub(crate) fn new(
        unit: Unit,
        weight: &[f32],
        [channels_in, channels_out]: [usize; 2],
        kernel: [usize; 2],
        order: &[usize],
        direction: Direction,
    ) -> Self {
        let (depth, channels) = match direction {
            Direction::Forward => (channels_in, channels_out),
            Direction::Backward => (channels_out, channels_in),
        };
        let steps = (kernel[1] * depth).div_ceil(STEP);
        let tiles = channels.div_ceil(TILE);
        let group = 2 * kernel[0] * steps * TILE_NUMBERS;
        let mut data = Scratch::take(tiles * group / 4);
        let target = parallel::Shared::new(&mut data);
        let groups = tiles.div_ceil(2);
        let matrix = channels_in * channels_out;
        let zeros = vec![0.0; channels];
        let tasks = parallel::tasks_for(2 * tiles * group, groups);
        parallel::for_each(tasks, |task| {
            for index in parallel::share(groups, tasks, task) {
                let width = (tiles - 2 * index).min(2);
                let start = index * group / 2;
                // SAFETY: groups follow each other without overlap.
                let part = unsafe { target.part(start..start + width * group / 4) };
                let part = bytemuck::cast_slice_mut::<f32, u16>(part);
                for step in 0..kernel[0] * steps {
                    let row = step / steps;
                    let first = step % steps * STEP;
                    // What lies beyond the last input of the row of taps is zero.
                    let places = first..(first + STEP).min(kernel[1] * depth);
                    let tap_of = |place: usize| {
                        let position = order[row * kernel[1] + place / depth];
                        (&weight[position * matrix..][..matrix], place % depth)
                    };
                    for tile in 0..width {
                        let channel = (2 * index + tile) * TILE;
                        let count = (channels - channel).min(TILE);
                        let to = part[(step * width + tile) * TILE_NUMBERS..].as_mut_ptr();
                        match direction {
                            Direction::Forward => {
                                let mut rows: Pixels = [zeros.as_ptr(); STEP];
                                for (to, place) in rows.iter_mut().zip(places.clone()) {
                                    let (tap, input) = tap_of(place);
                                    *to = tap[input * channels_out..].as_ptr();
                                }
                                // SAFETY: every row has all channels, and a tile's room is there.
                                unsafe { round::pairs(unit, &rows, channel, count, to) };
                            }
                            Direction::Backward => {
                                let mut rows = [[0.0; STEP]; TILE];
                                let mut place = places.start;
                                while place < places.end {
                                    let (tap, input) = tap_of(place);
                                    let run = (depth - input).min(places.end - place);
                                    let at = place - first;
                                    for (i, to) in rows[..count].iter_mut().enumerate() {
                                        let from = (channel + i) * channels_out + input;
                                        to[at..at + run].copy_from_slice(&tap[from..from + run]);
                                    }
                                    place += run;
                                }
                                // SAFETY: a tile's room is there.
                                unsafe { round::columns(unit, &rows, to) };
                            }
                        }
                    }
                }
            }
        });
        Self {
            data,
            channels,
            kernel,
            steps,
        }
    }

    /// Number of groups of up to 32 output channels.
    pub(super) fn groups(&self) -> usize {
        self.channels.div_ceil(2 * TILE)
    }

    /// Number of tiles of a group: 1 or 2.
    pub(super) fn tiles(&self, group: usize) -> usize {
        (self.channels.div_ceil(TILE) - 2 * group).min(2)
    }

    /// Address of the rounded weights of a group.
    pub(super) fn of(&self, group: usize) -> *const u16 {
        let size = 2 * self.kernel[0] * self.steps * TILE_NUMBERS;
        self.data[group * size / 2..].as_ptr().cast()
    }
}
