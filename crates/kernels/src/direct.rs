//! Convolution of every channel with every channel, over plain slices.

pub(crate) mod input_gradient;
pub(crate) mod weight_gradient;

use crate::geometry::Geometry;
use crate::pack::{Direction, Packed};
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::sweep::{Source, Sweep, Tap, Target};

/// The convolution; writes all of `y` (`[batch, height_out, width_out, channels_out]`).
///
/// # Safety
/// `y` must be good for as many floats as the output has.
pub(crate) unsafe fn forward(
    isa: Isa,
    geometry: &Geometry,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    y: Shared,
) {
    let g = geometry;
    let padding = g.options.padding;
    let order: Vec<usize> = (0..g.kernel_height * g.kernel_width).collect();
    let taps: Vec<Tap> = g
        .kernel_positions()
        .map(|(ky, kx)| Tap {
            row: ky as isize - padding.top as isize,
            column: kx as isize - padding.left as isize,
        })
        .collect();
    let channels = [g.channels_in, g.channels_out];
    let packed = Packed::new(
        weight,
        channels,
        &order,
        Direction::Forward,
        bias,
        isa.lanes(),
    );
    let sweep = Sweep {
        source: Source {
            data: x,
            shape: g.input_shape(),
        },
        taps: &taps,
        grid: [g.height_out, g.width_out],
        step: g.options.stride,
        weights: &packed,
        activation: g.options.activation,
        target: Target {
            data: y,
            height: g.height_out,
            width: g.width_out,
            step: 1,
            origin: [0, 0],
        },
    };
    sweep.run(isa);
}
