//! A module with a weight and a bias, for tests.

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Tensor};

#[derive(Module, Debug)]
pub(super) struct Linear {
    /// Weight, `[inputs, outputs]`.
    pub(super) weight: Param<Tensor<2>>,
    pub(super) bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    pub(super) fn new(inputs: usize, outputs: usize, device: &Device) -> Self {
        let weight = Tensor::random([inputs, outputs], Distribution::Default, device);
        Self {
            weight: Param::from_tensor(weight),
            bias: Some(Param::from_tensor(Tensor::zeros([outputs], device))),
        }
    }

    pub(super) fn without_bias(mut self) -> Self {
        self.bias = None;
        self
    }
}
