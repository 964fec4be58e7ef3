//! Moving 2×2 squares of pixels into channels and back.

use burn::tensor::Tensor;

/// Moves each 2×2 square of pixels into one pixel with four times the channels: with half the
/// sides, a convolution costs a quarter.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`, even sides
/// - output: `[batch, height / 2, width / 2, 4 * channels]`
pub fn space_to_depth(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, height / 2, 2, width / 2, 2, channels])
        .permute([0, 1, 3, 2, 4, 5])
        .reshape([batch, height / 2, width / 2, 4 * channels])
}

/// Moves channels back into 2×2 squares of pixels; the inverse of [`space_to_depth`].
pub fn depth_to_space(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, height, width, 2, 2, channels / 4])
        .permute([0, 1, 3, 2, 4, 5])
        .reshape([batch, 2 * height, 2 * width, channels / 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Int};

    #[test]
    fn a_square_becomes_the_channels_of_one_pixel_and_returns() {
        let x = Tensor::<1, Int>::arange(0..16, &Device::flex())
            .float()
            .reshape([1, 4, 4, 1]);
        let deep = space_to_depth(x.clone());
        assert_eq!(deep.dims(), [1, 2, 2, 4]);
        let first = deep.clone().slice([0..1, 0..1, 1..2, 0..4]).into_data();
        assert_eq!(first.try_to_vec::<f32>().unwrap(), [2.0, 3.0, 6.0, 7.0]);
        depth_to_space(deep)
            .into_data()
            .assert_eq(&x.into_data(), true);
    }
}
