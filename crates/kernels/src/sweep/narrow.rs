//! The innermost loops where there are only a few output channels: vectors run over the inputs,
//! and are summed up at the end.

use super::pixels::BLOCK;
use super::tile::Job;
use crate::simd::Simd;

/// Computes one job whose weights are narrow.
///
/// # Safety
/// As for [`super::tile::run`].
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(job: &Job) {
    unsafe {
        match (job.weights.channels, S::MANY_REGISTERS) {
            (1, _) => pixels::<S, 8, 1>(job),
            (2, true) => pixels::<S, 8, 2>(job),
            (2, false) => pixels::<S, 4, 2>(job),
            (3, true) => pixels::<S, 6, 3>(job),
            (3, false) => pixels::<S, 3, 3>(job),
            (_, true) => pixels::<S, 4, 4>(job),
            (_, false) => pixels::<S, 2, 4>(job),
        }
    }
}

#[inline(always)]
unsafe fn pixels<S: Simd, const P: usize, const C: usize>(job: &Job) {
    unsafe {
        let mut first = 0;
        while first < job.count {
            let sums = tile::<S, P, C>(job, job.table.add(first));
            for p in 0..P {
                if first + p >= job.count {
                    break;
                }
                let to = job.target.at(*job.places.get_unchecked(first + p));
                for c in 0..C {
                    let y = S::sum(sums[p][c]) + job.bias[c];
                    *to.add(c) = job.activation.apply(y);
                }
            }
            first += P;
        }
    }
}

/// The sums over all taps and their floats, lane by lane.
#[inline(always)]
unsafe fn tile<S: Simd, const P: usize, const C: usize>(
    job: &Job,
    mut table: *const *const f32,
) -> [[S::Vector; C]; P] {
    unsafe {
        let mut sums = [[S::splat(0.0); C]; P];
        let depth = job.weights.depth;
        let mut weights = job.weights.narrow();
        let whole = job.length / S::LANES * S::LANES;
        for _ in 0..job.taps {
            let from: [*const f32; P] = table.cast::<[*const f32; P]>().read();
            let mut i = 0;
            while i < whole {
                let mut w = [S::splat(0.0); C];
                for (c, w) in w.iter_mut().enumerate() {
                    *w = S::load(weights.add(c * depth + i));
                }
                for p in 0..P {
                    let x = S::load(from[p].add(i));
                    for c in 0..C {
                        sums[p][c] = S::fma(x, w[c], sums[p][c]);
                    }
                }
                i += S::LANES;
            }
            if i < job.length {
                let mask = S::mask(job.length - i);
                for p in 0..P {
                    let x = S::load_masked(from[p].add(i), mask);
                    for c in 0..C {
                        let w = S::load_masked(weights.add(c * depth + i), mask);
                        sums[p][c] = S::fma(x, w, sums[p][c]);
                    }
                }
            }
            weights = weights.add(job.length);
            table = table.add(BLOCK);
        }
        sums
    }
}
