//! What tools that work on style codes need to know of a model.

use super::Painter;

impl Painter {
    /// A number that tells models apart whose style codes mean different things: FNV-1a over the
    /// weights that turn codes into gains and biases.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for layer in self.style_layers() {
            for byte in layer.into_iter().flat_map(f32::to_le_bytes) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        hash
    }

    /// The weights from each decoder stage's code to all its gains and biases,
    /// `[style_dim, outputs]` row by row.
    pub fn style_layers(&self) -> Vec<Vec<f32>> {
        let layers = self.generator().decoder.style_layers();
        let read = |layer: burn::tensor::Tensor<2>| {
            let data = layer.into_data_as::<f32>();
            data.try_into_vec().expect("the data was read as f32")
        };
        layers.into_iter().map(read).collect()
    }

    /// How many numbers a style code of this model has.
    pub fn style_length(&self) -> usize {
        self.code_length()
    }
}
