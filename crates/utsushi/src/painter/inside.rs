//! Facts about a model's networks, for tools that work on style codes.

use std::hash::Hasher;

use fnv::FnvHasher;

use super::Painter;

impl Painter {
    /// Fingerprint of a model, which differs between models whose style codes mean different
    /// things: FNV-1a over the weights that turn codes into gains and biases.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = FnvHasher::default();
        for value in self.style_layers().into_iter().flatten() {
            hash.write(&value.to_le_bytes());
        }
        hash.finish()
    }

    /// The weights from each decoder stage's code to all its gains and biases, `[style_dim,
    /// outputs]`, row by row.
    pub fn style_layers(&self) -> Vec<Vec<f32>> {
        let layers = self.generator().decoder.style_layers();
        let read = |layer: burn::tensor::Tensor<2>| {
            let data = layer.into_data_as::<f32>();
            data.try_into_vec().expect("the data was read as f32")
        };
        layers.into_iter().map(read).collect()
    }

    /// Number of elements of a style code of this model.
    pub fn style_length(&self) -> usize {
        self.code_length()
    }
}
