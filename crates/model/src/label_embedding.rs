//! Embeddings of labels: vectors of styles and of conditions' values, which are summed.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use utsushi_kernels::matmul;

use crate::{Initialiser, Labels};

/// A learned vector for each style, plus one for each value of each condition: their sums give
/// combinations that no picture shows a place, too.
#[derive(Module, Debug)]
pub struct LabelEmbedding {
    /// Vectors of the styles, `[styles, length]`.
    pub weight: Param<Tensor<2>>,
    /// Vectors of the conditions' values, `[values of all conditions, length]`; absent if there is
    /// no condition.
    pub conditions: Option<Param<Tensor<2>>>,
}

impl LabelEmbedding {
    /// An embedding without conditions, whose vectors of styles are normal numbers with the given
    /// standard deviation.
    pub fn new(init: &mut Initialiser, styles: usize, length: usize, deviation: f32) -> Self {
        Self {
            weight: init.normal([styles, length], deviation),
            conditions: None,
        }
    }

    /// This embedding with vectors for so many values of conditions. They are zero, and so change
    /// nothing at first; no vectors are added if `values` is 0.
    #[must_use]
    pub fn with_conditions(mut self, init: &mut Initialiser, values: usize) -> Self {
        let [_, length] = self.weight.dims();
        self.conditions = (values > 0).then(|| init.constant([values, length], 0.0));
        self
    }

    /// This embedding with the first style's vector for all styles.
    #[must_use]
    pub fn with_one_style(mut self) -> Self {
        self.weight = self.weight.map(|weight| {
            let [styles, length] = weight.dims();
            let first = weight.clone().narrow(0, 0, 1);
            // Through numbers: gradients are asked for of new tensors alone.
            let shared = first.expand([styles, length]).into_data();
            let shared = Tensor::from_data(shared, &weight.device());
            if weight.is_require_grad() {
                shared.require_grad()
            } else {
                shared
            }
        });
        self
    }

    /// Sums the style's vector and those of all condition values that hold. Values that are unknown
    /// add nothing.
    ///
    /// # Shapes
    /// - output: `[batch, length]`
    pub fn forward(&self, labels: Labels) -> Tensor<2> {
        let styles = self.weight.val().select(0, labels.styles);
        match (&self.conditions, labels.conditions) {
            (Some(table), Some(holding)) => styles + matmul(holding, table.val()),
            _ => styles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Int};

    #[test]
    fn values_that_hold_are_added_and_fresh_ones_add_nothing() {
        let device = Device::flex();
        let init = &mut Initialiser::new(3, &device);
        let plain = LabelEmbedding::new(init, 2, 3, 1.0);
        let styles = || Tensor::<1, Int>::from_data([1, 0], &device);
        let holding = Tensor::<2>::from_floats([[1.0, 0.0, 1.0], [0.0; 3]], &device);
        let values = |embedding: &LabelEmbedding, conditions: Option<Tensor<2>>| {
            let styles = styles();
            let vectors = embedding.forward(Labels { styles, conditions });
            vectors.into_data().try_to_vec::<f32>().unwrap()
        };
        let alone = values(&plain, None);
        assert_eq!(values(&plain, Some(holding.clone())), alone);
        let mut embedding = plain.with_conditions(init, 3);
        assert_eq!(values(&embedding, Some(holding.clone())), alone);
        let table = [[1.0, 2.0, 3.0], [50.0; 3], [10.0, 20.0, 30.0]];
        let table = Tensor::<2>::from_floats(table, &device);
        embedding.conditions = Some(Param::from_tensor(table));
        let moved = values(&embedding, Some(holding));
        for (index, added) in [11.0, 22.0, 33.0, 0.0, 0.0, 0.0].into_iter().enumerate() {
            assert!(
                (moved[index] - alone[index] - added).abs() < 1e-5,
                "{index}"
            );
        }
        assert_eq!(values(&embedding, None), alone);
    }
}
