//! The reconstruction loss: painting a painting in its own style gives the same painting.

use burn::tensor::Tensor;

/// Mean absolute difference of pixels, `mean |painted − original|`.
///
/// # Shapes
/// - `painted`, `original`: `[batch, height, width, 3]`
/// - output: `[1]`
pub fn pixel_difference(painted: Tensor<4>, original: Tensor<4>) -> Tensor<1> {
    (painted - original).abs().mean()
}

/// Mean absolute difference of features, each tap relative to its own size:
/// `mean over taps of mean |painted − original| / mean |original|`.
///
/// # Shapes
/// - `painted`, `original`: the same taps, each `[batch, height, width, channels]`
/// - output: `[1]`
pub fn feature_difference(painted: &[Tensor<4>], original: &[Tensor<4>]) -> Tensor<1> {
    mean_of(painted.iter().zip(original).map(|(painted, original)| {
        let size = original.clone().abs().mean() + 1e-6;
        (painted.clone() - original.clone()).abs().mean() / size
    }))
}

/// Mean of one-number tensors; there must be at least one.
pub(crate) fn mean_of(terms: impl Iterator<Item = Tensor<1>>) -> Tensor<1> {
    let terms: Vec<Tensor<1>> = terms.collect();
    Tensor::cat(terms, 0).mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn differences_are_means_and_features_are_relative() {
        let device = Device::flex();
        let filled = |value: f32| Tensor::<4>::full([2, 3, 3, 4], value, &device);
        let pixels = pixel_difference(filled(0.75), filled(0.5)).into_scalar::<f32>();
        assert!((pixels - 0.25).abs() < 1e-7);
        // |3 − 2| / 2 and |0 − 4| / 4.
        let painted = [filled(3.0), filled(0.0)];
        let original = [filled(2.0), filled(4.0)];
        let features = feature_difference(&painted, &original).into_scalar::<f32>();
        assert!((features - 0.75).abs() < 1e-6, "{features}");
    }
}
