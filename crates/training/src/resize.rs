//! Bilinear resizing that is differentiable on every device.

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_kernels::{average_pool2, mix_rows};

/// Resizes pictures with two matrix products, half-pixel centres, no smoothing: the framework's
/// own bilinear interpolation has no gradient on GPU devices.
///
/// # Shapes
/// - `x`: `[batch, height, width, channels]`
/// - output: `[batch, size, size, channels]`
pub fn resize_bilinear(x: Tensor<4>, size: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    if [height, width] == [size, size] {
        return x;
    }
    let device = x.device();
    // A stack of rows, each [width, channels], multiplied from the left.
    let across = weights(width, size, &device);
    let x = mix_rows(across, x.reshape([batch * height, width, channels]));
    let down = weights(height, size, &device);
    let x = mix_rows(down, x.reshape([batch, height, size * channels]));
    x.reshape([batch, size, size, channels])
}

/// Resizes square pictures to a side no larger than theirs, without aliasing.
///
/// # Shapes
/// As [`resize_bilinear`].
pub fn shrunk(mut pictures: Tensor<4>, side: usize) -> Tensor<4> {
    while pictures.dims()[1] >= 2 * side {
        pictures = average_pool2(pictures);
    }
    resize_bilinear(pictures, side)
}

/// Matrix of bilinear weights, `[to, from]`: each row has the shares of the two nearest inputs.
fn weights(from: usize, to: usize, device: &Device) -> Tensor<2> {
    let mut values = vec![0.0f32; to * from];
    let scale = from as f64 / to as f64;
    for row in 0..to {
        let centre = ((row as f64 + 0.5) * scale - 0.5).clamp(0.0, (from - 1) as f64);
        let left = centre.floor() as usize;
        let right = (left + 1).min(from - 1);
        let share = (centre - left as f64) as f32;
        values[row * from + left] += 1.0 - share;
        values[row * from + right] += share;
    }
    // Without gradients: a plain device, whatever the picture's.
    Tensor::from_data(TensorData::new(values, [to, from]), &device.clone().inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_a_ramp_interpolates_between_pixel_centres() {
        let device = Device::flex();
        let x = Tensor::<1>::from_floats([0.0, 4.0, 0.0, 4.0], &device).reshape([1, 2, 2, 1]);
        let y = resize_bilinear(x, 4)
            .into_data()
            .try_to_vec::<f32>()
            .unwrap();
        assert_eq!(y[..4], [0.0, 1.0, 3.0, 4.0]);
        assert_eq!(y[12..], [0.0, 1.0, 3.0, 4.0]);
    }
}
