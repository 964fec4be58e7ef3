//! The line losses, which keep the lines of the content.

use burn::tensor::Tensor;
use utsushi_kernels::average_pool2;
use utsushi_model::{local_contrast, luminance};

/// The line losses: one minus the correlation between the local contrasts of painting and content,
/// mean over pictures. Returns `[coarse, fine]`: at half the size, which asks that a line be about
/// there, and at full size, where every stroke counts.
///
/// Features of a deep network place a mouth, and still let streaks and bars through where the
/// content has no line; these losses see every pixel. A correlation leaves free how strong the
/// painting's lines are and which colours they separate, which is style.
///
/// # Shapes
/// - `fake`, `content`: `[batch, height, width, 3]`, even sides
/// - output: `[1]` each, 0…2
pub fn line_losses(fake: Tensor<4>, content: Tensor<4>) -> [Tensor<1>; 2] {
    let (fake, content) = (luminance(fake), luminance(content));
    let fine = disagreement(fake.clone(), content.clone());
    [
        disagreement(average_pool2(fake), average_pool2(content)),
        fine,
    ]
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

    fn costs(fake: Tensor<4>, content: Tensor<4>) -> [f32; 2] {
        line_losses(fake, content).map(|loss| loss.into_scalar::<f32>())
    }

    #[test]
    fn other_colours_and_stronger_lines_cost_nothing_and_negatives_two() {
        let content = noise();
        let stronger = content.clone() * 1.8 + 0.1;
        let cost = costs(stronger, content.clone());
        assert!(cost.iter().all(|cost| cost.abs() < 1e-2), "{cost:?}");
        let negative = costs(content.clone().neg(), content.clone());
        assert!(
            negative.iter().all(|cost| (cost - 2.0).abs() < 1e-2),
            "{negative:?}"
        );
        let even = Tensor::full([2, 16, 16, 3], 0.3, &Device::flex());
        let blank = costs(even, content);
        assert!(
            blank.iter().all(|cost| (cost - 1.0).abs() < 1e-3),
            "{blank:?}"
        );
    }

    #[test]
    fn what_is_finer_than_two_pixels_costs_at_full_size_alone() {
        let content = noise();
        let checks = (0..2 * 16 * 16 * 3).map(|i| {
            let (x, y) = (i / 3 % 16, i / 48 % 16);
            if (x + y) % 2 == 0 { 0.4 } else { -0.4 }
        });
        let checks = TensorData::new(checks.collect::<Vec<f32>>(), [2, 16, 16, 3]);
        let screen = content.clone() + Tensor::from_data(checks, &Device::flex());
        let [coarse, fine] = costs(screen, content);
        assert!(coarse < 1e-2 && fine > 0.1, "{coarse} {fine}");
    }

    #[test]
    fn an_even_picture_has_a_finite_gradient() {
        let device = Device::flex().autodiff();
        let even = Tensor::<4>::zeros([2, 16, 16, 3], &device).require_grad();
        let content = Tensor::from_data(noise().into_data(), &device);
        let [coarse, fine] = line_losses(even.clone(), content);
        let grads = (coarse + fine).backward();
        let gradient = even.grad(&grads).unwrap().abs().max().into_scalar::<f32>();
        assert!(gradient.is_finite());
    }
}
