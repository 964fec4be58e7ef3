//! The step that both weight gradients are made of.

use crate::simd::Simd;

/// Adds to `sums` the outer product of the `M` numbers at `a` with the vectors of `v`.
///
/// # Safety
/// The instruction set must be there, and `a` good for `M` floats.
#[inline(always)]
pub(crate) unsafe fn outer<S: Simd, const M: usize, const N: usize>(
    a: *const f32,
    v: &[S::Vector; N],
    sums: &mut [[S::Vector; N]; M],
) {
    unsafe {
        let mut done = 0;
        if S::BY_LANE {
            let (fours, _) = sums.as_chunks_mut::<4>();
            done = fours.len() * 4;
            for (place, sums) in fours.iter_mut().enumerate() {
                let x = S::load(a.add(place * 4));
                lane::<S, N, 0>(x, v, &mut sums[0]);
                lane::<S, N, 1>(x, v, &mut sums[1]);
                lane::<S, N, 2>(x, v, &mut sums[2]);
                lane::<S, N, 3>(x, v, &mut sums[3]);
            }
        }
        for m in done..M {
            let x = S::splat(*a.add(m));
            for n in 0..N {
                sums[m][n] = S::fma(x, v[n], sums[m][n]);
            }
        }
    }
}

/// One lane of `x` times the vectors.
#[inline(always)]
unsafe fn lane<S: Simd, const N: usize, const LANE: i32>(
    x: S::Vector,
    v: &[S::Vector; N],
    sums: &mut [S::Vector; N],
) {
    for n in 0..N {
        // SAFETY: the caller has the instruction set.
        sums[n] = unsafe { S::fma_lane::<LANE>(x, v[n], sums[n]) };
    }
}
