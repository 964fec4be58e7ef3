//! Convolutions whose factors are rounded to 16 bits (bfloat16) and whose sums are 32-bit floats.
//!
//! Pictures are rounded once, row block by row block, into a buffer in which a tap is a constant
//! distance from its output ([`layout`]). All products are then the same small block: 32 rows of
//! one side times 32 columns of the other ([`block`]), on the processor's matrix unit where it has
//! one. Winograd's method is not used in 16 bits: its transforms would cost more than the products
//! and lose precision. Without a matrix unit, Winograd's method in full precision is faster where
//! it can be used, and takes the convolution ([`unit_for`]).

mod block;
#[cfg(target_arch = "x86_64")]
mod dot;
mod emulated;
mod forward;
mod layout;
#[cfg(target_arch = "x86_64")]
mod matrix;
mod round;
#[cfg(test)]
mod tests;
mod unit;
mod weight_gradient;
mod weights;

use crate::geometry::Geometry;
use crate::{Border, Precision};

pub(crate) use forward::{Job, run};
pub(crate) use unit::Unit;
pub(crate) use weight_gradient::weight_gradient;
pub(crate) use weights::Weights;

/// Rows and columns of a tile, the unit in which the matrix unit multiplies.
const TILE: usize = 16;
/// Factors that one step of the matrix unit multiplies and adds up for each sum.
const STEP: usize = 32;
/// 16-bit numbers in a tile of either factor: 16 rows of 32, or 16 pairs of rows of 16.
const TILE_NUMBERS: usize = TILE * STEP;
/// Bytes of rounded numbers, of both factors together, that are kept at once, to stay in the
/// second-level cache.
const BUFFER: usize = 512 << 10;

/// The unit that computes this convolution in reduced precision; none if it is to be computed in
/// full precision, and if its border is not zeros.
pub(crate) fn unit_for(g: &Geometry) -> Option<Unit> {
    let is_empty = g.output_shape().contains(&0) || g.channels_in == 0;
    if g.precision == Precision::Full || is_empty || g.options.border != Border::Zeros {
        return None;
    }
    Unit::get().filter(|unit| unit.pays_for(g))
}

/// The unit that computes the gradient of a convolution's weight in reduced precision; none if full
/// precision is to be used.
pub(crate) fn unit_for_weight_gradient(g: &Geometry) -> Option<Unit> {
    // With few channels most of a tile would be empty.
    unit_for(g).filter(|_| g.channels_in >= TILE / 2)
}

/// Number of tasks into which a job of so many multiplications in reduced precision is cut.
fn tasks_for(operations: usize) -> usize {
    // About eight times as many fit into the same time.
    crate::parallel::tasks_for(operations / 8, usize::MAX)
}
