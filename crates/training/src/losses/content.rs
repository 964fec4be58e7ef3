//! The content loss, which keeps what a picture shows.

use burn::tensor::Tensor;

/// The content loss, the mean absolute difference of instance-normalised features: `mean over taps
/// of mean |norm(fake) − norm(content)|`.
///
/// Normalising each channel over the picture takes the palette out of the features (Huang et al.
/// 2018, MUNIT, section 5.1), so that what is compared is where things are.
///
/// # Shapes
/// - `fake`, `content`: the same taps, each `[batch, height, width, channels]`
/// - output: `[1]`
pub fn content_loss(fake: &[Tensor<4>], content: &[Tensor<4>]) -> Tensor<1> {
    let terms = fake.iter().zip(content).map(|(fake, content)| {
        let difference = instance_normalised(fake.clone()) - instance_normalised(content.clone());
        difference.abs().mean()
    });
    crate::losses::reconstruction::mean_of(terms)
}

fn instance_normalised(x: Tensor<4>) -> Tensor<4> {
    utsushi_kernels::style_norm(x, None, None, utsushi_kernels::Activation::Identity, 1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn column(values: [f32; 2]) -> Tensor<4> {
        Tensor::<1>::from_floats(values, &Device::flex()).reshape([1, 2, 1, 1])
    }

    #[test]
    fn brighter_and_stronger_is_the_same_content_and_turned_round_is_not() {
        let content = column([-1.0, 1.0]);
        let same = content_loss(&[column([30.0, 70.0])], std::slice::from_ref(&content));
        assert!(same.into_scalar::<f32>() < 1e-3);
        // Normalised: ±1/√(1 + ε) against ∓ the same.
        let turned = content_loss(&[column([1.0, -1.0])], &[content]).into_scalar::<f32>();
        assert!((turned - 2.0 / (1.001f32).sqrt()).abs() < 1e-5, "{turned}");
    }
}
