//! The loss of the style classifier: a picture is recognised as of the style asked for.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// The cross-entropy `−mean log p(label)`, with `p` the softmax of the logits: the classifier's
/// loss on real paintings, and the generator's on its own (auxiliary classifier GAN, Odena et al.
/// 2017; domain classification loss, StarGAN, Choi et al. 2018, section 3.1).
///
/// # Shapes
/// - `logits`: `[batch, styles]`
/// - `labels`: `[batch]`
/// - output: `[1]`
pub fn classification_loss(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    let of_label = log_softmax(logits, 1).gather(1, labels.reshape([batch, 1]));
    of_label.mean().neg()
}

/// Share of rows whose largest logit is that of the label, `[1]`.
pub(crate) fn accuracy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    let told = logits.argmax(1).reshape([batch]);
    told.equal(labels).float().mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn undecided_costs_the_logarithm_of_the_styles_and_right_costs_nothing() {
        let device = Device::flex();
        let labels = Tensor::<1, Int>::from_data([2, 0], &device);
        let even = Tensor::<2>::zeros([2, 4], &device);
        let loss = classification_loss(even, labels.clone()).into_scalar::<f32>();
        assert!((loss - 4f32.ln()).abs() < 1e-6, "{loss}");
        let right = [[0.0, 0.0, 30.0, 0.0], [30.0, 0.0, 0.0, 0.0]];
        let right = Tensor::<2>::from_floats(right, &device);
        let loss = classification_loss(right.clone(), labels.clone()).into_scalar::<f32>();
        assert!(loss < 1e-6, "{loss}");
        let half = Tensor::<1, Int>::from_data([2, 1], &device);
        assert_eq!(accuracy(right.clone(), labels).into_scalar::<f32>(), 1.0);
        assert_eq!(accuracy(right, half).into_scalar::<f32>(), 0.5);
    }
}
