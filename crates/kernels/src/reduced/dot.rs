//! The block of products by AVX-512's instruction for pairs of bfloat16 numbers (`vdpbf16ps`).

use std::arch::x86_64::*;

use super::TILE_NUMBERS;
use super::block::Block;

/// Rows of a block whose sums are held in registers together.
const ROWS: usize = 8;

/// Computes a block of products.
///
/// # Safety
/// The processor must have the instructions, and the block's addresses must be good for what it
/// says.
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
pub(super) unsafe fn multiply(block: &Block) {
    for first in (0..16 * block.row_tiles).step_by(ROWS) {
        // SAFETY: the caller's promise.
        unsafe {
            match block.column_tiles {
                1 => rows::<1>(block, first),
                _ => rows::<2>(block, first),
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
unsafe fn rows<const TILES: usize>(block: &Block, first: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let left = block.left.byte_add(first * block.left_row);
        let sums = block.sums.add(first * 16 * TILES);
        let mut sum = [[_mm512_setzero_ps(); TILES]; ROWS];
        if block.add {
            for (row, sum) in sum.iter_mut().enumerate() {
                for (tile, sum) in sum.iter_mut().enumerate() {
                    *sum = _mm512_loadu_ps(sums.add((row * TILES + tile) * 16));
                }
            }
        }
        for step in 0..block.steps {
            let left = left.byte_add(*block.offsets.add(step));
            let right = block.right.add(step * TILES * TILE_NUMBERS);
            for pair in 0..16 {
                let mut columns = [_mm512_setzero_si512(); TILES];
                for (tile, columns) in columns.iter_mut().enumerate() {
                    let from = right.add(tile * TILE_NUMBERS + pair * 32);
                    *columns = _mm512_loadu_si512(from.cast());
                }
                for (row, sum) in sum.iter_mut().enumerate() {
                    let from = left.byte_add(row * block.left_row).add(2 * pair);
                    let x = _mm512_set1_epi32(from.cast::<i32>().read_unaligned());
                    for (sum, columns) in sum.iter_mut().zip(columns) {
                        *sum = _mm512_dpbf16_ps(
                            *sum,
                            std::mem::transmute::<__m512i, __m512bh>(x),
                            std::mem::transmute::<__m512i, __m512bh>(columns),
                        );
                    }
                }
            }
        }
        for (row, sum) in sum.iter().enumerate() {
            for (tile, sum) in sum.iter().enumerate() {
                _mm512_storeu_ps(sums.add((row * TILES + tile) * 16), *sum);
            }
        }
    }
}
