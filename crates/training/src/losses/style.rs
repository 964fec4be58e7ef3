//! The style loss, which keeps the style that was asked for.

use burn::tensor::Tensor;

/// The style loss `mean |E(G(x, s)) − s|` (StarGAN v2, Choi et al. 2020, equation 2): the style
/// encoder must find in the painting the code it was painted with.
///
/// # Shapes
/// - `found`, `wanted`: `[batch, stages, code_length]`
/// - output: `[1]`
pub fn style_loss(found: Tensor<3>, wanted: Tensor<3>) -> Tensor<1> {
    (found - wanted).abs().mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn the_distance_is_the_mean_of_the_components() {
        let device = Device::flex();
        let found = Tensor::<3>::from_floats([[[1.0, 2.0]], [[0.0, 0.0]]], &device);
        let wanted = Tensor::<3>::from_floats([[[0.0, 4.0]], [[0.0, 1.0]]], &device);
        assert_eq!(style_loss(found, wanted).into_scalar::<f32>(), 1.0);
    }
}
