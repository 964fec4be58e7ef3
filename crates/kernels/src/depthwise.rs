//! Depthwise convolution, each channel with a kernel of its own, over plain slices.

mod sweep;
mod tile;
pub(crate) mod weight_gradient;

use crate::Activation;
use crate::direct::input_gradient::along;
use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::sweep::Source;
use sweep::{Phase, Sweep};

/// Sizes of a depthwise convolution, as those of a convolution from one channel to as many channels
/// as the picture has.
pub(crate) fn geometry(
    x: [usize; 4],
    weight: [usize; 3],
    options: crate::Conv2dOptions,
) -> Geometry {
    let [kernel_height, kernel_width, channels] = weight;
    assert_eq!(
        x[3], channels,
        "depthwise_conv2d: channels of picture {x:?}, weight {weight:?}"
    );
    Geometry::new(
        x,
        [kernel_height, kernel_width, channels, channels],
        options,
    )
}

/// Computes the depthwise convolution; writes all of `y`, `[batch, height_out, width_out,
/// channels]`.
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
    let along = |padding: usize, taps: usize| {
        [Phase {
            first: -(padding as isize),
            position: 0,
            taps,
        }]
    };
    Sweep {
        source: Source::new(x, g.input_shape()),
        step: g.options.stride,
        row_phases: &along(g.options.padding.top, g.kernel_height),
        column_phases: &along(g.options.padding.left, g.kernel_width),
        rise: 1,
        weight,
        kernel_width: g.kernel_width,
        bias,
        activation: g.options.activation,
        target: y,
        size: [g.height_out, g.width_out],
    }
    .run(isa);
}

/// Computes a depthwise convolution's gradient with respect to its input; writes all of `dx`,
/// `[batch, height, width, channels]`.
///
/// # Safety
/// `dx` must be good for as many floats as the input has.
pub(crate) unsafe fn input_gradient(
    isa: Isa,
    geometry: &Geometry,
    dy: &[f32],
    weight: &[f32],
    dx: Shared,
) {
    let g = geometry;
    let stride = g.options.stride;
    let phases = |padding: usize, kernel: usize| -> Vec<Phase> {
        let phase = |phase: usize| {
            let taps = along(phase + padding, kernel, stride);
            taps.first().map_or_else(Phase::default, |first| Phase {
                first: first.1,
                position: first.0,
                taps: taps.len(),
            })
        };
        (0..stride).map(phase).collect()
    };
    Sweep {
        source: Source::new(dy, g.output_shape()),
        step: 1,
        row_phases: &phases(g.options.padding.top, g.kernel_height),
        column_phases: &phases(g.options.padding.left, g.kernel_width),
        rise: -(stride as isize),
        weight,
        kernel_width: g.kernel_width,
        bias: None,
        activation: Activation::Identity,
        target: dx,
        size: [g.height, g.width],
    }
    .run(isa);
}

#[cfg(test)]
mod tests {
    use super::weight_gradient::weight_gradient;
    use super::*;
    use crate::testing::{Random, assert_close, reference};

    fn check(isa: Isa, g: &Geometry, random: &mut Random) {
        let x = random.floats(g.input_shape().iter().product());
        let weight = random.floats(g.kernel_height * g.kernel_width * g.channels_out);
        let dy = random.floats(g.output_shape().iter().product());
        let mut y = vec![f32::NAN; dy.len()];
        let mut dx = vec![f32::NAN; x.len()];
        let mut dw = vec![f32::NAN; weight.len()];
        // SAFETY: the results have the sizes of output and input.
        unsafe {
            forward(isa, g, &x, &weight, None, Shared::new(&mut y));
            input_gradient(isa, g, &dy, &weight, Shared::new(&mut dx));
        }
        weight_gradient(isa, g, &x, &dy, &mut dw);
        let wanted = reference::convolution(g, true, &x, &weight, &dy);
        let what = |which: &str| format!("{which} with {isa:?} of {g:?}");
        assert_close(&y, &wanted.y, &what("output"));
        assert_close(&dx, &wanted.dx, &what("input's gradient"));
        assert_close(&dw, &wanted.dw, &what("weight's gradient"));
    }

    #[test]
    fn random_shapes_agree_with_64_bit_floats_on_every_instruction_set() {
        for isa in Isa::available() {
            let mut random = Random::new(21);
            for _ in 0..120 {
                let kernel = random.pick(&[1, 3, 4, 5]);
                let options = crate::Conv2dOptions {
                    activation: Activation::Identity,
                    ..random.options()
                };
                let padding = options.padding;
                let height = random.side(kernel, padding.top + padding.bottom, 14);
                let width = random.side(kernel, padding.left + padding.right, 30);
                let channels = random.integer(1, 70);
                let shape = [random.integer(1, 3), height, width, channels];
                let g = geometry(shape, [kernel, kernel, channels], options);
                check(isa, &g, &mut random);
            }
        }
    }

    #[test]
    fn kernels_and_strides_without_a_tile_of_their_own_agree_too() {
        for isa in Isa::available() {
            let mut random = Random::new(22);
            for (kernel, stride) in [([3, 7], 1), ([7, 3], 3), ([2, 5], 3), ([5, 2], 2)] {
                let [rows, columns] = kernel;
                let options = crate::Conv2dOptions::padded(1).stride(stride);
                let g = geometry([2, 11, 23, 35], [rows, columns, 35], options);
                check(isa, &g, &mut random);
            }
        }
    }

    #[test]
    fn the_bits_do_not_depend_on_the_number_of_threads() {
        let mut random = Random::new(23);
        let options = crate::Conv2dOptions::padded(1).stride(2);
        let g = geometry([3, 49, 48, 96], [3, 3, 96], options);
        let x = random.floats(g.input_shape().iter().product());
        let dy = random.floats(g.output_shape().iter().product());
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let mut dw = vec![f32::NAN; 9 * 96];
            pool.build()
                .unwrap()
                .install(|| weight_gradient(Isa::get(), &g, &x, &dy, &mut dw));
            dw
        };
        assert_eq!(with(1), with(3));
    }
}
