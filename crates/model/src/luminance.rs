//! Brightness of a picture, and its local contrast.

use burn::tensor::{Tensor, TensorData};
use utsushi_kernels::{Conv2dOptions, Padding, depthwise_conv2d};

/// Side in pixels of the square over which a pixel's surroundings are averaged.
pub(crate) const SURROUNDINGS: usize = 5;

/// Converts to luma with the weights of ITU-R BT.601.
///
/// # Shapes
/// - `pictures`: `[batch, height, width, 3]`, −1…1
/// - output: `[batch, height, width, 1]`, −1…1
pub fn luminance(pictures: Tensor<4>) -> Tensor<4> {
    let device = pictures.device();
    let weights = TensorData::new(vec![0.299f32, 0.587, 0.114], [1, 1, 1, 3]);
    (pictures * Tensor::from_data(weights, &device)).sum_dim(3)
}

/// Subtracts from each pixel's brightness the mean of its surroundings. Pixels outside of the
/// picture do not count, so that its border is not seen as a line.
///
/// # Shapes
/// - `brightness` and output: `[batch, height, width, 1]`
pub fn local_contrast(brightness: Tensor<4>) -> Tensor<4> {
    contrast_within(brightness, Padding::uniform(SURROUNDINGS / 2))
}

/// Computes [`local_contrast`] for the rows and columns whose surroundings lie within the picture
/// or, on sides with `padding`, beyond its border.
pub(crate) fn contrast_within(brightness: Tensor<4>, padding: Padding) -> Tensor<4> {
    let [_, height, width, _] = brightness.dims();
    let device = brightness.device();
    let options = Conv2dOptions {
        padding,
        ..Conv2dOptions::padded(0)
    };
    let sum = |x: Tensor<4>| {
        let kernel = Tensor::<3>::ones([SURROUNDINGS, SURROUNDINGS, 1], &device);
        depthwise_conv2d(x, kernel, None, options)
    };
    let count = sum(Tensor::ones([1, height, width, 1], &device));
    let [_, rows, columns, _] = count.dims();
    let first = |padding: usize| SURROUNDINGS / 2 - padding;
    let inner = brightness
        .clone()
        .narrow(1, first(padding.top), rows)
        .narrow(2, first(padding.left), columns);
    inner - sum(brightness) / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn white_is_one_and_an_even_picture_has_no_contrast_even_at_its_border() {
        let white = Tensor::<4>::ones([1, 8, 6, 3], &Device::flex());
        let bright = luminance(white);
        let off = (bright.clone() - 1.0).abs().max().into_scalar::<f32>();
        assert!(off < 1e-6, "{off}");
        let contrast = local_contrast(bright).abs().max().into_scalar::<f32>();
        assert!(contrast < 1e-6, "{contrast}");
    }

    #[test]
    fn a_dot_stands_out_by_what_its_surroundings_lack() {
        let mut values = vec![0.0f32; 49];
        values[24] = 1.0;
        let dot = TensorData::new(values, [1, 7, 7, 1]);
        let dot = Tensor::<4>::from_data(dot, &Device::flex());
        let contrast = local_contrast(dot).into_data().try_to_vec::<f32>().unwrap();
        assert!((contrast[24] - 24.0 / 25.0).abs() < 1e-6);
        assert!((contrast[25] + 1.0 / 25.0).abs() < 1e-6);
        assert_eq!(contrast[0], 0.0);
    }
}
