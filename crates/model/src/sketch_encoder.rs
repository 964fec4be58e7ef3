//! The sketch encoder: from a sketch to the noise that the content prior could have drawn it from.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::layers::unit_power;
use crate::{Conv, Dense, Initialiser, PriorConfig};

/// The sketch encoder's channels at 1/2, 1/4, 1/8 and 1/16 of the sketch's side.
const CHANNELS: [usize; 4] = [32, 64, 96, 128];

/// Reads the noise of a real picture, so that the content prior can be asked to draw it again
/// (VAE/GAN, Larsen et al. 2016, with codes on a sphere in the place of a variance). This network
/// is needed for training only.
#[derive(Module, Debug)]
pub struct SketchEncoder {
    blocks: Vec<Conv>,
    head: Dense,
}

impl SketchEncoder {
    /// A sketch encoder with fresh weights, for sketches of `config.size`.
    pub fn new(config: &PriorConfig, init: &mut Initialiser) -> Self {
        let grid = config.size / 16;
        let mut from = 1;
        let blocks = CHANNELS.map(|to| {
            let block = Conv::halving(init, from, to).leaky();
            from = to;
            block
        });
        Self {
            blocks: blocks.into(),
            head: Dense::new(init, grid * grid * from, config.latent_dim, 1.0),
        }
    }

    /// Reads the noise of each sketch.
    ///
    /// # Shapes
    /// - `sketches`: `[batch, size, size, 1]`, −1…1
    /// - output: `[batch, latent_dim]`, each row with a mean square of 1, as noise has
    pub fn forward(&self, sketches: Tensor<4>) -> Tensor<2> {
        let mut x = sketches;
        for block in &self.blocks {
            x = block.forward(x);
        }
        let [batch, height, width, channels] = x.dims();
        unit_power(
            self.head
                .forward(x.reshape([batch, height * width * channels])),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn codes_lie_where_noise_does_and_follow_the_picture() {
        let device = Device::flex();
        let config = PriorConfig {
            size: 32,
            latent_dim: 6,
            channels: [8, 8, 8, 8],
        };
        let encoder = SketchEncoder::new(&config, &mut Initialiser::new(1, &device));
        let values: Vec<f32> = (0..2 * 32 * 32)
            .map(|index| (index as f32 * 0.37).sin())
            .collect();
        let sketches = Tensor::from_data(TensorData::new(values, [2, 32, 32, 1]), &device);
        let codes = encoder.forward(sketches).into_data();
        let codes = codes.try_to_vec::<f32>().unwrap();
        for row in codes.chunks(6) {
            let power = row.iter().map(|value| value * value).sum::<f32>() / 6.0;
            assert!((power - 1.0).abs() < 1e-3, "{power}");
        }
        assert_ne!(codes[..6], codes[6..]);
    }
}
