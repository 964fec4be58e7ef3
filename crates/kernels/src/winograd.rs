//! 3×3 convolutions with stride 1 in a quarter of the multiplications: Winograd's minimal filtering
//! F(4×4, 3×3) and the gradient of the weight by the same transforms (Lavin and Gray 2016, section
//! 4; Winograd 1980).
//!
//! The output is cut into tiles of 4×4. The 6×6 inputs of a tile and the 3×3 weights are brought
//! into a form in which the convolution is 36 independent products, each a matrix product over the
//! channels. The transforms cost a few additions for each number, so that the method pays from
//! about sixteen channels on; rounding errors stay below 3e-5 of the largest result.

mod forward;
mod products;
mod read;
mod tiles;
mod transform;
mod weight_gradient;
mod weights;

use std::sync::OnceLock;

use crate::geometry::Geometry;
use crate::sweep::Sweep;
use tiles::Tiles;

pub(crate) use forward::run;
pub(crate) use weight_gradient::weight_gradient;
pub(crate) use weights::Transformed;

/// Side of a tile of outputs, in pixels.
const TILE: usize = 4;
/// Side of the window of inputs that a tile sees, in pixels.
const WINDOW: usize = 6;
/// Number of products for a tile and a pair of channels.
const PRODUCTS: usize = WINDOW * WINDOW;

/// Cost of transforming one channel of a tile's inputs or outputs, measured in multiplications of
/// the inner loops.
const TRANSFORM: usize = 400;

/// Whether a sweep is a 3×3 convolution with stride 1 that Winograd's method computes faster.
pub(crate) fn pays_for(sweep: &Sweep) -> bool {
    let [first, .., last] = sweep.taps else {
        return false;
    };
    let square =
        sweep.taps.len() == 9 && last.row - first.row == 2 && last.column - first.column == 2;
    let steps = sweep.step == 1 && sweep.target.step == 1;
    square
        && steps
        && !sweep.weights.is_narrow()
        && pays(
            &Tiles::new(sweep.source.shape[0], sweep.grid),
            sweep.source.shape[3],
            sweep.weights.channels,
        )
}

/// Whether Winograd's method computes the convolution, and the gradient of its weight, faster.
pub(crate) fn pays_for_convolution(g: &Geometry) -> bool {
    g.kernel_height == 3
        && g.kernel_width == 3
        && g.options.stride == 1
        && pays(
            &Tiles::new(g.batch, [g.height_out, g.width_out]),
            g.channels_in,
            g.channels_out,
        )
}

/// Whether Winograd's method is on: not if the environment variable `UTSUSHI_WINOGRAD` is `off`,
/// for comparisons.
fn is_on() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| std::env::var("UTSUSHI_WINOGRAD").as_deref() != Ok("off"))
}

fn pays(tiles: &Tiles, channels_in: usize, channels_out: usize) -> bool {
    let direct = tiles.pixels() * 9 * channels_in * channels_out;
    let products = PRODUCTS * channels_in * channels_out;
    let transforms = TRANSFORM * (channels_in + channels_out);
    is_on()
        && channels_in >= 8
        && channels_out >= 8
        && tiles.count() * (products + transforms) < direct
}

#[cfg(test)]
mod tests;
