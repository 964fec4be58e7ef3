//! Sketches differ from each other as real paintings do.

use burn::tensor::{Tensor, activation::relu};
use utsushi_kernels::average_pool2;

/// Sides to which pictures are averaged before they are compared: how things are laid out, and
/// coarse features. Finer differences could be had from noise.
const SIDES: [usize; 2] = [16, 4];

/// How much of the difference between real paintings, which are of several styles, is asked of
/// sketches of one style.
const SHARE: f32 = 0.8;

/// `mean over sides of max(0, 1 − d(fake, other) / (0.8 · d(real)))`, where `d` is the mean
/// absolute difference between pictures averaged down to that side: of sketches from different
/// noise for the same label, and of the real paintings of the first and the second half of a
/// batch.
///
/// Discriminators look at one picture at a time, and a generator that always paints the same good
/// one pleases them. Mode seeking (Mao et al. 2019) rewards differences without end; this term
/// asks for about as many as there are between real pictures, and then falls silent.
///
/// # Shapes
/// - `fake`, `other`: `[pairs, size, size, channels]`
/// - `real`: `[batch, size, size, channels]`, at least 2
/// - output: `[1]`
pub fn spread_loss(fake: Tensor<4>, other: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
    let mut sum = Tensor::<1>::zeros([1], &real.device());
    let (mut fake, mut other, mut real) = (fake, other, real);
    for side in SIDES {
        [fake, other, real] = [fake, other, real].map(|pictures| shrunk(pictures, side));
        let wanted = among(real.clone()) * SHARE + 1e-6;
        sum = sum + relu(between(fake.clone(), other.clone()) / wanted * -1.0 + 1.0);
    }
    sum / SIDES.len() as f32
}

/// How much sketches from different noise differ, as a share of how much real paintings do.
pub(crate) fn spread(fake: Tensor<4>, other: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
    between(fake, other) / (among(real) + 1e-6)
}

fn shrunk(mut pictures: Tensor<4>, side: usize) -> Tensor<4> {
    while pictures.dims()[1] >= 2 * side {
        pictures = average_pool2(pictures);
    }
    pictures
}

/// Mean absolute difference between the halves of the batch.
fn among(pictures: Tensor<4>) -> Tensor<1> {
    let half = pictures.dims()[0] / 2;
    let first = pictures.clone().narrow(0, 0, half);
    between(first, pictures.narrow(0, half, half))
}

fn between(one: Tensor<4>, other: Tensor<4>) -> Tensor<1> {
    (one - other).abs().mean()
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
        // Real paintings differ by 0.5, so that sketches are to differ by 0.4.
        let real = even([0.4, -0.1]);
        let (one, other) = (even([0.3, 0.3]), |by: f32| even([0.3 + by, 0.3 - by]));
        let loss = |by| spread_loss(one.clone(), other(by), real.clone()).into_scalar::<f32>();
        assert!((loss(0.0) - 1.0).abs() < 1e-4);
        assert!((loss(0.2) - 0.5).abs() < 1e-4);
        assert!(loss(0.4) < 1e-4 && loss(0.6) < 1e-4);
        let share = spread(one.clone(), other(0.2), real.clone()).into_scalar::<f32>();
        assert!((share - 0.4).abs() < 1e-4);
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
        let loss = spread_loss(noisy.clone(), noisy.neg(), even([0.4, -0.1]));
        let loss = loss.into_scalar::<f32>();
        assert!((loss - 1.0).abs() < 1e-4, "{loss}");
    }
}
