//! Convolution of the output of an affine map and an activation, without storing that output.

use burn::backend::Flex;
use burn::tensor::Tensor;

use crate::flex::{dims, floats, into_plain, is_plain, written};
use crate::geometry::Geometry;
use crate::simd::Isa;
use crate::sweep::{Affine, Source};
use crate::{Activation, Border, Conv2dOptions, affine, conv2d, direct, upsample2};

/// A per-channel affine map and an activation: `activation(x * scale + shift)`.
#[derive(Debug, Clone)]
pub struct AffineMap {
    /// Factor of each channel: `[batch, channels]`, or `[1, channels]` if all pictures share it.
    pub scale: Tensor<2>,
    /// Number added to each channel: `[batch, channels]`, or `[1, channels]` if all pictures share
    /// it.
    pub shift: Tensor<2>,
    /// Function that is applied to the scaled and shifted numbers.
    pub activation: Activation,
}

impl AffineMap {
    /// Applies the map to a batch of pictures.
    ///
    /// # Shapes
    /// - `x` and output: `[batch, height, width, channels]`
    pub fn apply(self, x: Tensor<4>) -> Tensor<4> {
        affine(x, self.scale, self.shift, self.activation)
    }
}

/// Applies `map` to `x`, then [`conv2d`]. With `double`, each pixel of the mapped picture is first
/// repeated in both directions ([`upsample2`]). On a CPU, where the convolution uses Winograd's
/// method and its border is not zeros, neither the mapped nor the doubled picture is written to
/// memory.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels_in]`
/// - `weight`: `[kernel_height, kernel_width, channels_in, channels_out]`
/// - `bias`: `[channels_out]`
/// - output: `[batch, height_out, width_out, channels_out]`
pub fn conv2d_after(
    map: AffineMap,
    double: bool,
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: Conv2dOptions,
) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let times = 1 + usize::from(double);
    let seen = [batch, height * times, width * times, channels];
    let geometry = Geometry::new(seen, weight.dims(), options);
    let is_fast = is_plain(&x) && is_plain(&weight) && bias.as_ref().is_none_or(is_plain);
    let is_fast = is_fast && is_plain(&map.scale) && is_plain(&map.shift);
    if !(is_fast && options.border == Border::Nearest && direct::is_transformed(&geometry)) {
        let mapped = map.apply(x);
        let seen = if double { upsample2(mapped) } else { mapped };
        return conv2d(seen, weight, bias, options);
    }
    let row = |rows: Tensor<2>| into_plain(rows.expand([batch, channels]));
    let (scale, shift) = (row(map.scale), row(map.shift));
    let (x, weight, bias) = (into_plain(x), into_plain(weight), bias.map(into_plain));
    let affine = Affine {
        scale: floats(&scale),
        shift: floats(&shift),
        activation: map.activation,
    };
    let source = Source::new(floats(&x), dims(&x)).within(options.border);
    let source = source.made(affine, double);
    // SAFETY: the convolution writes all of its output.
    let y = unsafe {
        written(&geometry.output_shape(), |y| {
            let (weight, bias) = (floats(&weight), bias.as_ref().map(floats));
            direct::forward_from(Isa::get(), &geometry, source, weight, bias, y);
        })
    };
    Tensor::from_primitive::<Flex>(y)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::composed;
    use crate::testing::{Random, assert_within};

    #[test]
    fn it_equals_the_map_the_doubling_and_the_convolution_one_after_the_other() {
        let mut random = Random::new(51);
        // By Winograd's method, with part vectors and odd sides; then by others.
        let cases = [
            ([1, 30, 27, 32], 48),
            ([3, 17, 22, 40], 33),
            ([2, 40, 9, 70], 64),
            ([1, 9, 8, 4], 20),
            ([2, 12, 12, 40], 3),
        ];
        for (shape, channels) in cases {
            let mut tensor = |shape: &[usize]| {
                TensorData::new(random.floats(shape.iter().product()), shape.to_vec())
            };
            let [x, weight] = [&shape[..], &[3, 3, shape[3], channels]].map(&mut tensor);
            let bias = tensor(&[channels]);
            for pictures in [1, shape[0]] {
                let [scale, shift] = [(), ()].map(|()| tensor(&[pictures, shape[3]]));
                for (double, border) in [
                    (false, Border::Nearest),
                    (true, Border::Nearest),
                    (true, Border::Zeros),
                ] {
                    let device = Device::flex();
                    let four = |data: &TensorData| Tensor::<4>::from_data(data.clone(), &device);
                    let rows = |data: &TensorData| Tensor::<2>::from_data(data.clone(), &device);
                    let map = AffineMap {
                        scale: rows(&scale),
                        shift: rows(&shift),
                        activation: Activation::LeakyRelu(0.2),
                    };
                    let bias = Some(Tensor::<1>::from_data(bias.clone(), &device));
                    let options = Conv2dOptions::padded(1).border(border);
                    let found = conv2d_after(
                        map.clone(),
                        double,
                        four(&x),
                        four(&weight),
                        bias.clone(),
                        options,
                    );
                    let mut seen = composed::affine(four(&x), map.scale, map.shift, map.activation);
                    if double {
                        seen = composed::upsample2(seen);
                    }
                    let wanted = composed::conv2d(seen, four(&weight), bias, options);
                    assert_eq!(found.dims(), wanted.dims());
                    let values = |x: Tensor<4>| x.into_data().try_to_vec::<f32>().unwrap();
                    let wanted: Vec<f64> = values(wanted).into_iter().map(f64::from).collect();
                    let what = format!("{shape:?} to {channels}, {double}, {border:?}");
                    assert_within(3e-5, &values(found), &wanted, &what);
                }
            }
        }
    }
}
