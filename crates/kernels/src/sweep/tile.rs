//! The innermost loops: a few pixels times a few vectors of channels, all sums in registers.

use super::narrow;
use super::pixels::BLOCK;
use crate::Activation;
use crate::finish::Finish;
use crate::pack::{Column, Packed};
use crate::parallel::Shared;
use crate::simd::Simd;

/// One block of pixels and one column of channels.
pub(crate) struct Job<'a> {
    /// `[taps][BLOCK]` addresses of `length` floats.
    pub(crate) table: *const *const f32,
    pub(crate) taps: usize,
    pub(crate) length: usize,
    /// Where each pixel's channels are written.
    pub(crate) places: &'a [usize],
    /// Pixels that are really there.
    pub(crate) count: usize,
    pub(crate) weights: &'a Packed,
    /// One for every channel, filled up to whole vectors.
    pub(crate) bias: &'a [f32],
    pub(crate) column: Column,
    pub(crate) activation: Activation,
    pub(crate) target: Shared,
}

/// Computes one job with the tile that fills the registers: pixels times vectors sums, the
/// vectors of weights, and a float of the input.
///
/// # Safety
/// The instruction set must be there, the addresses good for `length` floats, and nobody else may
/// write what the job writes.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(job: &Job) {
    unsafe {
        if job.weights.is_narrow() {
            return narrow::run::<S>(job);
        }
        match (job.column.vectors, S::MANY_REGISTERS) {
            (1, _) => pixels::<S, 12, 1>(job),
            // Here the inputs of all pixels wait in registers too.
            (2, _) if S::BY_LANE => pixels::<S, 8, 2>(job),
            (_, _) if S::BY_LANE => pixels::<S, 6, 3>(job),
            (2, true) => pixels::<S, 12, 2>(job),
            (2, false) => pixels::<S, 6, 2>(job),
            (_, true) => pixels::<S, 8, 3>(job),
            (_, false) => pixels::<S, 4, 3>(job),
        }
    }
}

#[inline(always)]
unsafe fn pixels<S: Simd, const P: usize, const N: usize>(job: &Job) {
    unsafe {
        let weights = job.weights.weights(job.column);
        let mut first = 0;
        while first < job.count {
            let sums = tile::<S, P, N>(job.table.add(first), job.taps, job.length, weights);
            finish::<S, P, N>(job, first, sums);
            first += P;
        }
    }
}

/// The sums over all taps and their floats.
///
/// # Safety
/// The instruction set must be there, and the first `P` addresses of each tap good for `length`
/// floats.
#[inline(always)]
pub(crate) unsafe fn tile<S: Simd, const P: usize, const N: usize>(
    mut table: *const *const f32,
    taps: usize,
    length: usize,
    mut weights: *const f32,
) -> [[S::Vector; N]; P] {
    unsafe {
        let mut sums = [[S::splat(0.0); N]; P];
        for _ in 0..taps {
            let from: [*const f32; P] = table.cast::<[*const f32; P]>().read();
            let mut done = 0;
            if S::BY_LANE {
                while done + 4 <= length {
                    weights = four::<S, P, N>(&from, done, weights, &mut sums);
                    done += 4;
                }
            }
            for i in done..length {
                let mut w = [S::splat(0.0); N];
                for (n, w) in w.iter_mut().enumerate() {
                    *w = S::load(weights.add(n * S::LANES));
                }
                weights = weights.add(N * S::LANES);
                for p in 0..P {
                    let x = S::splat(*from[p].add(i));
                    for n in 0..N {
                        sums[p][n] = S::fma(x, w[n], sums[p][n]);
                    }
                }
            }
            table = table.add(BLOCK);
        }
        sums
    }
}

/// Four steps of [`tile`] with inputs `i` to `i + 3`; returns where the next weights lie.
#[inline(always)]
unsafe fn four<S: Simd, const P: usize, const N: usize>(
    from: &[*const f32; P],
    i: usize,
    weights: *const f32,
    sums: &mut [[S::Vector; N]; P],
) -> *const f32 {
    unsafe {
        let mut x = [S::splat(0.0); P];
        for p in 0..P {
            x[p] = S::load(from[p].add(i));
        }
        let row = N * S::LANES;
        one::<S, P, N, 0>(&x, weights, sums);
        one::<S, P, N, 1>(&x, weights.add(row), sums);
        one::<S, P, N, 2>(&x, weights.add(2 * row), sums);
        one::<S, P, N, 3>(&x, weights.add(3 * row), sums);
        weights.add(4 * row)
    }
}

/// One lane of the inputs times one row of weights.
#[inline(always)]
unsafe fn one<S: Simd, const P: usize, const N: usize, const LANE: i32>(
    x: &[S::Vector; P],
    weights: *const f32,
    sums: &mut [[S::Vector; N]; P],
) {
    unsafe {
        let mut w = [S::splat(0.0); N];
        for (n, w) in w.iter_mut().enumerate() {
            *w = S::load(weights.add(n * S::LANES));
        }
        for p in 0..P {
            for n in 0..N {
                sums[p][n] = S::fma_lane::<LANE>(x[p], w[n], sums[p][n]);
            }
        }
    }
}

/// Adds the bias, applies the activation and stores.
#[inline(always)]
unsafe fn finish<S: Simd, const P: usize, const N: usize>(
    job: &Job,
    first: usize,
    sums: [[S::Vector; N]; P],
) {
    unsafe {
        let bias = job.bias[job.column.first..].as_ptr();
        let mut biases = [S::splat(0.0); N];
        for (n, vector) in biases.iter_mut().enumerate() {
            *vector = S::load(bias.add(n * S::LANES));
        }
        let left = job.weights.channels - job.column.first - (N - 1) * S::LANES;
        let mask = S::mask(left.min(S::LANES));
        let activation = Finish::<S>::new(job.activation);
        for p in 0..P {
            if first + p >= job.count {
                break;
            }
            let to = job
                .target
                .at(*job.places.get_unchecked(first + p) + job.column.first);
            for n in 0..N {
                let y = activation.apply(S::add(sums[p][n], biases[n]));
                if n + 1 < N {
                    S::store(to.add(n * S::LANES), y);
                } else {
                    S::store_masked(to.add(n * S::LANES), y, mask);
                }
            }
        }
    }
}
