use super::{pays_for_convolution, weight_gradient};
use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::testing::{Random, assert_within, reference};
use crate::{Activation, Border, Conv2dOptions, Padding, direct};

/// Largest error of Winograd's method, as a share of the largest number. Its transforms subtract
/// large numbers from each other, so that the error is above that of the other kernels.
const ROUNDING: f64 = 3e-5;

/// Compares the forward convolution and both gradients, with one instruction set, with 64-bit
/// floats.
fn check(isa: Isa, g: &Geometry, random: &mut Random) {
    let x = random.floats(g.input_shape().iter().product());
    let weight = random.floats(g.weight_shape().iter().product());
    let bias = random.floats(g.channels_out);
    let dy = random.floats(g.output_shape().iter().product());
    let mut y = vec![f32::NAN; dy.len()];
    let mut dx = vec![f32::NAN; x.len()];
    let mut dw = vec![f32::NAN; weight.len()];
    // SAFETY: the results have the sizes of output and input.
    unsafe {
        direct::forward(isa, g, &x, &weight, Some(&bias), Shared::new(&mut y));
        direct::input_gradient::input_gradient(isa, g, &dy, &weight, Shared::new(&mut dx));
    }
    weight_gradient(isa, g, &x, &dy, &mut dw);
    let mut wanted = reference::convolution(g, false, &x, &weight, &dy);
    for (i, y) in wanted.y.iter_mut().enumerate() {
        let z = *y + f64::from(bias[i % g.channels_out]);
        let (slope, low, high) = g.options.activation.limits();
        let z = if z > 0.0 { z } else { f64::from(slope) * z };
        *y = z.clamp(f64::from(low), f64::from(high));
    }
    let what = |which: &str| format!("{which} with {isa:?} of {g:?}");
    assert_within(ROUNDING, &y, &wanted.y, &what("output"));
    assert_within(ROUNDING, &dx, &wanted.dx, &what("input's gradient"));
    assert_within(ROUNDING, &dw, &wanted.dw, &what("weight's gradient"));
}

fn options(padding: [usize; 4], activation: Activation) -> Conv2dOptions {
    let [top, left, bottom, right] = padding;
    Conv2dOptions {
        stride: 1,
        padding: Padding {
            top,
            left,
            bottom,
            right,
        },
        border: Border::Zeros,
        activation,
    }
}

#[test]
fn odd_sides_uneven_paddings_and_part_vectors_agree_with_64_bit_floats() {
    let cases = [
        ([2, 8, 8, 24], 33, [1; 4], Activation::LeakyRelu(0.2)),
        ([1, 11, 7, 40], 17, [0, 1, 2, 1], Activation::Identity),
        ([3, 4, 13, 70], 64, [1; 4], Activation::Relu6),
        ([1, 6, 6, 96], 130, [0; 4], Activation::Identity),
        ([5, 16, 12, 48], 50, [2; 4], Activation::Identity),
        // With vectors of four, half a register tile of rows is left over.
        ([2, 9, 9, 12], 20, [1; 4], Activation::Identity),
    ];
    for isa in Isa::available() {
        let mut random = Random::new(31);
        for (x, channels, padding, activation) in cases {
            let weight = [3, 3, x[3], channels];
            check(
                isa,
                &Geometry::new(x, weight, options(padding, activation)),
                &mut random,
            );
        }
    }
}

#[test]
fn sums_over_several_chunks_and_many_tasks_agree_too() {
    let mut random = Random::new(32);
    for x in [[2, 60, 62, 64], [1, 36, 36, 160]] {
        let g = Geometry::new(x, [3, 3, x[3], 64], Conv2dOptions::padded(1));
        assert!(pays_for_convolution(&g));
        check(Isa::get(), &g, &mut random);
    }
}

#[test]
fn it_is_used_where_it_pays_only() {
    let pays = |x: [usize; 4], kernel: usize, channels: usize, stride: usize| {
        let options = Conv2dOptions::padded(kernel / 2).stride(stride);
        let weight = [kernel, kernel, x[3], channels];
        pays_for_convolution(&Geometry::new(x, weight, options))
    };
    assert!(pays([1, 64, 64, 64], 3, 64, 1));
    assert!(!pays([1, 64, 64, 64], 3, 64, 2), "stride");
    assert!(!pays([1, 64, 64, 64], 5, 64, 1), "side of the kernel");
    assert!(!pays([1, 64, 64, 4], 3, 64, 1), "few channels");
    assert!(!pays([9, 1, 1, 64], 3, 64, 1), "tiles with one pixel each");
}
