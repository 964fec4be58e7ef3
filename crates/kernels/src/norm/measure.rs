//! Mean and variance of channels, without a normalisation.

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::{Norm, forward};
use crate::flex::{floats, into_plain, is_plain, tensor};
use crate::simd::Isa;
use crate::{Activation, composed};

/// Mean and (biased) variance of every channel over all pictures of the batch together, without
/// gradients.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - both outputs: `[1, 1, 1, channels]`
pub fn channel_statistics(x: Tensor<4>) -> [Tensor<4>; 2] {
    if !is_plain(&x) {
        return composed::channel_statistics(x);
    }
    // All pixels count as those of one picture.
    let [batch, height, width, channels] = x.dims();
    picture_statistics(x.reshape([1, batch * height, width, channels]))
}

/// Mean and (biased) variance of every channel of every picture, without gradients.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - both outputs: `[batch, 1, 1, channels]`
pub fn picture_statistics(x: Tensor<4>) -> [Tensor<4>; 2] {
    if !is_plain(&x) {
        return composed::picture_statistics(x);
    }
    let [batch, height, width, channels] = x.dims();
    let x = into_plain(x);
    let norm = Norm {
        batch,
        pixels: height * width,
        channels,
        activation: Activation::Identity,
        epsilon: 0.0,
    };
    forward::moments(Isa::get(), &norm, floats(&x))
        .map(|rows| Tensor::from_primitive::<Flex>(tensor(rows, &[batch, 1, 1, channels])))
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::testing::{Random, assert_close};

    #[test]
    fn they_equal_the_composed_ones_over_few_pixels_and_many() {
        let mut random = Random::new(41);
        for shape in [[3, 5, 7, 20], [1, 1, 1, 3], [2, 90, 80, 37]] {
            let numbers = random.floats(shape.iter().product());
            let numbers = numbers.into_iter().map(|x| x + 2.0).collect();
            let x =
                Tensor::<4>::from_data(TensorData::new::<f32, _>(numbers, shape), &Device::flex());
            let compare = |found: [Tensor<4>; 2], wanted: [Tensor<4>; 2], what: &str| {
                for (found, wanted) in found.into_iter().zip(wanted) {
                    assert_eq!(found.dims(), wanted.dims());
                    let [found, wanted] =
                        [found, wanted].map(|x| x.into_data().try_to_vec::<f32>().unwrap());
                    let wanted: Vec<f64> = wanted.into_iter().map(f64::from).collect();
                    assert_close(&found, &wanted, &format!("{what} of {shape:?}"));
                }
            };
            let wanted = composed::channel_statistics(x.clone());
            compare(channel_statistics(x.clone()), wanted, "all pictures");
            let wanted = composed::picture_statistics(x.clone());
            compare(picture_statistics(x), wanted, "each picture");
        }
    }
}
