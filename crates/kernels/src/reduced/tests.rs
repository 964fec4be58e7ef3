use super::block::Block;
use super::round::rounded;
use super::*;
use crate::Conv2dOptions;
use crate::direct;
use crate::parallel::Shared;
use crate::simd::Isa;
use crate::testing::{Random, assert_within, reference};

/// The sums of a random block of products, as `unit` computes them.
fn block_sums(unit: Unit, random: &mut Random, tiles: [usize; 2], add: bool) -> Vec<f32> {
    let (rows, columns) = (tiles[0] * TILE, tiles[1] * TILE);
    let steps = 5;
    let row = 48;
    let mut numbers = |count: usize| -> Vec<u16> {
        let mut number = || match random.integer(0, 40) {
            // Zeros of both signs, the smallest normal number and one that is not normal.
            0 => 0x8000,
            1 => 0,
            2 => 0x0080,
            3 => 0x8001,
            _ => rounded(random.float() * 2.0_f32.powi(random.integer(0, 12) as i32)),
        };
        (0..count).map(|_| number()).collect()
    };
    let left = numbers(rows * row + 256);
    let right = numbers(steps * tiles[1] * TILE_NUMBERS);
    // Out of order, and not all on even places.
    let offsets = [64, 2, 0, 130, 31 * 2];
    let mut sums = random.floats(rows * columns);
    let block = Block {
        left: left.as_ptr(),
        left_row: row * 2,
        offsets: offsets.as_ptr(),
        steps,
        right: right.as_ptr(),
        row_tiles: tiles[0],
        column_tiles: tiles[1],
        sums: sums.as_mut_ptr(),
        add,
    };
    // SAFETY: the numbers reach as far as the last row's last offset.
    unsafe { unit.ready().multiply(&block) };
    sums
}

#[test]
fn the_emulation_has_the_bits_of_the_matrix_unit() {
    for unit in Unit::available() {
        for tiles in [[2, 2], [2, 1], [1, 2], [1, 1]] {
            for add in [false, true] {
                let found = block_sums(unit, &mut Random::new(71), tiles, add);
                let wanted = block_sums(Unit::Emulated, &mut Random::new(71), tiles, add);
                if unit.name() == "dot" {
                    // Sums in another order.
                    let wanted: Vec<f64> = wanted.iter().map(|x| f64::from(*x)).collect();
                    assert_within(1e-6, &found, &wanted, &format!("{tiles:?}"));
                } else {
                    assert_eq!(found, wanted, "{unit:?}, {tiles:?}, {add}");
                }
            }
        }
    }
}

#[test]
fn numbers_are_rounded_to_the_nearest() {
    let cases = [
        (1.0, 0x3f80),
        (-1.0, 0xbf80),
        // Half way between two: to the even one.
        (1.0 + 1.0 / 256.0, 0x3f80),
        (1.0 + 3.0 / 256.0, 0x3f82),
        (1.0 + 1.1 / 256.0, 0x3f81),
        (f32::MAX, 0x7f80),
        (f32::NEG_INFINITY, 0xff80),
        (f32::MIN_POSITIVE / 2.0, 0),
        (-f32::MIN_POSITIVE / 2.0, 0x8000),
    ];
    for unit in Unit::available() {
        for (x, bits) in cases {
            let mut found = [0; 33];
            // SAFETY: there is room for all.
            unsafe { round::row(unit, &[x; 33], found.as_mut_ptr()) };
            assert_eq!(found, [bits; 33], "{x} by {unit:?}");
        }
        let mut nan = [0];
        // SAFETY: as above.
        unsafe { round::row(unit, &[f32::NAN], nan.as_mut_ptr()) };
        assert!(f32::from_bits(u32::from(nan[0]) << 16).is_nan());
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn products_of_pairs_leave_to_full_precision_what_is_faster_there() {
    let pays = |unit: Unit, kernel: usize, from: usize, to: usize| {
        let options = Conv2dOptions::padded(kernel / 2);
        unit.pays_for(&Geometry::new(
            [2, 32, 32, from],
            [kernel, kernel, from, to],
            options,
        ))
    };
    assert!(pays(Unit::Dot, 1, 64, 64));
    assert!(pays(Unit::Dot, 4, 64, 64));
    assert!(!pays(Unit::Dot, 3, 64, 64), "Winograd's");
    assert!(
        !pays(Unit::Dot, 1, 3, 64) && !pays(Unit::Dot, 1, 64, 3),
        "few channels"
    );
    for (kernel, from, to) in [(3, 64, 64), (1, 3, 64), (1, 64, 3)] {
        assert!(pays(Unit::Matrix, kernel, from, to));
    }
}

/// The numbers rounded to bfloat16, as 32-bit floats.
fn all_rounded(x: &[f32]) -> Vec<f32> {
    let widened = |x: &f32| f32::from_bits(u32::from(rounded(*x)) << 16);
    x.iter().map(widened).collect()
}

/// Compares convolutions in reduced precision with exact sums of products of the rounded numbers,
/// so that only the rounding of sums is left as a difference.
fn check(unit: Unit, g: &Geometry, random: &mut Random) {
    let x = random.floats(g.input_shape().iter().product());
    let weight = random.floats(g.weight_shape().iter().product());
    let bias = random.floats(g.channels_out);
    let dy = random.floats(g.output_shape().iter().product());
    let mut y = vec![f32::NAN; dy.len()];
    let mut dx = vec![f32::NAN; x.len()];
    let mut dw = vec![f32::NAN; weight.len()];
    let isa = Isa::get();
    // SAFETY: the results have the sizes of output and input.
    unsafe {
        let to = Shared::new(&mut y);
        direct::forward_reduced(isa, unit, g, &x, &weight, Some(&bias), to);
        let to = Shared::new(&mut dx);
        direct::input_gradient::input_gradient_reduced(isa, unit, g, &dy, &weight, to);
    }
    weight_gradient(unit, g, &x, &dy, &mut dw);
    let mut wanted = reference::convolution(
        g,
        false,
        &all_rounded(&x),
        &all_rounded(&weight),
        &all_rounded(&dy),
    );
    for (i, y) in wanted.y.iter_mut().enumerate() {
        let z = *y + f64::from(bias[i % g.channels_out]);
        let (slope, low, high) = g.options.activation.limits();
        let z = if z > 0.0 { z } else { f64::from(slope) * z };
        *y = z.clamp(f64::from(low), f64::from(high));
    }
    let what = |which: &str| format!("{which} by {unit:?} of {g:?}");
    assert_within(1e-5, &y, &wanted.y, &what("output"));
    assert_within(1e-5, &dx, &wanted.dx, &what("input's gradient"));
    assert_within(1e-5, &dw, &wanted.dw, &what("weight's gradient"));
}

#[test]
fn random_shapes_agree_with_64_bit_floats_on_every_unit() {
    for unit in Unit::available() {
        let mut random = Random::new(72);
        // The emulation is slow.
        let cases = if unit == Unit::Emulated { 25 } else { 150 };
        for _ in 0..cases {
            let kernel = random.pick(&[1, 3, 4, 5]);
            let options = random.options();
            let padding = options.padding;
            let height = random.side(kernel, padding.top + padding.bottom, 12);
            let width = random.side(kernel, padding.left + padding.right, 12);
            let most = [random.pick(&[5, 20, 70]), random.pick(&[5, 20, 70])];
            let (from, to) = (random.integer(1, most[0]), random.integer(1, most[1]));
            let x = [random.integer(1, 3), height, width, from];
            let g = Geometry::new(x, [kernel, kernel, from, to], options);
            check(unit, &g, &mut random);
        }
    }
}

#[test]
fn sizes_that_are_cut_into_tasks_and_chunks_agree_too() {
    let mut random = Random::new(73);
    let cases = [
        ([2, 65, 70, 64], [3, 3, 64, 64], 1),
        ([1, 7, 9, 130], [3, 3, 130, 150], 1),
        ([3, 40, 40, 100], [4, 4, 100, 64], 2),
        ([4, 64, 64, 64], [1, 1, 64, 100], 1),
        ([2, 40, 40, 96], [1, 1, 96, 20], 1),
        ([3, 64, 64, 3], [3, 3, 3, 32], 2),
        ([2, 64, 64, 32], [3, 3, 32, 3], 1),
    ];
    // The emulation would take too long.
    let units = Unit::available().into_iter();
    for unit in units.filter(|unit| *unit != Unit::Emulated) {
        for (x, weight, stride) in cases {
            let options = Conv2dOptions::padded(weight[0] / 2).stride(stride);
            check(unit, &Geometry::new(x, weight, options), &mut random);
        }
    }
}
