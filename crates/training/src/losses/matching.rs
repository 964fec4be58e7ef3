//! The matching loss, which compares kinds of features regardless of how much of the picture each
//! covers.

use burn::tensor::Tensor;

/// Small number added to squared distances, so that the root has a gradient where two features are
/// equal.
const EPSILON: f32 = 1e-4;

/// The matching loss, in which each position of the painting is compared with the nearest one of
/// the reference, and each of the reference with the nearest of the painting: the relaxed earth
/// mover's distance with the mean of its two sides in place of the larger one (Kolkin et al. 2019,
/// STROTSS, section 3.2). The statistics loss, which accompanies this one, asks for as much white
/// as the reference has; here a white ground asks for something white, wherever it fits.
///
/// Features are brought to mean 0 and deviation 1 of the reference's, channel by channel, and the
/// distance is the root of the mean square over channels; so the loss is 0 for a shuffled reference
/// and about 1 for features that have nothing to do with it.
///
/// # Shapes
/// - `fake`, `reference`: `[batch, height, width, channels]`, any sides
/// - output: `[1]`
pub fn matching_loss(fake: Tensor<4>, reference: Tensor<4>) -> Tensor<1> {
    let reference = positions(reference);
    let mean = reference.clone().mean_dim(1);
    let variance = (reference.clone() - mean.clone())
        .powi_scalar(2)
        .mean_dim(1);
    let scale = (variance + 1e-3).sqrt().recip();
    let unit = |x: Tensor<3>| (x - mean.clone()) * scale.clone();
    let distances = distances(unit(positions(fake)), unit(reference));
    let nearest = distances.clone().min_dim(2).mean() + distances.min_dim(1).mean();
    nearest / 2.0
}

/// Flattens rows and columns: `[batch, positions, channels]`.
fn positions(x: Tensor<4>) -> Tensor<3> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, height * width, channels])
}

/// Distances between all pairs of positions, `[batch, positions of one, positions of the other]`.
fn distances(one: Tensor<3>, other: Tensor<3>) -> Tensor<3> {
    let channels = one.dims()[2] as f32;
    let square = |x: &Tensor<3>| x.clone().powi_scalar(2).sum_dim(2);
    let products = one.clone().matmul(other.clone().swap_dims(1, 2));
    let squares = square(&one) + square(&other).swap_dims(1, 2) - products * 2.0;
    (squares.clamp_min(0.0) / channels + EPSILON).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn row(values: &[f32]) -> Tensor<4> {
        let data = TensorData::new(values.to_vec(), [1, 1, values.len(), 1]);
        Tensor::from_data(data, &Device::flex())
    }

    fn loss(fake: &[f32], reference: &[f32]) -> f32 {
        matching_loss(row(fake), row(reference)).into_scalar::<f32>()
    }

    #[test]
    fn how_much_of_each_kind_there_is_does_not_count() {
        let floor = EPSILON.sqrt();
        let same = loss(&[1.0, 1.0, 1.0, 3.0], &[3.0, 1.0, 1.0, 3.0]);
        assert!((same - floor).abs() < 1e-4, "{same}");
        // The reference has mean 2 and deviation 1; 2 lies between its two kinds.
        let between = loss(&[2.0, 2.0], &[1.0, 3.0]);
        assert!((between - 1.0).abs() < 1e-2, "{between}");
    }

    #[test]
    fn a_kind_that_the_painting_lacks_counts_half() {
        let lacking = loss(&[1.0, 1.0], &[1.0, 3.0]);
        // Forwards nothing; backwards half of the positions are two deviations away.
        assert!((lacking - 0.5).abs() < 2e-2, "{lacking}");
    }

    #[test]
    fn the_gradient_leads_towards_the_nearest() {
        let device = Device::flex().autodiff();
        let fake = Tensor::from_data(row(&[1.4, 2.7]).into_data(), &device).require_grad();
        let reference = Tensor::from_data(row(&[1.0, 3.0]).into_data(), &device);
        let gradients = matching_loss(fake.clone(), reference).backward();
        let gradient = fake.grad(&gradients).unwrap().into_data();
        let gradient = gradient.try_to_vec::<f32>().unwrap();
        assert!(gradient[0] > 0.1 && gradient[1] < -0.1, "{gradient:?}");
    }
}
