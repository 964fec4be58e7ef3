//! The innermost loops of a sweep: a few pixels times a few vectors of channels, all sums in
//! registers.

use super::narrow;
use super::pixels::BLOCK;
use crate::Activation;
use crate::finish::Finish;
use crate::pack::{Column, Packed};
use crate::parallel::Shared;
use crate::simd::Simd;

/// Distance ahead, in floats, at which weights are prefetched. A column of weights is often larger
/// than the first-level cache, and comes from the second for every tile.
const AHEAD: usize = 256;

/// A job for the tiles: one block of pixels and one column of channels.
pub(crate) struct Job<'a> {
    /// Addresses that the taps read, `[taps][BLOCK]`, each of `length` floats.
    pub(crate) table: *const *const f32,
    pub(crate) taps: usize,
    pub(crate) length: usize,
    /// Offset in the target at which each pixel's channels are written.
    pub(crate) places: &'a [usize],
    /// Number of pixels in the block that exist.
    pub(crate) count: usize,
    pub(crate) weights: &'a Packed,
    /// The bias of every channel, filled up with zeros to whole vectors.
    pub(crate) bias: &'a [f32],
    pub(crate) column: Column,
    pub(crate) activation: Activation,
    pub(crate) target: Shared,
}

/// Computes one job with the tile that fills the registers: one for each pixel and vector of sums,
/// one for each vector of weights, and one for a float of the input.
///
/// # Safety
/// The addresses must be good for `length` floats, and nobody else may write what the job writes.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(simd: S, job: &Job) {
    // SAFETY: the caller's promise.
    unsafe {
        if job.weights.is_narrow() {
            return narrow::run::<S>(simd, job);
        }
        match (job.column.vectors, S::MANY_REGISTERS) {
            (1, _) => pixels::<S, 12, 1>(simd, job),
            // Here the inputs of all pixels wait in registers too.
            (2, _) if S::BY_LANE => pixels::<S, 8, 2>(simd, job),
            (_, _) if S::BY_LANE => pixels::<S, 6, 3>(simd, job),
            (2, true) => pixels::<S, 12, 2>(simd, job),
            (2, false) => pixels::<S, 6, 2>(simd, job),
            (_, true) => pixels::<S, 8, 3>(simd, job),
            (_, false) => pixels::<S, 4, 3>(simd, job),
        }
    }
}

/// Computes a job with tiles of `P` pixels and `N` vectors.
///
/// # Safety
/// As for [`run`].
#[inline(always)]
unsafe fn pixels<S: Simd, const P: usize, const N: usize>(simd: S, job: &Job) {
    // SAFETY: a table has addresses for whole tiles, of the block or of zeros; weights are packed
    // for this column's vectors.
    unsafe {
        let weights = job.weights.weights(job.column);
        let mut first = 0;
        while first < job.count {
            for place in job.places.iter().skip(first).take(P) {
                // The sums take a while: what they are written over is there by then.
                let to = job.target.address(*place + job.column.first);
                for n in (0..N).step_by(S::VECTORS_A_LINE) {
                    simd.prefetch(to.wrapping_add(n * S::LANES));
                }
            }
            let sums = tile::<S, P, N>(simd, job.table.add(first), job.taps, job.length, weights);
            finish::<S, P, N>(simd, job, first, sums);
            first += P;
        }
    }
}

/// Sums the products of `P` pixels and `N` vectors over all taps and their floats.
///
/// # Safety
/// The first `P` addresses of each tap must be good for `length` floats, and `weights` for as many
/// rows of `N` vectors.
#[inline(always)]
pub(crate) unsafe fn tile<S: Simd, const P: usize, const N: usize>(
    simd: S,
    mut table: *const *const f32,
    taps: usize,
    length: usize,
    mut weights: *const f32,
) -> [[S::Vector; N]; P] {
    // SAFETY: the caller's promise; `four` is called only while four floats are left.
    unsafe {
        let mut sums = [[simd.splat(0.0); N]; P];
        for _ in 0..taps {
            let from: [*const f32; P] = table.cast::<[*const f32; P]>().read();
            let mut done = 0;
            if S::BY_LANE {
                while done + 4 <= length {
                    weights = four::<S, P, N>(simd, &from, done, weights, &mut sums);
                    done += 4;
                }
            }
            for i in done..length {
                let mut w = [simd.splat(0.0); N];
                for (n, w) in w.iter_mut().enumerate() {
                    if n.is_multiple_of(S::VECTORS_A_LINE) {
                        simd.prefetch(weights.wrapping_add(AHEAD + n * S::LANES));
                    }
                    *w = simd.load(weights.add(n * S::LANES));
                }
                weights = weights.add(N * S::LANES);
                for p in 0..P {
                    let x = simd.splat(*from[p].add(i));
                    for n in 0..N {
                        sums[p][n] = simd.fma(x, w[n], sums[p][n]);
                    }
                }
            }
            table = table.add(BLOCK);
        }
        sums
    }
}

/// Four steps of [`tile`] with inputs `i` to `i + 3`; returns where the next weights lie.
///
/// # Safety
/// All addresses must be good for four floats from `i` on, `weights` for four rows of `N` vectors.
#[inline(always)]
unsafe fn four<S: Simd, const P: usize, const N: usize>(
    simd: S,
    from: &[*const f32; P],
    i: usize,
    weights: *const f32,
    sums: &mut [[S::Vector; N]; P],
) -> *const f32 {
    // SAFETY: the caller's promise.
    unsafe {
        let mut x = [simd.splat(0.0); P];
        for p in 0..P {
            x[p] = simd.load(from[p].add(i));
        }
        let row = N * S::LANES;
        one::<S, P, N, 0>(simd, &x, weights, sums);
        one::<S, P, N, 1>(simd, &x, weights.add(row), sums);
        one::<S, P, N, 2>(simd, &x, weights.add(2 * row), sums);
        one::<S, P, N, 3>(simd, &x, weights.add(3 * row), sums);
        weights.add(4 * row)
    }
}

/// Adds the products of one lane of the inputs with one row of weights.
///
/// # Safety
/// `weights` must be good for `N` vectors.
#[inline(always)]
unsafe fn one<S: Simd, const P: usize, const N: usize, const LANE: i32>(
    simd: S,
    x: &[S::Vector; P],
    weights: *const f32,
    sums: &mut [[S::Vector; N]; P],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut w = [simd.splat(0.0); N];
        for (n, w) in w.iter_mut().enumerate() {
            *w = simd.load(weights.add(n * S::LANES));
        }
        for p in 0..P {
            for n in 0..N {
                sums[p][n] = simd.fma_lane::<LANE>(x[p], w[n], sums[p][n]);
            }
        }
    }
}

/// Adds the bias, applies the activation and stores the pixels of a tile.
///
/// # Safety
/// As for [`run`].
#[inline(always)]
unsafe fn finish<S: Simd, const P: usize, const N: usize>(
    simd: S,
    job: &Job,
    first: usize,
    sums: [[S::Vector; N]; P],
) {
    // SAFETY: bias is filled up to whole vectors; only pixels that are there are written, and of
    // the last vector only channels.
    unsafe {
        let bias = job.bias[job.column.first..].as_ptr();
        let mut biases = [simd.splat(0.0); N];
        for (n, vector) in biases.iter_mut().enumerate() {
            *vector = simd.load(bias.add(n * S::LANES));
        }
        let left = job.weights.channels - job.column.first - (N - 1) * S::LANES;
        let mask = simd.mask(left.min(S::LANES));
        let activation = Finish::new(simd, job.activation);
        for p in 0..P {
            if first + p >= job.count {
                break;
            }
            let to = job
                .target
                .at(*job.places.get_unchecked(first + p) + job.column.first);
            for n in 0..N {
                let y = activation.apply(simd.add(sums[p][n], biases[n]));
                if n + 1 < N {
                    simd.store(to.add(n * S::LANES), y);
                } else {
                    simd.store_masked(to.add(n * S::LANES), y, mask);
                }
            }
        }
    }
}
