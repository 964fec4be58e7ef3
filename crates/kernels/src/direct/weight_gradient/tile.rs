//! The innermost loops: a few channels of one side times a few vectors of the other, summed over
//! pixels in registers.

use std::ops::Range;

use super::plan::{Plan, Row};
use crate::outer::outer;
use crate::pack::Column;
use crate::simd::Simd;

/// Where a tile reads and writes.
struct Tile<'a, S: Simd> {
    rows: &'a [Row],
    scalar: *const f32,
    scalar_stride: usize,
    vector: *const f32,
    vector_stride: usize,
    /// Of the last vector.
    mask: S::Mask,
    target: *mut f32,
    target_stride: usize,
}

/// Adds to the result's rows of `channels` (at most a block), in one column.
///
/// # Safety
/// The instruction set must be there, rows and channels must lie within both sides, and `target`
/// must be the first of the result's rows, that nobody else writes.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    plan: &Plan,
    rows: &[Row],
    channels: Range<usize>,
    column: Column,
    target: *mut f32,
) {
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
                mask: S::mask(left.min(S::LANES)),
                target: target.add(first * width),
                target_stride: width,
            };
            match column.vectors {
                1 => choose::<S, 1>(&tile, height),
                2 => choose::<S, 2>(&tile, height),
                _ => choose_low::<S, 3>(&tile, height),
            }
        }
    }
}

#[inline(always)]
unsafe fn choose<S: Simd, const N: usize>(tile: &Tile<S>, height: usize) {
    unsafe {
        match height {
            9 => sum::<S, 9, N>(tile),
            10 => sum::<S, 10, N>(tile),
            11 => sum::<S, 11, N>(tile),
            12 => sum::<S, 12, N>(tile),
            _ => choose_low::<S, N>(tile, height),
        }
    }
}

#[inline(always)]
unsafe fn choose_low<S: Simd, const N: usize>(tile: &Tile<S>, height: usize) {
    unsafe {
        match height {
            1 => sum::<S, 1, N>(tile),
            2 => sum::<S, 2, N>(tile),
            3 => sum::<S, 3, N>(tile),
            4 => sum::<S, 4, N>(tile),
            5 => sum::<S, 5, N>(tile),
            6 => sum::<S, 6, N>(tile),
            7 => sum::<S, 7, N>(tile),
            _ => sum::<S, 8, N>(tile),
        }
    }
}

#[inline(always)]
unsafe fn sum<S: Simd, const M: usize, const N: usize>(tile: &Tile<S>) {
    unsafe {
        let mut sums = [[S::splat(0.0); N]; M];
        for row in tile.rows {
            let mut a = tile.scalar.add(row.scalar);
            let mut b = tile.vector.add(row.vector);
            for _ in 0..row.count {
                let mut v = [S::splat(0.0); N];
                for (n, v) in v.iter_mut().enumerate() {
                    *v = if n + 1 < N {
                        S::load(b.add(n * S::LANES))
                    } else {
                        S::load_masked(b.add(n * S::LANES), tile.mask)
                    };
                }
                outer::<S, M, N>(a, &v, &mut sums);
                a = a.wrapping_add(tile.scalar_stride);
                b = b.wrapping_add(tile.vector_stride);
            }
        }
        for m in 0..M {
            for n in 0..N {
                let to = tile.target.add(m * tile.target_stride + n * S::LANES);
                if n + 1 < N {
                    S::store(to, S::add(S::load(to), sums[m][n]));
                } else {
                    let old = S::load_masked(to, tile.mask);
                    S::store_masked(to, S::add(old, sums[m][n]), tile.mask);
                }
            }
        }
    }
}
