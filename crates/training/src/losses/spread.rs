//! Sketches differ from each other as real paintings do.

use burn::tensor::{Tensor, activation::relu};
use utsushi_kernels::average_pool2;

/// Sides to which pictures are averaged before they are compared: how things are laid out, and
/// coarse features. Finer differences could be had from noise.
const SIDES: [usize; 2] = [16, 4];

/// `mean over sides of max(0, 1 − d(fake) / d(real))`, where `d` is the mean absolute difference
/// between the pictures of the first and of the second half of the batch, averaged down to that
/// side.
///
/// Discriminators look at one picture at a time, and a generator that always paints the same good
/// one pleases them. Mode seeking (Mao et al. 2019) rewards differences without end; this term
/// asks for as many as there are between real pictures, and then falls silent.
///
/// # Shapes
/// - `fake`, `real`: `[batch, size, size, channels]`, sizes powers of two times 4, from 16
/// - output: `[1]`
pub fn spread_loss(fake: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
    let device = real.device();
    let (mut fake, mut real) = (fake, real);
    let mut sum = Tensor::<1>::zeros([1], &device);
    for side in SIDES {
        fake = shrunk(fake, side);
        real = shrunk(real, side);
        let wanted = spread(real.clone()) + 1e-6;
        sum = sum + relu(spread(fake.clone()) / wanted * -1.0 + 1.0);
    }
    sum / SIDES.len() as f32
}

fn shrunk(mut pictures: Tensor<4>, side: usize) -> Tensor<4> {
    while pictures.dims()[1] >= 2 * side {
        pictures = average_pool2(pictures);
    }
    pictures
}

/// Mean absolute difference between the halves of the batch.
pub(crate) fn spread(pictures: Tensor<4>) -> Tensor<1> {
    let half = pictures.dims()[0] / 2;
    let first = pictures.clone().narrow(0, 0, half);
    let second = pictures.narrow(0, half, half);
    (first - second).abs().mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn even(brightness: [f32; 2]) -> Tensor<4> {
        let values = brightness.map(|value| vec![value; 32 * 32]).concat();
        Tensor::from_data(TensorData::new(values, [2, 32, 32, 1]), &Device::flex())
    }

    #[test]
    fn alike_costs_one_as_different_as_real_pictures_nothing_and_half_as_much_a_half() {
        let real = even([0.5, -0.1]);
        let loss = |fake| spread_loss(fake, real.clone()).into_scalar::<f32>();
        assert!((loss(even([0.3, 0.3])) - 1.0).abs() < 1e-4);
        assert!((loss(even([0.0, 0.3])) - 0.5).abs() < 1e-4);
        assert!(loss(even([-0.9, 0.9])) < 1e-4);
    }

    #[test]
    fn fine_noise_is_no_difference() {
        let checkered: Vec<f32> = (0..2 * 32 * 32)
            .map(|index| {
                if (index / 1024 + index / 32 + index) % 2 == 0 {
                    1.0
                } else {
                    -1.0
                }
            })
            .collect();
        let device = Device::flex();
        let noisy = Tensor::from_data(TensorData::new(checkered, [2, 32, 32, 1]), &device);
        let loss = spread_loss(noisy, even([0.5, -0.1])).into_scalar::<f32>();
        assert!((loss - 1.0).abs() < 1e-4, "{loss}");
    }
}
