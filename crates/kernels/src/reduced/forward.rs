//! Forward convolution in reduced precision, and the gradient of its input.

use std::ops::Range;

use super::block::Block;
use super::layout::{Axis, Layout};
use super::unit::Unit;
use super::{BUFFER, STEP, TILE, Weights, round, tasks_for};
use crate::Activation;
use crate::finish::Finish;
use crate::parallel;
use crate::scratch::Scratch;
use crate::simd::{Isa, Kernel, Simd};
use crate::sweep::{Source, Tap, Target};

/// Output pixels in a block of products.
const ROWS: usize = 2 * TILE;

/// A convolution in reduced precision, or one phase of an input's gradient.
pub(crate) struct Job<'a> {
    pub(crate) source: Source<'a>,
    /// Offset at which the first of the taps reads; the taps are a full rectangle.
    pub(crate) first: Tap,
    /// Rows and columns of output pixels.
    pub(crate) grid: [usize; 2],
    /// Distance in source pixels from one output to the next.
    pub(crate) step: usize,
    pub(crate) weights: &'a Weights,
    /// The bias of every output channel, filled up with zeros to a multiple of 32.
    pub(crate) bias: &'a [f32],
    pub(crate) activation: Activation,
    pub(crate) target: Target,
}

/// Computes every output of the job.
pub(crate) fn run(job: &Job, isa: Isa, unit: Unit) {
    let [batch, height, width, channels] = job.source.shape;
    let [rows, columns] = job.grid;
    if batch * rows * columns == 0 || job.weights.channels == 0 {
        return;
    }
    debug_assert_eq!(job.source.rows_above, 0);
    let [kernel_rows, kernel_columns] = job.weights.kernel;
    let layout = Layout {
        batch,
        rows: Axis::new(height, rows, kernel_rows, job.step, -job.first.row),
        columns: Axis::new(width, columns, kernel_columns, job.step, -job.first.column),
        channels,
    };
    let line = layout.columns.pitch * job.step * channels;
    let taps = kernel_rows * kernel_columns;
    let products = layout.lines() * layout.columns.pitch * taps * channels * job.weights.channels;
    let tasks = tasks_for(products).min(layout.lines());
    let fitting = (BUFFER / 2 / (line * job.step)).saturating_sub(layout.rows.reach());
    let chunk = fitting.clamp(1, layout.lines().div_ceil(tasks));
    let chunks = layout.lines().div_ceil(chunk);
    let tasks = tasks.min(chunks);
    parallel::for_each(tasks, |task| {
        isa.run(Part {
            job,
            unit,
            layout,
            line,
            chunk,
            chunks: parallel::share(chunks, tasks, task),
        });
    });
}

/// One task of a convolution in reduced precision: some of the lines of outputs.
struct Part<'a> {
    job: &'a Job<'a>,
    unit: Unit,
    layout: Layout,
    /// Rounded numbers in a line of inputs.
    line: usize,
    /// Number of lines of outputs whose inputs are rounded together.
    chunk: usize,
    chunks: Range<usize>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (layout, weights) = (&self.layout, self.job.weights);
        let stride = layout.rows.stride;
        let pixel = stride * layout.channels;
        // Lines of the same phase follow each other.
        let phase = (self.chunk + layout.rows.reach()) * self.line;
        // What blocks read beyond the last line is multiplied by zeros, or is no output.
        let beyond = ROWS * pixel + self.read_on();
        let mut numbers = Scratch::take((stride * phase + beyond).div_ceil(2));
        let numbers = bytemuck::cast_slice_mut::<f32, u16>(&mut numbers);
        numbers[stride * phase..].fill(0);
        let mut sums = Scratch::take(ROWS * 2 * TILE);
        let offsets: Vec<usize> = (0..weights.kernel[0])
            .flat_map(|tap| {
                let first = tap % stride * phase + tap / stride * self.line;
                (0..weights.steps).map(move |step| (first + step * STEP) * 2)
            })
            .collect();
        let unit = self.unit.ready();
        for chunk in self.chunks.clone() {
            let first = chunk * self.chunk;
            let lines = first..(first + self.chunk).min(layout.lines());
            self.round(lines.clone(), phase, numbers);
            for group in 0..weights.groups() {
                let column_tiles = weights.tiles(group);
                let outputs = lines.len() * layout.columns.pitch;
                let mut output = 0;
                while output < outputs {
                    let row_tiles = if outputs - output > TILE { 2 } else { 1 };
                    let block = Block {
                        left: numbers[output * pixel..].as_ptr(),
                        left_row: pixel * 2,
                        offsets: offsets.as_ptr(),
                        steps: offsets.len(),
                        right: weights.of(group),
                        row_tiles,
                        column_tiles,
                        sums: sums.as_mut_ptr(),
                        add: false,
                    };
                    let count = (outputs - output).min(ROWS);
                    // SAFETY: the buffer reaches as far as the last output's taps; the sums are
                    // as many as two tiles by two; this task alone writes its lines.
                    unsafe {
                        unit.multiply(&block);
                        self.finish::<S>(simd, first, output..output + count, group, &sums);
                    }
                    output += count;
                }
            }
        }
    }
}

impl Part<'_> {
    /// Number of elements that the taps of one output may read beyond the end of its line.
    fn read_on(&self) -> usize {
        self.job.weights.kernel[1] * self.layout.channels + STEP
    }

    /// Rounds the inputs that some lines of outputs see, those of one row phase of the stride.
    #[inline(always)]
    fn round(&self, lines: Range<usize>, phase: usize, numbers: &mut [u16]) {
        let layout = &self.layout;
        let channels = layout.channels;
        let width = layout.columns.inputs;
        // Inputs of a line: where they begin, and which ones they are.
        let lead = layout.columns.lead;
        let skipped = (-lead).max(0) as usize;
        let start = lead.max(0) as usize * channels;
        let places = layout.columns.pitch * layout.columns.stride;
        let shown = places
            .saturating_sub(lead.max(0) as usize)
            .min(width.saturating_sub(skipped));
        let written = lines.len() + layout.rows.reach();
        for index in 0..layout.rows.stride {
            // The last outputs' taps read on at the start of the next line, which would be zeros. A
            // chunk of fewer lines has what was left in the buffer there.
            let next = index * phase + written * self.line;
            numbers[next..(next + self.read_on()).min((index + 1) * phase)].fill(0);
            for (number, line) in (lines.start..lines.end + layout.rows.reach()).enumerate() {
                let to = &mut numbers[index * phase + number * self.line..][..self.line];
                let Some((picture, row)) = layout.input_row(line, index) else {
                    to.fill(0);
                    continue;
                };
                let from = ((picture * layout.rows.inputs + row) * width + skipped) * channels;
                let from = &self.job.source.data[from..from + shown * channels];
                to[..start].fill(0);
                let (to, rest) = to[start..].split_at_mut(from.len());
                // SAFETY: `to` is as long as `from`.
                unsafe { round::row(self.unit, from, to.as_mut_ptr()) };
                rest.fill(0);
            }
        }
    }

    /// Adds the bias, applies the activation and stores the outputs that belong to a picture.
    ///
    /// # Safety
    /// Nobody else may write these outputs.
    #[inline(always)]
    unsafe fn finish<S: Simd>(
        &self,
        simd: S,
        first: usize,
        outputs: Range<usize>,
        group: usize,
        sums: &[f32],
    ) {
        // SAFETY: `sums` has a row of `width` numbers for every output, and bias whole groups of
        // channels; only outputs that there are are written, which the caller promises are its own.
        unsafe {
            let (layout, target) = (&self.layout, &self.job.target);
            let finish = Finish::new(simd, self.job.activation);
            let channels = self.job.weights.channels;
            let width = self.job.weights.tiles(group) * TILE;
            let channel = group * 2 * TILE;
            let count = (channels - channel).min(width);
            let vectors = count.div_ceil(S::LANES);
            let mask = simd.mask(count - (vectors - 1) * S::LANES);
            let bias = self.job.bias[channel..].as_ptr();
            let pitch = layout.columns.pitch;
            let mut line = first + outputs.start / pitch;
            let mut place = outputs.start % pitch;
            let mut from = sums.as_ptr();
            let mut left = outputs.len();
            while left > 0 {
                let now = left.min(pitch - place);
                if let Some((picture, row)) = layout.output_row(line) {
                    let shown = now.min(layout.columns.outputs.saturating_sub(place));
                    let row = row * target.step + target.origin[0];
                    let column = place * target.step + target.origin[1];
                    let pixel = (picture * target.height + row) * target.width + column;
                    for i in 0..shown {
                        let from = from.add(i * width);
                        let to = target
                            .data
                            .at((pixel + i * target.step) * channels + channel);
                        for n in 0..vectors {
                            let at = n * S::LANES;
                            let y = simd.add(simd.load(from.add(at)), simd.load(bias.add(at)));
                            let y = finish.apply(y);
                            if n + 1 < vectors {
                                simd.store(to.add(at), y);
                            } else {
                                simd.store_masked(to.add(at), y, mask);
                            }
                        }
                    }
                }
                from = from.add(now * width);
                left -= now;
                line += 1;
                place = 0;
            }
        }
    }
}
