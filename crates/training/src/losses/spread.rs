//! The spread losses, which make sketches differ from each other as real paintings do.

use burn::tensor::{Tensor, activation::relu};
use utsushi_kernels::average_pool2;

use crate::resize::shrunk;

/// Sides in pixels to which pictures are averaged before they are compared: for their layout, and
/// for coarse features. Finer differences could come from mere noise.
const SIDES: [usize; 2] = [16, 4];

/// Side in pixels at which edges are compared.
const EDGES: usize = 32;

/// Share of the difference between real paintings, which are of several styles, that is asked of
/// sketches of one style.
const SHARE: f32 = 0.8;

/// The spread loss `mean over sides of max(0, 1 − d(fake, other) / (0.8 · d(real)))`, where `d` is
/// the mean absolute difference between pictures averaged down to that side: of sketches from
/// different noise for the same label, and of the real paintings of the first and the second half
/// of a batch.
///
/// Discriminators look at one picture at a time, and a generator that always paints the same good
/// one pleases them. Each picture is first brought to a mean of 0 and a deviation of 1, because a
/// darker copy is a copy. Mode seeking (Mao et al. 2019) rewards ever larger differences; this loss
/// asks for about as much as there is between real pictures, and then becomes 0.
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
        let wanted = among(evened(real.clone())) * SHARE + 1e-6;
        let found = between(evened(fake.clone()), evened(other.clone()));
        sum = sum + relu(found / wanted * -1.0 + 1.0);
    }
    sum / SIDES.len() as f32
}

/// [`spread_loss`] of the edges in copies of 32×32 pixels: light hair and dark hair around one and
/// the same face differ in brightness alone.
///
/// # Shapes
/// As [`spread_loss`].
pub fn edge_spread_loss(fake: Tensor<4>, other: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
    let [fake, other, real] = [fake, other, real].map(|pictures| evened(edges(pictures)));
    relu(between(fake, other) / (among(real) * SHARE + 1e-6) * -1.0 + 1.0)
}

/// Edge maps: differences between neighbouring pixels, as means over 2×2 pixels at a side of
/// [`EDGES`].
fn edges(pictures: Tensor<4>) -> Tensor<4> {
    let pictures = shrunk(pictures, EDGES);
    let from = |top: usize, left: usize| {
        let rows = pictures.clone().narrow(1, top, EDGES - 2);
        rows.narrow(2, left, EDGES - 2)
    };
    let across = from(0, 1) - from(0, 0);
    let down = from(1, 0) - from(0, 0);
    let change = across.powi_scalar(2) + down.powi_scalar(2) + 1e-4;
    average_pool2(change.sqrt())
}

/// Ratio of the difference between sketches from different noise to that between real paintings,
/// `[1]`.
pub(crate) fn spread(fake: Tensor<4>, other: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
    let side = SIDES[0];
    let [fake, other, real] = [fake, other, real].map(|pictures| evened(shrunk(pictures, side)));
    between(fake, other) / (among(real) + 1e-6)
}

/// Normalises each picture to a mean of 0 and a deviation of about 1; even pictures stay even.
fn evened(pictures: Tensor<4>) -> Tensor<4> {
    let shape = pictures.dims();
    let flat = pictures.reshape([shape[0], shape[1] * shape[2] * shape[3]]);
    let flat = flat.clone() - flat.mean_dim(1);
    let deviation = (flat.clone().powi_scalar(2).mean_dim(1) + 1e-2).sqrt();
    (flat / deviation).reshape(shape)
}

/// Mean absolute difference between the two halves of the batch, `[1]`.
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

    /// A test batch of two pictures, with stripes of the given slopes.
    fn slopes(slopes: [f32; 2]) -> Tensor<4> {
        let values = slopes.map(|slope| {
            let pixel = |index: usize| {
                let (x, y) = (
                    (index % 32) as f32 / 31.0 - 0.5,
                    (index / 32) as f32 / 31.0 - 0.5,
                );
                slope * x + (1.0 - slope.abs()) * y
            };
            (0..32 * 32).map(pixel).collect::<Vec<f32>>()
        });
        Tensor::from_data(
            TensorData::new(values.concat(), [2, 32, 32, 1]),
            &Device::flex(),
        )
    }

    #[test]
    fn copies_cost_one_even_darker_ones_and_real_differences_nothing() {
        let real = slopes([1.0, 0.0]);
        let one = slopes([1.0, 1.0]);
        let loss =
            |other: Tensor<4>| spread_loss(one.clone(), other, real.clone()).into_scalar::<f32>();
        assert!((loss(one.clone()) - 1.0).abs() < 1e-4);
        assert!((loss(one.clone() - 0.4) - 1.0).abs() < 1e-4);
        assert!(loss(slopes([0.0, 0.0])) < 1e-4);
        let half = loss(slopes([0.6, 0.6]));
        assert!(half > 0.2 && half < 0.8, "{half}");
        let share = spread(one.clone(), slopes([0.0, 0.0]), real.clone());
        assert!((share.into_scalar::<f32>() - 1.0).abs() < 1e-3);
    }

    /// A test batch of grey pictures with a bar, each from the given column on and of the given
    /// brightness.
    fn bars(bars: [(usize, f32); 2]) -> Tensor<4> {
        let values = bars.map(|(from, tone)| {
            let pixel = |index: usize| match index % 32 {
                x if x >= from && x < from + 8 => tone,
                _ => 0.0,
            };
            (0..32 * 32).map(pixel).collect::<Vec<f32>>()
        });
        let values = TensorData::new(values.concat(), [2, 32, 32, 1]);
        Tensor::from_data(values, &Device::flex())
    }

    #[test]
    fn edges_in_one_place_are_one_picture_however_bright_what_lies_between() {
        let real = bars([(4, 1.0), (16, 1.0)]);
        let one = bars([(4, 1.0), (4, 1.0)]);
        let loss = |other: Tensor<4>| {
            edge_spread_loss(one.clone(), other, real.clone()).into_scalar::<f32>()
        };
        assert!((loss(one.clone()) - 1.0).abs() < 1e-3);
        assert!((loss(one.clone().neg()) - 1.0).abs() < 1e-3);
        assert!(loss(bars([(16, 1.0), (16, 1.0)])) < 1e-3);
        // Beside it, and so half of its edges are where they were.
        let half = loss(bars([(12, 1.0), (12, 1.0)]));
        assert!(half > 0.05 && half < 0.8, "{half}");
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
        let loss = spread_loss(noisy.clone(), noisy.neg(), slopes([1.0, 0.0]));
        let loss = loss.into_scalar::<f32>();
        assert!((loss - 1.0).abs() < 1e-4, "{loss}");
    }
}
