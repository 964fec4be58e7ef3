//! The statistics loss, which matches the reference's colours, lines and shading.

use burn::tensor::Tensor;

/// The statistics loss: the difference of each channel's mean and standard deviation over the
/// picture, relative to the reference's own deviation: `mean over taps of (mean |μ(fake) − μ(ref)|
/// + mean |σ(fake) − σ(ref)|) / mean σ(ref)`.
///
/// The statistics of fine features are what style transfer by optimisation matches (Huang and
/// Belongie 2017, equation 13); here they pull the generator towards the one reference, whereas a
/// discriminator knows only all paintings of the style.
///
/// # Shapes
/// - `fake`, `reference`: the same taps, each `[batch, height, width, channels]`, paired by row
/// - output: `[1]`
pub fn style_statistics_loss(fake: &[Tensor<4>], reference: &[Tensor<4>]) -> Tensor<1> {
    let terms = fake.iter().zip(reference).map(|(fake, reference)| {
        let (fake_mean, fake_deviation) = statistics(fake.clone());
        let (mean, deviation) = statistics(reference.clone());
        let size = deviation.clone().mean() + 1e-6;
        let difference =
            (fake_mean - mean).abs().mean() + (fake_deviation - deviation).abs().mean();
        difference / size
    });
    crate::losses::reconstruction::mean_of(terms)
}

/// Computes mean and standard deviation over the picture, each `[batch, 1, channels]`.
fn statistics(x: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
    let [batch, height, width, channels] = x.dims();
    let x = x.reshape([batch, height * width, channels]);
    let mean = x.clone().mean_dim(1);
    let deviation = ((x - mean.clone()).powi_scalar(2).mean_dim(1) + 1e-6).sqrt();
    (mean, deviation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn row(values: [f32; 2]) -> Tensor<4> {
        Tensor::<1>::from_floats(values, &Device::flex()).reshape([1, 1, 2, 1])
    }

    #[test]
    fn where_things_are_does_not_count_and_how_they_vary_does() {
        let same = style_statistics_loss(&[row([3.0, 1.0])], &[row([1.0, 3.0])]);
        assert!(same.into_scalar::<f32>() < 1e-6);
        // Means 2 and 4, deviations 1 and 2: (2 + 1) / 2.
        let other = style_statistics_loss(&[row([1.0, 3.0])], &[row([2.0, 6.0])]);
        assert!((other.into_scalar::<f32>() - 1.5).abs() < 1e-4);
    }
}
