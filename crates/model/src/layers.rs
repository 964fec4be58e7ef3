//! Layers with weights: convolutions and fully connected layers.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use utsushi_kernels::{
    Activation, AffineMap, Border, Conv2dOptions, conv2d, conv2d_after, conv2d_below, matmul,
};

use crate::Initialiser;
use crate::passage::BORDER;

/// A convolution with bias, and the activation that follows it.
#[derive(Module, Debug)]
pub struct Conv {
    /// Weights, `[kernel, kernel, channels_in, channels_out]`.
    pub weight: Param<Tensor<4>>,
    /// Biases, `[channels_out]`.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    stride: usize,
    #[module(skip)]
    padding: usize,
    #[module(skip)]
    slope: Option<f32>,
}

impl Conv {
    /// A convolution of stride 1 that keeps the size (for odd kernels), without activation.
    pub fn new(init: &mut Initialiser, kernel: usize, from: usize, to: usize) -> Self {
        Self {
            weight: init.he([kernel, kernel, from, to], kernel * kernel * from, 1.0),
            bias: Some(init.constant([to], 0.0)),
            stride: 1,
            padding: kernel / 2,
            slope: None,
        }
    }

    /// A 4×4 convolution of stride 2: halves both sides.
    pub fn halving(init: &mut Initialiser, from: usize, to: usize) -> Self {
        let mut conv = Self::new(init, 4, from, to);
        (conv.stride, conv.padding) = (2, 1);
        conv
    }

    /// This layer, followed by a leaky ReLU of slope 0.2.
    pub fn leaky(mut self) -> Self {
        self.slope = Some(0.2);
        self
    }

    /// This layer without a bias.
    pub fn unbiased(mut self) -> Self {
        self.bias = None;
        self
    }

    /// Applies the convolution and its activation, with zeros beyond the border.
    ///
    /// # Shapes
    /// - `x`: `[batch, height, width, channels_in]`
    /// - output: `[batch, height / stride, width / stride, channels_out]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.forward_with(x, self.weight.val())
    }

    /// Applies the layer as [`Conv::forward`] does, with the given pixels beyond the border.
    pub(crate) fn forward_within(&self, x: Tensor<4>, border: Border) -> Tensor<4> {
        let bias = self.bias.as_ref().map(|bias| bias.val());
        conv2d(x, self.weight.val(), bias, self.options().border(border))
    }

    /// Applies the layer to the output of `map`, with each pixel repeated in both directions if
    /// `double`.
    pub(crate) fn forward_after(
        &self,
        map: AffineMap,
        double: bool,
        x: Tensor<4>,
        border: Border,
    ) -> Tensor<4> {
        let bias = self.bias.as_ref().map(|bias| bias.val());
        let options = self.options().border(border);
        conv2d_after(map, double, x, self.weight.val(), bias, options)
    }

    /// Applies the layer to a strip of a picture with the rows `above` it (at the picture's upper
    /// border if absent), and `below` rows of the lower border.
    pub(crate) fn forward_below(
        &self,
        above: Option<Tensor<4>>,
        x: Tensor<4>,
        below: usize,
    ) -> Tensor<4> {
        let mut options = self.options().border(BORDER);
        options.padding.bottom = below;
        let (weight, bias) = (self.weight.val(), self.bias.as_ref().map(|bias| bias.val()));
        match above {
            Some(above) => {
                options.padding.top = above.dims()[1];
                conv2d_below(above, x, weight, bias, options)
            }
            None => conv2d(x, weight, bias, options),
        }
    }

    fn options(&self) -> Conv2dOptions {
        let activation = match self.slope {
            Some(slope) => Activation::LeakyRelu(slope),
            None => Activation::Identity,
        };
        Conv2dOptions::padded(self.padding)
            .stride(self.stride)
            .activation(activation)
    }

    pub(crate) fn forward_with(&self, x: Tensor<4>, weight: Tensor<4>) -> Tensor<4> {
        let bias = self.bias.as_ref().map(|bias| bias.val());
        conv2d(x, weight, bias, self.options())
    }
}

/// A fully connected layer.
#[derive(Module, Debug)]
pub struct Dense {
    /// Weights, `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// Biases, `[outputs]`.
    pub bias: Param<Tensor<1>>,
}

impl Dense {
    /// A layer with He initialisation times `gain`, and bias 0.
    pub fn new(init: &mut Initialiser, from: usize, to: usize, gain: f32) -> Self {
        Self {
            weight: init.he([from, to], from, gain),
            bias: init.constant([to], 0.0),
        }
    }

    /// A layer that gives 0 at first, whatever its input: for additions to a trained network that
    /// are not to change its output.
    pub fn zero(init: &mut Initialiser, from: usize, to: usize) -> Self {
        Self {
            weight: init.constant([from, to], 0.0),
            bias: init.constant([to], 0.0),
        }
    }

    /// Applies the layer to each row.
    ///
    /// # Shapes
    /// - `x`: `[batch, inputs]`
    /// - output: `[batch, outputs]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        matmul(x, self.weight.val()) + self.bias.val().unsqueeze()
    }
}

/// Scales each row to a mean square of 1, so that of two inputs neither drowns the other.
pub(crate) fn unit_power(rows: Tensor<2>) -> Tensor<2> {
    let power = rows.clone().powi_scalar(2).mean_dim(1);
    rows / (power + 1e-8).sqrt()
}
