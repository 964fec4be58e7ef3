//! The inverse discrete cosine transform of Loeffler, Ligtenberg and Moschytz (1989), from
//! quantised coefficients to pixels, in fixed-point numbers with 13 fractional bits. The accurate
//! transform of common decoders computes the same, so that pixels agree to the last bit.

use std::num::Wrapping;

type Lane = Wrapping<i32>;

/// Fractional bits of the factors.
const POINT: usize = 13;
/// Fractional bits that are kept between the two passes.
const BETWEEN: usize = 2;

const fn factor(value: f64) -> Lane {
    Wrapping((value * (1 << POINT) as f64 + 0.5) as i32)
}

/// Transforms coefficients (times their quantisation, both row by row) to 8×8 pixels at `target`,
/// whose rows are `stride` apart.
pub(super) fn to_pixels(
    coefficients: &[i16; 64],
    quantisation: &[u16; 64],
    target: &mut [u8],
    stride: usize,
) {
    let value = |place: usize| {
        Wrapping(i32::from(coefficients[place])) * Wrapping(i32::from(quantisation[place]))
    };
    if coefficients[1..]
        .iter()
        .all(|&coefficient| coefficient == 0)
    {
        let grey = pixel((value(0) * Wrapping(4) + Wrapping(16)) >> 5);
        for row in 0..8 {
            target[row * stride..row * stride + 8].fill(grey);
        }
        return;
    }
    let mut block = [[Wrapping(0); 8]; 8];
    for (row, values) in block.iter_mut().enumerate() {
        for (column, lane) in values.iter_mut().enumerate() {
            *lane = value(row * 8 + column);
        }
    }
    let columns = pass(&block, POINT - BETWEEN);
    let rows = pass(&transposed(&columns), POINT + BETWEEN + 3);
    for (row, values) in transposed(&rows).iter().enumerate() {
        let target = &mut target[row * stride..row * stride + 8];
        for (byte, &value) in target.iter_mut().zip(values) {
            *byte = pixel(value);
        }
    }
}

fn pixel(value: Lane) -> u8 {
    (value + Wrapping(128)).0.clamp(0, 255) as u8
}

fn transposed(block: &[[Lane; 8]; 8]) -> [[Lane; 8]; 8] {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

/// One-dimensional transforms of all columns; the result is shifted by `shift` bits and rounded.
fn pass(block: &[[Lane; 8]; 8], shift: usize) -> [[Lane; 8]; 8] {
    let mut result = [[Wrapping(0); 8]; 8];
    for column in 0..8 {
        let transformed = one(std::array::from_fn(|row| block[row][column]), shift);
        for row in 0..8 {
            result[row][column] = transformed[row];
        }
    }
    result
}

#[inline(always)]
fn one(input: [Lane; 8], shift: usize) -> [Lane; 8] {
    // The even half.
    let middle = (input[2] + input[6]) * factor(0.541_196_100);
    let low = middle - input[6] * factor(1.847_759_065);
    let high = middle + input[2] * factor(0.765_366_865);
    let sum = (input[0] + input[4]) << POINT;
    let rest = (input[0] - input[4]) << POINT;
    let even = [sum + high, rest + low, rest - low, sum - high];
    // The odd half.
    let [first, third, fifth, seventh] = [input[1], input[3], input[5], input[7]];
    let all = (seventh + third + fifth + first) * factor(1.175_875_602);
    let outer = -(seventh + first) * factor(0.899_976_223);
    let inner = -(fifth + third) * factor(2.562_915_447);
    let falling = all - (seventh + third) * factor(1.961_570_560);
    let rising = all - (fifth + first) * factor(0.390_180_644);
    let odd = [
        first * factor(1.501_321_110) + outer + rising,
        third * factor(3.072_711_026) + inner + falling,
        fifth * factor(2.053_119_869) + inner + rising,
        seventh * factor(0.298_631_336) + outer + falling,
    ];
    let rounded = |value: Lane| (value + Wrapping(1 << (shift - 1))) >> shift;
    std::array::from_fn(|place| {
        if place < 4 {
            rounded(even[place] + odd[place])
        } else {
            rounded(even[7 - place] - odd[7 - place])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pixel by the definition of the transform (ITU T.81, A.3.3).
    fn exact(coefficients: &[i16; 64], x: usize, y: usize) -> f64 {
        let cosine = |place: usize, frequency: usize| {
            let scale = if frequency == 0 { 0.5f64.sqrt() } else { 1.0 };
            let angle = (2 * place + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0;
            scale * angle.cos()
        };
        let mut sum = 0.0;
        for v in 0..8 {
            for u in 0..8 {
                sum += cosine(x, u) * cosine(y, v) * f64::from(coefficients[v * 8 + u]);
            }
        }
        (sum / 4.0 + 128.0).clamp(0.0, 255.0)
    }

    #[test]
    fn pixels_are_those_of_the_definition() {
        let mut coefficients = [0i16; 64];
        let mut state = 7u32;
        for (place, coefficient) in coefficients.iter_mut().enumerate() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *coefficient = ((state >> 16) as i16 % 200) / (1 + place as i16 / 4);
        }
        for coefficients in [coefficients, {
            let mut flat = [0; 64];
            flat[0] = -333;
            flat
        }] {
            let mut pixels = [0; 8 * 10];
            to_pixels(&coefficients, &[1; 64], &mut pixels, 10);
            for y in 0..8 {
                for x in 0..8 {
                    let difference = f64::from(pixels[y * 10 + x]) - exact(&coefficients, x, y);
                    assert!(difference.abs() < 0.6, "{x} {y}: {difference}");
                }
            }
        }
    }

    #[test]
    fn absurd_coefficients_are_clipped() {
        let mut pixels = [0; 64];
        to_pixels(&[i16::MAX; 64], &[u16::MAX; 64], &mut pixels, 8);
        to_pixels(&[i16::MIN; 64], &[u16::MAX; 64], &mut pixels, 8);
    }
}
