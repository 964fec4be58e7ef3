//! The innermost loops of a sweep with only a few output channels: vectors run over the inputs, and
//! are summed up at the end.

use super::pixels::BLOCK;
use super::tile::Job;
use crate::simd::Simd;

/// Computes one job whose weights are narrow.
///
/// # Safety
/// As for [`super::tile::run`].
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(simd: S, job: &Job) {
    // SAFETY: the caller's promise.
    unsafe {
        match (job.weights.channels, S::MANY_REGISTERS) {
            (1, _) => pixels::<S, 8, 1>(simd, job),
            (2, true) => pixels::<S, 8, 2>(simd, job),
            (2, false) => pixels::<S, 4, 2>(simd, job),
            (3, true) => pixels::<S, 6, 3>(simd, job),
            (3, false) => pixels::<S, 3, 3>(simd, job),
            (_, true) => pixels::<S, 4, 4>(simd, job),
            (_, false) => pixels::<S, 2, 4>(simd, job),
        }
    }
}

/// Computes a job with tiles of `P` pixels and `C` channels.
///
/// # Safety
/// As for [`super::tile::run`].
#[inline(always)]
unsafe fn pixels<S: Simd, const P: usize, const C: usize>(simd: S, job: &Job) {
    // SAFETY: a table has addresses for whole tiles; only places of pixels that are there are
    // written.
    unsafe {
        let mut first = 0;
        while first < job.count {
            let sums = tile::<S, P, C>(simd, job, job.table.add(first));
            for p in 0..P {
                if first + p >= job.count {
                    break;
                }
                let to = job.target.at(*job.places.get_unchecked(first + p));
                for c in 0..C {
                    let y = simd.sum(sums[p][c]) + job.bias[c];
                    *to.add(c) = job.activation.apply(y);
                }
            }
            first += P;
        }
    }
}

/// Sums the products over all taps and their floats, lane by lane.
///
/// # Safety
/// The first `P` addresses of each tap in the table must be good for `length` floats.
#[inline(always)]
unsafe fn tile<S: Simd, const P: usize, const C: usize>(
    simd: S,
    job: &Job,
    mut table: *const *const f32,
) -> [[S::Vector; C]; P] {
    // SAFETY: the caller's promise; there are `depth` weights for each channel, `length` for each
    // tap.
    unsafe {
        let mut sums = [[simd.splat(0.0); C]; P];
        let depth = job.weights.depth;
        let mut weights = job.weights.narrow();
        let whole = job.length / S::LANES * S::LANES;
        for _ in 0..job.taps {
            let from: [*const f32; P] = table.cast::<[*const f32; P]>().read();
            let mut i = 0;
            while i < whole {
                let mut w = [simd.splat(0.0); C];
                for (c, w) in w.iter_mut().enumerate() {
                    *w = simd.load(weights.add(c * depth + i));
                }
                for p in 0..P {
                    let x = simd.load(from[p].add(i));
                    for c in 0..C {
                        sums[p][c] = simd.fma(x, w[c], sums[p][c]);
                    }
                }
                i += S::LANES;
            }
            if i < job.length {
                let mask = simd.mask(job.length - i);
                for p in 0..P {
                    let x = simd.load_masked(from[p].add(i), mask);
                    for c in 0..C {
                        let w = simd.load_masked(weights.add(c * depth + i), mask);
                        sums[p][c] = simd.fma(x, w, sums[p][c]);
                    }
                }
            }
            weights = weights.add(job.length);
            table = table.add(BLOCK);
        }
        sums
    }
}
