//! Operations on a picture that comes in strips, from top to bottom: what lies above a strip is
//! kept from the strip before it, so that nothing is computed twice. None of these operations has
//! gradients, and all take one picture at a time.

use burn::backend::Flex;
use burn::tensor::Tensor;

use crate::flex::{dims, floats, floats_mut, into_plain, is_plain, read, written};
use crate::geometry::Geometry;
use crate::map::{self, ScaledSum};
use crate::parallel::Shared;
use crate::resample::{self, Sides};
use crate::simd::Isa;
use crate::sweep::Source;
use crate::{Conv2dOptions, composed, direct};

/// Convolution of a strip of a picture with the rows above it: [`conv2d`](crate::conv2d) of both
/// together, where `options.padding.top` counts the rows above instead of those beyond the border.
///
/// # Shapes
/// - `above`: `[1, options.padding.top, width, channels_in]`
/// - `x`: `[1, height, width, channels_in]`
/// - `weight`: `[kernel_height, kernel_width, channels_in, channels_out]`
/// - `bias`: `[channels_out]`
/// - output: `[1, height_out, width_out, channels_out]`
pub fn conv2d_below(
    above: Tensor<4>,
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    let ([batch, rows, width, channels], [_, _, own_width, own_channels]) =
        (above.dims(), x.dims());
    assert_eq!(
        (batch, rows, width, channels),
        (x.dims()[0], options.padding.top, own_width, own_channels),
        "conv2d_below: shape of the rows above, with a strip of {:?}",
        x.dims()
    );
    assert_eq!(batch, 1, "conv2d_below: one picture at a time");
    let is_fast = [&above, &x, &weight].into_iter().all(is_plain);
    if !(is_fast && bias.as_ref().is_none_or(is_plain)) {
        return composed::conv2d_below(above, x, weight, bias, options);
    }
    let [above, x, weight] = [above, x, weight].map(into_plain);
    let bias = bias.map(into_plain);
    let geometry = Geometry::new(dims(&x), dims(&weight), options);
    let source = Source::below(floats(&above), floats(&x), geometry.input_shape());
    let source = source.within(options.border);
    // SAFETY: the convolution writes all of its output.
    let y = unsafe {
        written(&geometry.output_shape(), |y| {
            let (weight, bias) = (floats(&weight), bias.as_ref().map(floats));
            direct::forward_from(Isa::get(), &geometry, source, weight, bias, y);
        })
    };
    Tensor::from_primitive::<Flex>(y)
}

/// Mean of each 2×2 square of a strip together with the one row above it; an odd last row is left
/// out.
///
/// # Shapes
/// - `above`: `[1, 1, width, channels]`
/// - `x`: `[1, height, width, channels]`
/// - output: `[1, (1 + height) / 2, width / 2, channels]`
pub fn average_pool2_below(above: Tensor<4>, x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    assert_eq!(
        above.dims(),
        [1, 1, width, channels],
        "average_pool2_below: shape of the row above, with a strip of {:?}",
        x.dims()
    );
    assert_eq!(batch, 1, "average_pool2_below: one picture at a time");
    if !(is_plain(&above) && is_plain(&x)) {
        return composed::average_pool2_below(above, x);
    }
    let [above, x] = [above, x].map(into_plain);
    let half = height.div_ceil(2);
    let below = Sides {
        batch: 1,
        large: [2 * (half - 1), width],
        channels,
    };
    // The first row of squares reaches over both, and is small enough to be copied.
    let mut seam = floats(&above).to_vec();
    seam.extend_from_slice(&floats(&x)[..width * channels]);
    let (line, isa) = (width / 2 * channels, Isa::get());
    // SAFETY: the first row is written from the seam, the others from the rest of the strip.
    let y = unsafe {
        written(&[1, half, width / 2, channels], |y| {
            let sides = Sides {
                large: [2, width],
                ..below
            };
            resample::gather(isa, sides, &seam, 0.25, y);
            if half > 1 {
                let rest = &floats(&x)[width * channels..][..2 * (half - 1) * width * channels];
                let y = Shared::from_pointer(y.at(line));
                resample::gather(isa, below, rest, 0.25, y);
            }
        })
    };
    Tensor::from_primitive::<Flex>(y)
}

/// Scaled sum `(a + b) * scale` of strips where `a` runs ahead of `b`: the rows of `a` kept from
/// the strip before (`above`) come first, and the rows of `a` left over at the end are for the next
/// strip.
///
/// # Shapes
/// - `above`: `[1, rows, width, channels]`
/// - `a`: `[1, at least height − rows, width, channels]`
/// - `b` and output: `[1, height, width, channels]`
pub fn scaled_sum_below(above: Tensor<4>, a: Tensor<4>, b: Tensor<4>, scale: f32) -> Tensor<4> {
    let [batch, height, width, channels] = b.dims();
    let ([_, rows, ..], [_, ahead, ..]) = (above.dims(), a.dims());
    for (what, shape) in [("rows above", above.dims()), ("first side", a.dims())] {
        assert_eq!(
            [shape[0], shape[2], shape[3]],
            [1, width, channels],
            "scaled_sum_below: shape of the {what}, with a second side of {:?}",
            b.dims()
        );
    }
    assert!(
        batch == 1 && rows + ahead >= height,
        "scaled_sum_below: {rows} and {ahead} rows, with a second side of {:?}",
        b.dims()
    );
    if ![&above, &a, &b].into_iter().all(is_plain) {
        return composed::scaled_sum_below(above, a, b, scale);
    }
    let [above, a, mut b] = [above, a, b].map(into_plain);
    let line = width * channels;
    let first = rows.min(height) * line;
    let rest = height * line - first;
    let (isa, map) = (Isa::get(), ScaledSum(scale));
    // SAFETY: both have as many floats as `b`; the rows above are added to the first rows, and
    // the others to the rest.
    let job = |from: Shared, y: Shared| unsafe {
        map::run(isa, &map, [read(&above), from], [y], first);
        let [from, y] = [from, y].map(|of| Shared::from_pointer(of.at(first)));
        map::run(isa, &map, [read(&a), from], [y], rest);
    };
    if let Some(memory) = floats_mut(&mut b) {
        let memory = Shared::new(memory);
        job(memory, memory);
        return Tensor::from_primitive::<Flex>(b);
    }
    // SAFETY: every row is written.
    let y = unsafe { written(&[1, height, width, channels], |y| job(read(&b), y)) };
    Tensor::from_primitive::<Flex>(y)
}

/// The last `count` rows of `x`, copied to memory of their own, so that the others can be freed.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - output: `[batch, count, width, channels]`
pub fn last_rows(x: Tensor<4>, count: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    assert!(count <= height, "last_rows: {count} of {height} rows");
    if batch != 1 || !is_plain(&x) {
        return x.slice([0..batch, height - count..height, 0..width, 0..channels]);
    }
    let x = into_plain(x);
    let rows = floats(&x)[(height - count) * width * channels..].to_vec();
    Tensor::from_primitive::<Flex>(crate::flex::tensor(rows, &[1, count, width, channels]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, assert_within};
    use crate::{Activation, Border, Padding};
    use burn::tensor::{Device, TensorData};

    fn picture(random: &mut Random, shape: [usize; 4]) -> Tensor<4> {
        let data = TensorData::new(random.floats(shape.iter().product()), shape);
        Tensor::from_data(data, &Device::flex())
    }

    fn same(found: Tensor<4>, wanted: Tensor<4>, what: &str) {
        assert_eq!(found.dims(), wanted.dims(), "{what}");
        let values = |x: Tensor<4>| x.into_data().try_to_vec::<f32>().unwrap();
        let wanted: Vec<f64> = values(wanted).into_iter().map(f64::from).collect();
        assert_within(3e-5, &values(found), &wanted, what);
    }

    #[test]
    fn convolutions_read_on_in_the_rows_above() {
        let mut random = Random::new(51);
        // Few channels, many, a matrix product, and narrow results.
        for (channels, to, kernel, rows) in [
            (4, 20, 3, 2),
            (48, 40, 3, 2),
            (3, 3, 5, 4),
            (24, 3, 3, 1),
            (20, 33, 1, 0),
        ] {
            let borders = [Border::Zeros, Border::Nearest];
            let sizes = [(12, 0), (1, 1), (7, kernel / 2)];
            let cases = sizes
                .iter()
                .flat_map(|size| borders.map(|border| (*size, border)));
            for ((height, bottom), border) in cases {
                let above = picture(&mut random, [1, rows, 13, channels]);
                let x = picture(&mut random, [1, height, 13, channels]);
                let weight = picture(&mut random, [kernel, kernel, channels, to]);
                let bias = Tensor::<1>::from_floats(random.floats(to).as_slice(), &Device::flex());
                if rows + height + bottom < kernel {
                    continue;
                }
                let options = Conv2dOptions {
                    stride: 1,
                    padding: Padding {
                        top: rows,
                        left: kernel / 2,
                        bottom,
                        right: kernel / 2,
                    },
                    border,
                    activation: Activation::LeakyRelu(0.2),
                };
                let all = |run: fn(_, _, _, _, _) -> Tensor<4>| {
                    let (above, x) = (above.clone(), x.clone());
                    run(above, x, weight.clone(), Some(bias.clone()), options)
                };
                let what = format!("{channels} to {to}, {kernel}, {height} rows");
                same(all(conv2d_below), all(composed::conv2d_below), &what);
            }
        }
    }

    #[test]
    fn pools_joins_and_last_rows_are_those_of_both_together() {
        let mut random = Random::new(52);
        for height in [1, 2, 5, 40] {
            let above = picture(&mut random, [1, 1, 70, 33]);
            let x = picture(&mut random, [1, height, 70, 33]);
            same(
                average_pool2_below(above.clone(), x.clone()),
                composed::average_pool2_below(above.clone(), x.clone()),
                &format!("pooling of {height} rows"),
            );
            let both = Tensor::cat(vec![above, x.clone()], 1);
            for count in 0..=height {
                same(
                    last_rows(both.clone(), count),
                    last_rows(x.clone(), count),
                    "last rows",
                );
            }
        }
        for (rows, ahead, height) in [(2, 5, 5), (9, 3, 4), (3, 0, 3), (1, 40, 39)] {
            let above = picture(&mut random, [1, rows, 30, 24]);
            let a = picture(&mut random, [1, ahead, 30, 24]);
            let b = picture(&mut random, [1, height, 30, 24]);
            same(
                scaled_sum_below(above.clone(), a.clone(), b.clone(), 0.7),
                composed::scaled_sum_below(above, a, b, 0.7),
                &format!("join of {rows} and {ahead} rows with {height}"),
            );
        }
    }
}
