//! The innermost loops of a weight gradient: a few channels of one side times a few vectors of the
//! other, summed over pixels in registers.

use std::ops::Range;

use super::plan::{Plan, Row};
use crate::outer::outer;
use crate::pack::Column;
use crate::simd::Simd;

/// Number of pixels ahead for which both sides are prefetched. A tile reads only a little of every
/// pixel, so that the processor's own prefetching comes late.
const AHEAD: usize = 24;

/// Addresses that a tile of a weight gradient reads and writes.
struct Tile<'a, S: Simd> {
    rows: &'a [Row],
    scalar: *const f32,
    scalar_stride: usize,
    vector: *const f32,
    vector_stride: usize,
    /// Lanes of the last vector that hold channels.
    mask: S::Mask,
    target: *mut f32,
    target_stride: usize,
}

/// Adds the products of some pixels to the result's rows of `channels` (at most one block), within
/// one column.
///
/// # Safety
/// Rows and channels must lie within both sides, and `target` must be the first of the result's
/// rows, that nobody else writes.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    simd: S,
    plan: &Plan,
    rows: &[Row],
    channels: Range<usize>,
    column: Column,
    target: *mut f32,
) {
    // SAFETY: the tiles lie side by side in the rows of `channels`; the mask ends at the last
    // channel.
    unsafe {
        let highest = match (column.vectors, S::MANY_REGISTERS) {
            (1, _) | (2, true) => 12,
            (2, false) => 6,
            (_, true) => 8,
            (_, false) => 4,
        };
        let left = plan.vector.channels - column.first - (column.vectors - 1) * S::LANES;
        let width = plan.vector.channels;
        let tiles = channels.len().div_ceil(highest);
        for i in 0..tiles {
            let first = channels.len() * i / tiles;
            let height = channels.len() * (i + 1) / tiles - first;
            let tile = Tile::<S> {
                rows,
                scalar: plan.scalar.data.add(channels.start + first),
                scalar_stride: plan.scalar.stride,
                vector: plan.vector.data.add(column.first),
                vector_stride: plan.vector.stride,
                mask: simd.mask(left.min(S::LANES)),
                target: target.add(first * width),
                target_stride: width,
            };
            match column.vectors {
                1 => choose::<S, 1>(simd, &tile, height),
                2 => choose::<S, 2>(simd, &tile, height),
                _ => choose_low::<S, 3>(simd, &tile, height),
            }
        }
    }
}

/// Calls [`sum`] for a tile of `height` rows, at most twelve.
///
/// # Safety
/// As for [`sum`], for `height` rows.
#[inline(always)]
unsafe fn choose<S: Simd, const N: usize>(simd: S, tile: &Tile<S>, height: usize) {
    // SAFETY: the height is that of the tile.
    unsafe {
        match height {
            9 => sum::<S, 9, N>(simd, tile),
            10 => sum::<S, 10, N>(simd, tile),
            11 => sum::<S, 11, N>(simd, tile),
            12 => sum::<S, 12, N>(simd, tile),
            _ => choose_low::<S, N>(simd, tile, height),
        }
    }
}

/// Calls [`sum`] for a tile of `height` rows, at most eight.
///
/// # Safety
/// As for [`sum`], for `height` rows.
#[inline(always)]
unsafe fn choose_low<S: Simd, const N: usize>(simd: S, tile: &Tile<S>, height: usize) {
    // SAFETY: the height is that of the tile.
    unsafe {
        match height {
            1 => sum::<S, 1, N>(simd, tile),
            2 => sum::<S, 2, N>(simd, tile),
            3 => sum::<S, 3, N>(simd, tile),
            4 => sum::<S, 4, N>(simd, tile),
            5 => sum::<S, 5, N>(simd, tile),
            6 => sum::<S, 6, N>(simd, tile),
            7 => sum::<S, 7, N>(simd, tile),
            _ => sum::<S, 8, N>(simd, tile),
        }
    }
}

/// Sums up the outer products of `M` scalars with `N` vectors over the tile's pixels.
///
/// # Safety
/// The tile's pixels must have `M` scalars and the lanes of `N` vectors, the last one those of the
/// mask; `M` rows of the target must be there, which nobody else writes.
#[inline(always)]
unsafe fn sum<S: Simd, const M: usize, const N: usize>(simd: S, tile: &Tile<S>) {
    // SAFETY: the caller's promise; of the last vector only the lanes of the mask are touched.
    unsafe {
        let mut sums = [[simd.splat(0.0); N]; M];
        for row in tile.rows {
            let mut a = tile.scalar.add(row.scalar);
            let mut b = tile.vector.add(row.vector);
            for _ in 0..row.count {
                simd.prefetch(a.wrapping_add(AHEAD * tile.scalar_stride));
                for n in (0..N).step_by(S::VECTORS_A_LINE) {
                    simd.prefetch(b.wrapping_add(AHEAD * tile.vector_stride + n * S::LANES));
                }
                let mut v = [simd.splat(0.0); N];
                for (n, v) in v.iter_mut().enumerate() {
                    *v = if n + 1 < N {
                        simd.load(b.add(n * S::LANES))
                    } else {
                        simd.load_masked(b.add(n * S::LANES), tile.mask)
                    };
                }
                outer::<S, M, N>(simd, a, &v, &mut sums);
                a = a.wrapping_add(tile.scalar_stride);
                b = b.wrapping_add(tile.vector_stride);
            }
        }
        for m in 0..M {
            for n in 0..N {
                let to = tile.target.add(m * tile.target_stride + n * S::LANES);
                if n + 1 < N {
                    simd.store(to, simd.add(simd.load(to), sums[m][n]));
                } else {
                    let old = simd.load_masked(to, tile.mask);
                    simd.store_masked(to, simd.add(old, sums[m][n]), tile.mask);
                }
            }
        }
    }
}
