//! The gradient penalties R1 and R2, estimated without second-order gradients.

use burn::tensor::Tensor;

/// The gradient penalty `γ/2 · mean over pictures of ((D(x + σε) − D(x)) / σ)²` with ε standard
/// normal and `σ = noise`.
///
/// For small σ the difference over σ is `ε·∇D(x)`, whose square has the expectation `‖∇D(x)‖²`; so
/// this is the R1 penalty `γ/2 · E‖∇D(x)‖²` (Mescheder et al. 2018, section 4.1) on real pictures,
/// R2 on fakes, estimated along one random direction. The framework differentiates once only, and
/// this needs no more. `D` of a picture is the mean of its logits.
///
/// # Shapes
/// - `logits`, `noisy_logits`: `[batch, positions]`, of `x` and of `x + σε`
/// - output: `[1]`
pub fn gradient_penalty(
    logits: Tensor<2>,
    noisy_logits: Tensor<2>,
    gamma: f32,
    noise: f32,
) -> Tensor<1> {
    let slope = (noisy_logits - logits).mean_dim(1) / noise;
    slope.powi_scalar(2).mean() * (gamma / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, standard_normal, stream};
    use burn::tensor::{Device, TensorData};

    /// For `D(x) = w·x` the penalty must be `γ/2·‖w‖²` and its gradient `γ·w`, whatever `x`.
    #[test]
    fn on_a_linear_discriminator_it_is_the_analytic_penalty() {
        let device = Device::flex().autodiff();
        let weights = [0.5f32, -1.0, 2.0];
        let (gamma, noise, pictures) = (3.0, 0.01, 40_000);
        let w = Tensor::<2>::from_floats([[0.5], [-1.0], [2.0]], &device).require_grad();
        let x = Tensor::<2>::zeros([pictures, 3], &Device::flex());
        let epsilon = standard_normal(&mut stream(1, Stream::Noise, 0), 3 * pictures);
        let epsilon =
            Tensor::<2>::from_data(TensorData::new(epsilon, [pictures, 3]), &Device::flex());
        let noisy = x.clone() + epsilon * noise;
        let penalty = gradient_penalty(x.matmul(w.clone()), noisy.matmul(w.clone()), gamma, noise);
        let squared: f32 = weights.iter().map(|w| w * w).sum();
        let expected = gamma / 2.0 * squared;
        let grads = penalty.backward();
        let found = penalty.into_scalar::<f32>();
        // The estimate over n pictures has a relative deviation of √(2/n), here 0.7 %.
        assert!(
            (found / expected - 1.0).abs() < 0.03,
            "{found} against {expected}"
        );
        let gradient = w
            .grad(&grads)
            .unwrap()
            .into_data()
            .try_to_vec::<f32>()
            .unwrap();
        for (found, weight) in gradient.iter().zip(weights) {
            assert!((found - gamma * weight).abs() < 0.25, "{gradient:?}");
        }
    }
}
