//! Keeping the lines of what a picture shows.

use burn::tensor::Tensor;
use utsushi_kernels::average_pool2;
use utsushi_model::{local_contrast, luminance};

/// How little the lines of the painting agree with the content's: one minus the correlation of
/// local contrasts, mean over pictures and over two scales.
///
/// Features of a deep network place a mouth, and still let streaks and bars through that stand
/// where no line of the content is; this sees every pixel. A correlation leaves free how strong
/// the painting's lines are and what colours they part, which is style.
///
/// # Shapes
/// - `fake`, `content`: `[batch, height, width, 3]`, even sides
/// - output: `[1]`, 0…2
pub fn line_loss(fake: Tensor<4>, content: Tensor<4>) -> Tensor<1> {
    let (fake, content) = (luminance(fake), luminance(content));
    let fine = disagreement(fake.clone(), content.clone());
    let coarse = disagreement(average_pool2(fake), average_pool2(content));
    (fine + coarse) / 2.0
}

fn disagreement(fake: Tensor<4>, content: Tensor<4>) -> Tensor<1> {
    let [batch, height, width, _] = fake.dims();
    let rows = |x: Tensor<4>| local_contrast(x).reshape([batch, height * width]);
    let (fake, content) = (rows(fake), rows(content));
    let shared = (fake.clone() * content.clone()).mean_dim(1);
    // A picture without any line agrees with none: the term then is 1 and pulls nowhere.
    let size = |x: Tensor<2>| (x.powi_scalar(2).mean_dim(1) + 1e-6).sqrt();
    let correlation = shared / (size(fake) * size(content));
    correlation.mean().neg() + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn noise() -> Tensor<4> {
        let values: Vec<f32> = (0..2 * 16 * 16 * 3)
            .map(|i| (i as f32 * 78.233).sin() * 0.5)
            .collect();
        Tensor::from_data(TensorData::new(values, [2, 16, 16, 3]), &Device::flex())
    }

    #[test]
    fn other_colours_and_stronger_lines_cost_nothing_and_negatives_two() {
        let content = noise();
        let stronger = content.clone() * 1.8 + 0.1;
        let cost = line_loss(stronger, content.clone()).into_scalar::<f32>();
        assert!(cost.abs() < 5e-3, "{cost}");
        let negative = line_loss(content.clone().neg(), content.clone()).into_scalar::<f32>();
        assert!((negative - 2.0).abs() < 5e-3, "{negative}");
        let even = Tensor::full([2, 16, 16, 3], 0.3, &Device::flex());
        let blank = line_loss(even, content).into_scalar::<f32>();
        assert!((blank - 1.0).abs() < 1e-3, "{blank}");
    }

    #[test]
    fn an_even_picture_has_a_finite_gradient() {
        let device = Device::flex().autodiff();
        let even = Tensor::<4>::zeros([2, 16, 16, 3], &device).require_grad();
        let content = Tensor::from_data(noise().into_data(), &device);
        let grads = line_loss(even.clone(), content).backward();
        let gradient = even.grad(&grads).unwrap().abs().max().into_scalar::<f32>();
        assert!(gradient.is_finite());
    }
}
