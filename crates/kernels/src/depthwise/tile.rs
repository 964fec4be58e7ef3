//! The innermost loops of a depthwise sweep: the outputs of a few neighbouring pixels, a vector of
//! channels at a time.
//!
//! Neighbouring outputs share most of their inputs. A tile loads every input of a row once, keeps
//! them in registers, and multiplies each with all the weights that meet it: with a kernel five
//! wide, twelve loads for forty multiplications, where each by itself would need forty.

use crate::finish::Finish;
use crate::parallel::Shared;
use crate::simd::Simd;

/// A row of the source together with the row of the kernel that it is multiplied with.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowTap {
    /// Offset of the source row's first float in the source.
    pub(super) source: usize,
    /// Source column that the first tap reads for output 0; it may lie outside of the picture.
    pub(super) left: isize,
    /// Offset of the first tap's weights in the kernel's weights.
    pub(super) weight: usize,
}

/// A row of outputs of a depthwise sweep, each of which meets `K` neighbouring columns in every row
/// of taps.
pub(super) struct Line<'a> {
    pub(super) source: &'a [f32],
    pub(super) channels: usize,
    /// Width of the source in pixels.
    pub(super) width: usize,
    /// Distance in source columns from one output to the next.
    pub(super) step: usize,
    pub(super) taps: &'a [RowTap],
    pub(super) weight: &'a [f32],
    /// Distance in floats from the weights of one column of taps to those of the next.
    pub(super) rise: isize,
    pub(super) bias: Option<&'a [f32]>,
    pub(super) target: Shared,
    /// Offset of output 0 in the target, in floats.
    pub(super) place: usize,
    /// Distance in floats from one output to the next in the target.
    pub(super) target_step: usize,
    /// Number of outputs in the line.
    pub(super) count: usize,
}

/// Most inputs of one row that a tile keeps in registers: those of eight outputs two apart and five
/// taps.
pub(super) const MOST: usize = 20;

/// Number of outputs of the next tile when `left` remain: one of a few numbers, to keep the program
/// small.
fn outputs<S: Simd>(left: usize) -> usize {
    match left {
        7.. if S::MANY_REGISTERS => 8,
        3.. => 4,
        _ => 2,
    }
}

/// Computes all outputs of a line. `STEP` is the line's step if `K` is more than one, and else 1.
///
/// # Safety
/// The rows of taps must lie within the source and their weights within `weight`; nobody else may
/// write the outputs.
#[inline(always)]
pub(super) unsafe fn run<S: Simd, const K: usize, const STEP: usize>(
    simd: S,
    line: &Line,
    finish: &Finish<S>,
) {
    let inner = inner::<K>(line);
    let mut first = 0;
    while first < line.count {
        let size = outputs::<S>(line.count - first);
        let whole = inner.contains(&first) && first + size <= inner.end;
        let full = line.channels / S::LANES * S::LANES;
        let mut channel = 0;
        // SAFETY: the caller's promise. A whole tile reads and writes nothing that is not there,
        // with vectors that are full; the other tiles ask for each column.
        unsafe {
            if whole && size == if S::MANY_REGISTERS { 8 } else { 4 } {
                let mask = simd.mask(S::LANES);
                while channel < full {
                    if S::MANY_REGISTERS {
                        tile::<S, K, STEP, 8, true>(simd, line, first, channel, mask, finish);
                    } else {
                        tile::<S, K, STEP, 4, true>(simd, line, first, channel, mask, finish);
                    }
                    channel += S::LANES;
                }
            }
            while channel < line.channels {
                let mask = simd.mask((line.channels - channel).min(S::LANES));
                match size {
                    8 => tile::<S, K, STEP, 8, false>(simd, line, first, channel, mask, finish),
                    4 => tile::<S, K, STEP, 4, false>(simd, line, first, channel, mask, finish),
                    _ => tile::<S, K, STEP, 2, false>(simd, line, first, channel, mask, finish),
                }
                channel += S::LANES;
            }
        }
        first += size;
    }
}

/// Range of the outputs for which every tap lies within the source.
fn inner<const K: usize>(line: &Line) -> std::ops::Range<usize> {
    let lefts = || line.taps.iter().map(|tap| tap.left);
    let (Some(least), Some(most)) = (lefts().min(), lefts().max()) else {
        return 0..line.count;
    };
    let first = (-least).max(0).unsigned_abs().div_ceil(line.step);
    let last = line.width as isize - K as isize - most;
    let last = if last < 0 {
        0
    } else {
        (last as usize / line.step + 1).min(line.count)
    };
    first.min(last)..last
}

/// Computes `P` outputs from `first` on, or those of them that exist, for one vector of channels.
/// `WHOLE` says that all of these outputs and their inputs exist, and that the vector is full.
///
/// # Safety
/// As for [`run`]; the lanes of the mask must be channels.
#[inline(always)]
unsafe fn tile<S: Simd, const K: usize, const STEP: usize, const P: usize, const WHOLE: bool>(
    simd: S,
    line: &Line,
    first: usize,
    channel: usize,
    mask: S::Mask,
    finish: &Finish<S>,
) {
    // SAFETY: the caller promises that rows, weights and outputs are there; a column is read only
    // if it lies within the source.
    unsafe {
        let load = |from: *const f32| {
            if WHOLE {
                simd.load(from)
            } else {
                simd.load_masked(from, mask)
            }
        };
        let zero = simd.splat(0.0);
        let bias = match line.bias {
            Some(bias) => load(bias.as_ptr().add(channel)),
            None => zero,
        };
        let mut sums = [bias; P];
        let target = line.place + first * line.target_step + channel;
        // Outputs with others between them: the processor does not guess where the next tile's are.
        if WHOLE
            && line.target_step > line.channels
            && (channel / S::LANES).is_multiple_of(S::VECTORS_A_LINE)
        {
            for p in P..2 * P {
                simd.prefetch(line.target.address(target + p * line.target_step));
            }
        }
        // Single taps have whatever step there is between their outputs.
        let stretch = if K == 1 { line.step } else { 1 };
        for tap in line.taps {
            let column = (first * line.step) as isize + tap.left;
            let row = line.source.as_ptr().add(tap.source + channel);
            let from = row.wrapping_offset(column * line.channels as isize);
            let mut x = [zero; MOST];
            for (j, x) in x.iter_mut().enumerate().take((P - 1) * STEP + K) {
                let inside = ((column + (j * stretch) as isize) as usize) < line.width;
                if WHOLE || inside {
                    *x = load(from.wrapping_add(j * stretch * line.channels));
                }
            }
            let mut weight = line.weight.as_ptr().add(tap.weight + channel);
            for k in 0..K {
                let w = load(weight);
                for p in 0..P {
                    sums[p] = simd.fma(x[p * STEP + k], w, sums[p]);
                }
                weight = weight.wrapping_offset(line.rise);
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            if !WHOLE && first + p >= line.count {
                break;
            }
            let to = line.target.at(target + p * line.target_step);
            let y = finish.apply(*sum);
            if WHOLE {
                simd.store(to, y);
            } else {
                simd.store_masked(to, y, mask);
            }
        }
    }
}
