//! The diversity loss, which makes different noise paint different pictures.

use burn::tensor::Tensor;

/// The diversity loss `−mean |G(x, s₁) − G(x, s₂)|` (StarGAN v2, Choi et al. 2020, equation 3): the
/// farther apart two samples of one style are, the lower it is.
///
/// # Shapes
/// - `first`, `second`: `[batch, height, width, 3]`
/// - output: `[1]`
pub fn diversity_loss(first: Tensor<4>, second: Tensor<4>) -> Tensor<1> {
    (first - second).abs().mean().neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn equal_pictures_cost_nothing_and_opposite_ones_minus_two() {
        let white = Tensor::<4>::ones([1, 2, 2, 3], &Device::flex());
        let same = diversity_loss(white.clone(), white.clone()).into_scalar::<f32>();
        assert_eq!(same, 0.0);
        assert_eq!(
            diversity_loss(white.clone(), white.neg()).into_scalar::<f32>(),
            -2.0
        );
    }
}
