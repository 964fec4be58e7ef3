//! Spectral normalisation: convolutions whose largest singular value is held at one.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use utsushi_kernels::{matmul, sum};

use crate::{Conv, Initialiser};

/// A convolution divided by the largest singular value of its weight, seen as a matrix
/// `[kernel · kernel · channels_in, channels_out]` (Miyato et al. 2018, section 2.1).
#[derive(Module, Debug)]
pub struct SpectralConv {
    conv: Conv,
    /// Estimate of the weight's right singular vector, `[channels_out]`; not trained by gradients.
    right: Param<Tensor<1>>,
}

impl SpectralConv {
    /// Wraps `conv`, so that its largest singular value is held at one.
    pub fn new(init: &mut Initialiser, conv: Conv) -> Self {
        let [_, _, _, to] = conv.weight.val().dims();
        let right = init.normal([to], 1.0).map(|drawn| unit(drawn.detach()));
        let mut layer = Self {
            conv,
            right: right.set_require_grad(false),
        };
        // A few steps now, so that the first updates already divide by about the right number.
        for _ in 0..5 {
            layer = layer.advanced();
        }
        layer
    }

    /// Applies the normalised convolution.
    ///
    /// # Shapes
    /// As [`Conv::forward`].
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let weight = self.conv.weight.val();
        let product = matmul(matrix(weight.clone()), self.right.val().unsqueeze_dim(1));
        let sigma = (sum(product.powi_scalar(2)) + 1e-12).sqrt();
        self.conv
            .forward_with(x, weight / sigma.reshape([1, 1, 1, 1]))
    }

    /// Makes one step of power iteration; to be called once for each update of the discriminator.
    #[must_use]
    pub fn advanced(self) -> Self {
        let weight = matrix(self.conv.weight.val().detach());
        let left = matmul(weight.clone(), self.right.val().unsqueeze_dim(1));
        let right = matmul(weight.transpose(), left).squeeze_dim::<1>(1);
        Self {
            right: self.right.map(|_| unit(right).detach()),
            conv: self.conv,
        }
    }
}

fn matrix(weight: Tensor<4>) -> Tensor<2> {
    let [height, width, from, to] = weight.dims();
    weight.reshape([height * width * from, to])
}

fn unit(vector: Tensor<1>) -> Tensor<1> {
    let length = (sum(vector.clone().powi_scalar(2)) + 1e-24).sqrt();
    vector / length
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn the_largest_singular_value_becomes_one() {
        let device = Device::flex();
        let init = &mut Initialiser::new(1, &device);
        let mut conv = Conv::new(init, 1, 2, 2).unbiased();
        // diag(3, 1): the larger singular value is 3.
        let diagonal = TensorData::new(vec![3.0f32, 0.0, 0.0, 1.0], [1, 1, 2, 2]);
        conv.weight = Param::from_data(diagonal, &device);
        let mut layer = SpectralConv::new(init, conv);
        for _ in 0..20 {
            layer = layer.advanced();
        }
        let x = Tensor::from_data(TensorData::new(vec![1.0f32, 1.0], [1, 1, 1, 2]), &device);
        let y = layer.forward(x).into_data().try_to_vec::<f32>().unwrap();
        assert!((y[0] - 1.0).abs() < 1e-5, "{y:?}");
        assert!((y[1] - 1.0 / 3.0).abs() < 1e-5, "{y:?}");
    }
}
