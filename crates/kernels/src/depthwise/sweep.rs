//! One sweep over all output pixels of a depthwise convolution, each channel by itself.

use super::tile::{self, Line, RowTap};
use crate::Activation;
use crate::finish::Finish;
use crate::parallel::{self, Shared};
use crate::simd::{Isa, Kernel, Simd};
use crate::sweep::Source;

/// Outputs of a depthwise sweep along one axis that meet the same kernel positions. A forward
/// convolution has a single phase, a gradient as many as the convolution's stride: output `n` is of
/// phase `n % phases`, and its place within the phase is `n / phases`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Phase {
    /// Source pixel that the phase's first tap reads, relative to `step` times the output's place
    /// within the phase.
    pub(super) first: isize,
    /// Kernel position (row or column) of the first tap.
    pub(super) position: usize,
    /// Number of taps (kernel positions) along the axis; each reads one source pixel further than
    /// the one before.
    pub(super) taps: usize,
}

pub(super) struct Sweep<'a> {
    pub(super) source: Source<'a>,
    /// Distance in source pixels from one output to the next of the same phase.
    pub(super) step: usize,
    pub(super) row_phases: &'a [Phase],
    pub(super) column_phases: &'a [Phase],
    /// Distance in kernel positions from one tap to the next; negative in a flipped kernel.
    pub(super) rise: isize,
    /// Weights of the kernel, `[kernel_height, kernel_width, channels]`.
    pub(super) weight: &'a [f32],
    pub(super) kernel_width: usize,
    pub(super) bias: Option<&'a [f32]>,
    pub(super) activation: Activation,
    pub(super) target: Shared,
    /// Height and width of the outputs, in pixels.
    pub(super) size: [usize; 2],
}

impl Sweep<'_> {
    pub(super) fn run(&self, isa: Isa) {
        let [batch, _, _, channels] = self.source.shape;
        let rows = batch * self.size[0];
        let floats = rows * self.size[1] * channels;
        if floats == 0 {
            return;
        }
        let taps = |phases: &[Phase]| phases.iter().map(|phase| phase.taps).max().unwrap_or(0);
        let taps = taps(self.row_phases) * taps(self.column_phases);
        let tasks = parallel::tasks_for(floats * (taps + 4), rows);
        parallel::for_each(tasks, |task| {
            isa.run(Rows {
                sweep: self,
                rows: parallel::share(rows, tasks, task),
            });
        });
    }

    /// Lists in `taps` the rows of the source that the outputs of row `y` meet, each with the
    /// offset of its first column's weights.
    fn row_taps(&self, picture: usize, y: usize, columns: &Phase, taps: &mut Vec<RowTap>) {
        let [_, height, width, channels] = self.source.shape;
        let phases = self.row_phases.len();
        let phase = &self.row_phases[y % phases];
        let top = (y / phases * self.step) as isize + phase.first;
        taps.clear();
        for tap in 0..phase.taps {
            let y = top + tap as isize;
            if y >= 0 && y < height as isize {
                let position = phase.position as isize + tap as isize * self.rise;
                let position = position as usize * self.kernel_width + columns.position;
                taps.push(RowTap {
                    source: (picture * height + y as usize) * width * channels,
                    left: columns.first,
                    weight: position * channels,
                });
            }
        }
    }
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
        let [_, _, width, channels] = sweep.source.shape;
        let [target_height, target_width] = sweep.size;
        let phases = sweep.column_phases.len();
        let finish = Finish::new(simd, sweep.activation);
        let rise = sweep.rise * channels as isize;
        let (mut taps, mut single) = (Vec::new(), Vec::new());
        for row in self.rows {
            let (picture, y) = (row / target_height, row % target_height);
            for (number, columns) in sweep.column_phases.iter().enumerate() {
                sweep.row_taps(picture, y, columns, &mut taps);
                let known = matches!((columns.taps, sweep.step), (1, _) | (2, 1) | (3 | 5, 1 | 2));
                if !known {
                    each_by_itself(&taps, columns.taps, rise, &mut single);
                }
                let line = Line {
                    source: sweep.source.data,
                    channels,
                    width,
                    step: sweep.step,
                    taps: if known { &taps } else { &single },
                    weight: sweep.weight,
                    rise,
                    bias: sweep.bias,
                    target: sweep.target,
                    place: (row * target_width + number) * channels,
                    target_step: phases * channels,
                    count: target_width.saturating_sub(number).div_ceil(phases),
                };
                // SAFETY: rows and weights were found within their slices; this task alone writes
                // this row.
                unsafe {
                    match (columns.taps, sweep.step) {
                        (2, 1) => tile::run::<S, 2, 1>(simd, &line, &finish),
                        (3, 1) => tile::run::<S, 3, 1>(simd, &line, &finish),
                        (5, 1) => tile::run::<S, 5, 1>(simd, &line, &finish),
                        (3, 2) => tile::run::<S, 3, 2>(simd, &line, &finish),
                        (5, 2) => tile::run::<S, 5, 2>(simd, &line, &finish),
                        _ => tile::run::<S, 1, 1>(simd, &line, &finish),
                    }
                }
            }
        }
    }
}

/// Splits rows of `columns` taps each into rows of a single tap each.
fn each_by_itself(rows: &[RowTap], columns: usize, rise: isize, single: &mut Vec<RowTap>) {
    single.clear();
    for row in rows {
        single.extend((0..columns).map(|column| RowTap {
            source: row.source,
            left: row.left + column as isize,
            weight: (row.weight as isize + column as isize * rise) as usize,
        }));
    }
}
