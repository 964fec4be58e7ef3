//! The block of products in plain Rust, with the same bits as the matrix unit's.

use super::block::Block;
use super::{STEP, TILE, TILE_NUMBERS};

/// Computes a block as the matrix unit does: for every step, products with even numbers and those
/// with odd ones are summed apart, each by fused multiplications and additions, and the two sums
/// are added and then joined to the whole. Numbers too small to be normal are zero everywhere.
///
/// # Safety
/// The block's addresses must be good for what it says.
pub(super) unsafe fn multiply(block: &Block) {
    let columns = TILE * block.column_tiles;
    for row in 0..TILE * block.row_tiles {
        for column in 0..columns {
            // SAFETY: the caller's promise.
            let sum = unsafe { &mut *block.sums.add(row * columns + column) };
            let mut total = if block.add { *sum } else { 0.0 };
            for step in 0..block.steps {
                let mut halves = [0.0_f32; 2];
                for i in 0..STEP {
                    let tile = step * block.column_tiles + column / TILE;
                    let place = i / 2 * 32 + column % TILE * 2 + i % 2;
                    // SAFETY: the caller's promise.
                    let (left, right) = unsafe {
                        let left = *block.offsets.add(step) + row * block.left_row;
                        (
                            block.left.byte_add(left).add(i).read(),
                            block.right.add(tile * TILE_NUMBERS + place).read(),
                        )
                    };
                    let half = &mut halves[i % 2];
                    *half = flushed(widened(left).mul_add(widened(right), *half));
                }
                total = flushed(total + flushed(halves[0] + halves[1]));
            }
            *sum = total;
        }
    }
}

/// Converts a bfloat16 number, given as its 16 bits, to a 32-bit float.
fn widened(bits: u16) -> f32 {
    flushed(f32::from_bits(u32::from(bits) << 16))
}

fn flushed(x: f32) -> f32 {
    if x.is_subnormal() {
        0.0_f32.copysign(x)
    } else {
        x
    }
}
