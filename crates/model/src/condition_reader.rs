//! A classifier that reads conditions from style codes.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use crate::{Condition, Dense, Initialiser, ModelConfig};

/// A linear classifier on style codes, one group of logits a condition. In training it makes the
/// style encoder's codes tell the conditions and the mapping network's codes follow them (the
/// auxiliary classifier of Odena et al. 2017, on codes in the place of pictures); after training it
/// reads which values a picture has already.
#[derive(Module, Debug)]
pub struct ConditionReader {
    head: Dense,
    #[module(skip)]
    style_dim: usize,
}

impl ConditionReader {
    /// A reader with fresh weights; none if the model has no conditions.
    pub fn new(config: &ModelConfig, init: &mut Initialiser) -> Option<Self> {
        let inputs = ModelConfig::STAGES * config.style_dim;
        let values = config.condition_values();
        (values > 0).then(|| Self {
            head: Dense::new(init, inputs, values, 0.1),
            style_dim: config.style_dim,
        })
    }

    /// Computes the logits of all conditions' values.
    ///
    /// # Shapes
    /// - `codes`: `[batch, stages, code_length]`, of which the codes of the whole picture are read
    /// - output: logits, `[batch, values of all conditions]`
    pub fn forward(&self, codes: Tensor<3>) -> Tensor<2> {
        let [batch, stages, _] = codes.dims();
        let dim = self.style_dim;
        let codes = codes.narrow(2, 0, dim);
        self.head.forward(codes.reshape([batch, stages * dim]))
    }

    /// The probability of each value; those of one condition add up to 1.
    ///
    /// # Shapes
    /// - `codes`: `[batch, stages, code_length]`
    /// - output: one `[batch, values]` for each condition
    pub fn shares(&self, codes: Tensor<3>, conditions: &[Condition]) -> Vec<Tensor<2>> {
        let logits = self.forward(codes);
        let mut from = 0;
        let share = |condition: &Condition| {
            let count = condition.values.len();
            let own = logits.clone().narrow(1, from, count);
            from += count;
            softmax(own, 1)
        };
        conditions.iter().map(share).collect()
    }
}
