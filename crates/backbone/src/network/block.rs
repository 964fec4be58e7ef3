use burn::module::Module;
use burn::tensor::{Device, Tensor};
use utsushi_kernels::Activation;
use utsushi_weights::NamedTensors;

use super::layer::{Convolution, DepthwiseConvolution};
use crate::architecture::{BlockPlan, block_names};

/// An inverted residual block: widen (1×1, ReLU6), filter each channel (ReLU6), narrow (1×1), and
/// add the input where size and channels allow it.
#[derive(Module, Debug)]
pub(crate) struct Block {
    expansion: Option<Convolution>,
    depthwise: DepthwiseConvolution,
    projection: Convolution,
    #[module(skip)]
    has_skip: bool,
}

impl Block {
    pub(crate) fn new(
        tensors: &NamedTensors,
        index: usize,
        plan: &BlockPlan,
        device: &Device,
    ) -> Self {
        let (expansion, depthwise, projection) = block_names(index, plan);
        let pointwise =
            |names, activation| Convolution::new(tensors, &names, 1, activation, device);
        Self {
            expansion: expansion.map(|names| pointwise(names, Activation::Relu6)),
            depthwise: DepthwiseConvolution::new(tensors, &depthwise, plan.stride, device),
            projection: pointwise(projection, Activation::Identity),
            has_skip: plan.has_skip(),
        }
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let wide = match &self.expansion {
            Some(expansion) => expansion.forward(x.clone()),
            None => x.clone(),
        };
        let y = self.projection.forward(self.depthwise.forward(wide));
        if self.has_skip { y + x } else { y }
    }
}
