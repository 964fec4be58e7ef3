//! Full convolution, of every input channel with every output channel, over plain slices.

pub(crate) mod input_gradient;
pub(crate) mod weight_gradient;

use crate::geometry::Geometry;
use crate::kept;
use crate::pack::{Direction, Packed, padded_bias};
use crate::parallel::Shared;
use crate::reduced;
use crate::simd::Isa;
use crate::sweep::{Source, Sweep, Tap, Target};
use crate::winograd;

/// Computes the convolution; writes all of `y`, `[batch, height_out, width_out, channels_out]`.
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
    if let Some(unit) = reduced::unit_for(geometry) {
        // SAFETY: the caller's promise.
        return unsafe { forward_reduced(isa, unit, geometry, x, weight, bias, y) };
    }
    let source = Source::new(x, geometry.input_shape()).within(geometry.options.border);
    // SAFETY: the caller's promise.
    unsafe { forward_from(isa, geometry, source, weight, bias, y) }
}

/// Computes the convolution of a source that may have rows above it, which stand for the padding
/// there. Writes all of `y`.
///
/// # Safety
/// As for [`forward`].
pub(crate) unsafe fn forward_from(
    isa: Isa,
    geometry: &Geometry,
    source: Source,
    weight: &[f32],
    bias: Option<&[f32]>,
    y: Shared,
) {
    let g = geometry;
    let padding = g.options.padding;
    let taps: Vec<Tap> = g
        .kernel_positions()
        .map(|(ky, kx)| Tap {
            row: ky as isize - padding.top as isize,
            column: kx as isize - padding.left as isize,
        })
        .collect();
    let kept = kept::find(isa, g, weight);
    let own;
    let packed = match &kept {
        Some(kept) => kept.packed(),
        None => {
            own = pack(isa, g, weight);
            &own
        }
    };
    let bias = padded_bias(bias, g.channels_out, isa.lanes());
    let sweep = Sweep {
        source,
        taps: &taps,
        grid: [g.height_out, g.width_out],
        step: g.options.stride,
        weights: packed,
        kept: kept.as_ref().map(|kept| kept.transformed()),
        bias: &bias,
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

/// Whether [`forward_from`] computes the convolution by Winograd's method, which alone reads
/// sources that are [made](Source::made) of others.
pub(crate) fn is_transformed(geometry: &Geometry) -> bool {
    winograd::pays_for_convolution(geometry)
}

/// Computes the convolution with factors rounded to 16 bits; writes all of `y`.
///
/// # Safety
/// As for [`forward`].
pub(crate) unsafe fn forward_reduced(
    isa: Isa,
    unit: reduced::Unit,
    g: &Geometry,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    y: Shared,
) {
    let order: Vec<usize> = (0..g.kernel_height * g.kernel_width).collect();
    let kernel = [g.kernel_height, g.kernel_width];
    let channels = [g.channels_in, g.channels_out];
    let weights = reduced::Weights::new(unit, weight, channels, kernel, &order, Direction::Forward);
    let job = reduced::Job {
        source: Source::new(x, g.input_shape()),
        first: Tap {
            row: -(g.options.padding.top as isize),
            column: -(g.options.padding.left as isize),
        },
        grid: [g.height_out, g.width_out],
        step: g.options.stride,
        weights: &weights,
        bias: &padded_bias(bias, g.channels_out, reduced::Weights::GROUP),
        activation: g.options.activation,
        target: Target {
            data: y,
            height: g.height_out,
            width: g.width_out,
            step: 1,
            origin: [0, 0],
        },
    };
    reduced::run(&job, isa, unit);
}

/// Packs the weights in the order in which a forward convolution reads them.
pub(crate) fn pack(isa: Isa, g: &Geometry, weight: &[f32]) -> Packed {
    let order: Vec<usize> = (0..g.kernel_height * g.kernel_width).collect();
    let channels = [g.channels_in, g.channels_out];
    Packed::new(weight, channels, &order, Direction::Forward, isa.lanes())
}

#[cfg(test)]
mod tests {
    use super::input_gradient::input_gradient;
    use super::weight_gradient::weight_gradient;
    use super::*;
    use crate::Conv2dOptions;
    use crate::testing::{Random, assert_close, reference};

    fn check(isa: Isa, geometry: &Geometry, random: &mut Random) {
        let x = random.floats(geometry.input_shape().iter().product());
        let weight = random.floats(geometry.weight_shape().iter().product());
        let bias = random.floats(geometry.channels_out);
        let dy = random.floats(geometry.output_shape().iter().product());
        // What is not written stays a number that is none.
        let mut y = vec![f32::NAN; dy.len()];
        let mut dx = vec![f32::NAN; x.len()];
        let mut dw = vec![f32::NAN; weight.len()];
        // SAFETY: the results have the sizes of output and input.
        unsafe {
            forward(isa, geometry, &x, &weight, Some(&bias), Shared::new(&mut y));
            input_gradient(isa, geometry, &dy, &weight, Shared::new(&mut dx));
        }
        weight_gradient(isa, geometry, &x, &dy, &mut dw);
        let mut wanted = reference::convolution(geometry, false, &x, &weight, &dy);
        for (i, y) in wanted.y.iter_mut().enumerate() {
            let z = *y + f64::from(bias[i % geometry.channels_out]);
            let (slope, low, high) = geometry.options.activation.limits();
            let z = if z > 0.0 { z } else { f64::from(slope) * z };
            *y = z.clamp(f64::from(low), f64::from(high));
        }
        let what = |which: &str| format!("{which} with {isa:?} of {geometry:?}");
        assert_close(&y, &wanted.y, &what("output"));
        assert_close(&dx, &wanted.dx, &what("input's gradient"));
        assert_close(&dw, &wanted.dw, &what("weight's gradient"));
    }

    #[test]
    fn random_shapes_agree_with_64_bit_floats_on_every_instruction_set() {
        for isa in Isa::available() {
            let mut random = Random::new(11);
            for _ in 0..120 {
                let kernel = random.pick(&[1, 3, 4, 5]);
                let options = random.options();
                let padding = options.padding;
                let height = random.side(kernel, padding.top + padding.bottom, 12);
                let width = random.side(kernel, padding.left + padding.right, 12);
                let most = [random.pick(&[5, 20, 70]), random.pick(&[5, 20, 70])];
                let (from, to) = (random.integer(1, most[0]), random.integer(1, most[1]));
                let x = [random.integer(1, 3), height, width, from];
                check(
                    isa,
                    &Geometry::new(x, [kernel, kernel, from, to], options),
                    &mut random,
                );
            }
        }
    }

    #[test]
    fn sizes_that_are_cut_into_tasks_agree_too() {
        let mut random = Random::new(12);
        let cases = [
            // Pixels in several parts; weights read once for several blocks; the taps in groups;
            // a matrix product without neighbourhood; the scalar side being the gradient.
            ([2, 33, 31, 40], [3, 3, 40, 33], 1),
            ([1, 7, 9, 130], [3, 3, 130, 150], 1),
            ([3, 4, 4, 200], [4, 4, 200, 64], 2),
            ([2, 40, 40, 64], [1, 1, 64, 100], 1),
            ([2, 40, 40, 96], [1, 1, 96, 20], 1),
        ];
        for (x, weight, stride) in cases {
            let options = Conv2dOptions::padded(weight[0] / 2).stride(stride);
            check(Isa::get(), &Geometry::new(x, weight, options), &mut random);
        }
    }
}
