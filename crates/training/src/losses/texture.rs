//! The texture loss, which keeps areas without texture where neither content nor style has any.

use burn::tensor::Tensor;
use utsushi_model::luminance;

/// Step of the content's brightness at which a difference in the painting counts 1/e as much as in
/// an even area.
const STEP: f32 = 0.04;

/// The texture loss: how much paintings of smooth styles vary from pixel to pixel where the content
/// does not. It is the total variation of the painting (Rudin, Osher and Fatemi 1992), `mean of a ·
/// e^(−s/σ) · |Δ|` over neighbours to the right and below, where `Δ` is the painting's step between
/// the two pixels, as a mean over channels, `s` the content's step in brightness, and `a` the
/// style's smoothness.
///
/// Networks that draw hair draw strands into whatever is as dark as hair, and shade a cheek by
/// hatching. Discriminators let that pass, since paintings of the style do have strands, elsewhere.
/// On the way from one tone to another the sum of all steps is the same whether it is one edge or a
/// gradient: only what goes up and down again costs more, so that the style's shading stays free.
///
/// # Shapes
/// - `fake`, `content`: `[batch, height, width, 3]`, −1…1
/// - `smoothness`: `[batch]`, 0…1, smoothness of the style that each is painted in
/// - output: `[1]`, from 0
pub fn texture_loss(fake: Tensor<4>, content: Tensor<4>, smoothness: Tensor<1>) -> Tensor<1> {
    let [batch, ..] = fake.dims();
    let content = luminance(content);
    let smoothness = smoothness.reshape([batch, 1, 1, 1]);
    let along = |axis: usize| {
        let counted = (steps(content.clone(), axis) / -STEP).exp() * smoothness.clone();
        (steps(fake.clone(), axis).mean_dim(3) * counted).mean()
    };
    along(1) + along(2)
}

/// Absolute differences between neighbours along an axis.
fn steps(x: Tensor<4>, axis: usize) -> Tensor<4> {
    let count = x.dims()[axis] - 1;
    (x.clone().narrow(axis, 1, count) - x.narrow(axis, 0, count)).abs()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    const SIDE: usize = 8;

    /// A grey test picture whose rows are all the same.
    fn columns(values: [f32; SIDE]) -> Tensor<4> {
        let pixels = (0..SIDE).flat_map(|_| values.iter().flat_map(|&value| [value; 3]));
        let data = TensorData::new(pixels.collect::<Vec<_>>(), [1, SIDE, SIDE, 3]);
        Tensor::from_data(data, &Device::flex())
    }

    fn loss(fake: [f32; SIDE], content: [f32; SIDE], smoothness: f32) -> f32 {
        let smoothness = Tensor::from_data([smoothness], &Device::flex());
        texture_loss(columns(fake), columns(content), smoothness).into_scalar()
    }

    #[test]
    fn only_what_goes_up_and_down_costs_more_than_an_edge() {
        let even = [0.2; SIDE];
        let edge = [0.0, 0.0, 0.0, 0.7, 0.7, 0.7, 0.7, 0.7];
        let gradient = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
        let scratched = [0.0, 0.7, 0.0, 0.7, 0.0, 0.7, 0.0, 0.7];
        let near = |found: f32, wanted: f32| assert!((found - wanted).abs() < 1e-6, "{found}");
        assert_eq!(loss(even, edge, 1.0), 0.0);
        near(loss(edge, even, 1.0), 0.1);
        near(loss(gradient, even, 1.0), 0.1);
        near(loss(scratched, even, 1.0), 0.7);
        near(loss(scratched, even, 0.25), 0.175);
        assert_eq!(loss(scratched, even, 0.0), 0.0);
    }

    #[test]
    fn where_the_content_has_steps_the_painting_may() {
        let scratched = [0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5];
        // Each step of the content is 0.5 / 12.5 = 1/e twice as much as its own length.
        let content = scratched.map(|value| value * 0.16);
        let wanted = 0.5 * (-2.0f32).exp();
        let found = loss(scratched, content, 1.0);
        assert!((found - wanted).abs() < 1e-5, "{found} {wanted}");
        assert!(loss(scratched, scratched, 1.0) < 1e-5);
    }
}
