//! Convolution of each channel with a kernel of its own, over plain slices.

mod sweep;
pub(crate) mod weight_gradient;

use crate::Activation;
use crate::direct::input_gradient::along;
use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::sweep::{Source, Target};
use sweep::{Sweep, Tap};

/// The sizes of a depthwise convolution: those of one from one channel to many, but that the
/// picture has as many.
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

/// The convolution; writes all of `y`.
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
    let taps: Vec<Tap> = g
        .kernel_positions()
        .map(|(ky, kx)| Tap {
            row: ky as isize - padding.top as isize,
            column: kx as isize - padding.left as isize,
            position: ky * g.kernel_width + kx,
        })
        .collect();
    Sweep {
        source: Source::new(x, g.input_shape()),
        taps: &taps,
        grid: [g.height_out, g.width_out],
        step: g.options.stride,
        weight,
        bias,
        activation: g.options.activation,
        target: Target {
            data: y,
            height: g.height_out,
            width: g.width_out,
            step: 1,
            origin: [0, 0],
        },
    }
    .run(isa);
}

/// The gradient with respect to the input; writes all of `dx`.
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
    for phase_row in 0..stride.min(g.height) {
        for phase_column in 0..stride.min(g.width) {
            let rows = along(phase_row + g.options.padding.top, g.kernel_height, stride);
            let columns = along(
                phase_column + g.options.padding.left,
                g.kernel_width,
                stride,
            );
            let mut taps = Vec::with_capacity(rows.len() * columns.len());
            for &(ky, row) in &rows {
                for &(kx, column) in &columns {
                    taps.push(Tap {
                        row,
                        column,
                        position: ky * g.kernel_width + kx,
                    });
                }
            }
            Sweep {
                source: Source::new(dy, g.output_shape()),
                taps: &taps,
                grid: [
                    (g.height - phase_row).div_ceil(stride),
                    (g.width - phase_column).div_ceil(stride),
                ],
                step: 1,
                weight,
                bias: None,
                activation: Activation::Identity,
                target: Target {
                    data: dx,
                    height: g.height,
                    width: g.width,
                    step: stride,
                    origin: [phase_row, phase_column],
                },
            }
            .run(isa);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::weight_gradient::weight_gradient;
    use super::*;
    use crate::testing::{Random, assert_close, reference};

    #[test]
    fn random_shapes_agree_with_64_bit_floats_on_every_instruction_set() {
        for isa in Isa::available() {
            let mut random = Random::new(21);
            for _ in 0..80 {
                let kernel = random.pick(&[1, 3, 5]);
                let options = crate::Conv2dOptions {
                    activation: Activation::Identity,
                    ..random.options()
                };
                let padding = options.padding;
                let height = random.side(kernel, padding.top + padding.bottom, 14);
                let width = random.side(kernel, padding.left + padding.right, 20);
                let channels = random.integer(1, 70);
                let shape = [random.integer(1, 3), height, width, channels];
                let g = geometry(shape, [kernel, kernel, channels], options);
                let x = random.floats(shape.iter().product());
                let weight = random.floats(kernel * kernel * channels);
                let dy = random.floats(g.output_shape().iter().product());
                let mut y = vec![f32::NAN; dy.len()];
                let mut dx = vec![f32::NAN; x.len()];
                let mut dw = vec![f32::NAN; weight.len()];
                // SAFETY: the results have the sizes of output and input.
                unsafe {
                    forward(isa, &g, &x, &weight, None, Shared::new(&mut y));
                    input_gradient(isa, &g, &dy, &weight, Shared::new(&mut dx));
                }
                weight_gradient(isa, &g, &x, &dy, &mut dw);
                let wanted = reference::convolution(&g, true, &x, &weight, &dy);
                let what = |which: &str| format!("{which} with {isa:?} of {g:?}");
                assert_close(&y, &wanted.y, &what("output"));
                assert_close(&dx, &wanted.dx, &what("input's gradient"));
                assert_close(&dw, &wanted.dw, &what("weight's gradient"));
            }
        }
    }
}
