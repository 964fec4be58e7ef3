//! The step that both weight gradients (direct and Winograd's) are made of: an outer product.

use crate::simd::Simd;

/// Adds to `sums` the outer product of the `M` numbers at `a` with the vectors of `v`.
///
/// # Safety
/// `a` must be good for `M` floats.
#[inline(always)]
pub(crate) unsafe fn outer<S: Simd, const M: usize, const N: usize>(
    simd: S,
    a: *const f32,
    v: &[S::Vector; N],
    sums: &mut [[S::Vector; N]; M],
) {
    // SAFETY: `x` is read four numbers at a time only while four are left.
    unsafe {
        let mut done = 0;
        if S::BY_LANE {
            let (fours, _) = sums.as_chunks_mut::<4>();
            done = fours.len() * 4;
            for (place, sums) in fours.iter_mut().enumerate() {
                let x = simd.load(a.add(place * 4));
                lane::<S, N, 0>(simd, x, v, &mut sums[0]);
                lane::<S, N, 1>(simd, x, v, &mut sums[1]);
                lane::<S, N, 2>(simd, x, v, &mut sums[2]);
                lane::<S, N, 3>(simd, x, v, &mut sums[3]);
            }
        }
        for m in done..M {
            let x = simd.splat(*a.add(m));
            for n in 0..N {
                sums[m][n] = simd.fma(x, v[n], sums[m][n]);
            }
        }
    }
}

/// Adds the products of one lane of `x` with the vectors of `v` to a row of sums.
#[inline(always)]
fn lane<S: Simd, const N: usize, const LANE: i32>(
    simd: S,
    x: S::Vector,
    v: &[S::Vector; N],
    sums: &mut [S::Vector; N],
) {
    for n in 0..N {
        sums[n] = simd.fma_lane::<LANE>(x, v[n], sums[n]);
    }
}
