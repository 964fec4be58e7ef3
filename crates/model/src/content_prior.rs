//! The content prior: from noise and a style's label to what a new painting shows.

use burn::module::Module;
use burn::tensor::{Int, Tensor, activation};
use utsushi_kernels::leaky_relu;

use crate::blocks::DecoderBlock;
use crate::layers::unit_power;
use crate::{Conv, Dense, Initialiser, LabelEmbedding, Normaliser, PriorConfig, depth_to_space};

/// Length of the code that steers the content prior's blocks.
const CODE: usize = 128;

/// The content prior: draws a sketch, the grey picture of a painting that does not exist.
///
/// The content encoder sees how bright a picture is and not its colours, so a grey picture is all
/// the content that a painting has. Being a picture, a sketch can be used wherever a picture can:
/// it is repainted in any style, mixed, morphed, or looked at.
///
/// The network is built as the decoder is (residual blocks with adaptive instance norm, Karras et
/// al. 2019, section 2, without noise inputs), steered at every block by one code that is made of
/// the noise and the label.
#[derive(Module, Debug)]
pub struct ContentPrior {
    labels: LabelEmbedding,
    mapping: Vec<Dense>,
    start: Dense,
    blocks: Vec<DecoderBlock>,
    output: Conv,
    #[module(skip)]
    grid: usize,
}

impl ContentPrior {
    /// A content prior with fresh weights.
    pub fn new(config: &PriorConfig, styles: usize, init: &mut Initialiser) -> Self {
        let [first, .., last] = config.channels;
        let grid = config.size / 16;
        let mut output = Conv::new(init, 3, last, 4);
        // A small last layer starts near mid-grey, where tanh is not saturated.
        output.weight = init.he([3, 3, last, 4], 9 * last, 0.3);
        Self {
            labels: LabelEmbedding::new(init, styles, config.latent_dim, 1.0),
            mapping: vec![
                Dense::new(init, 2 * config.latent_dim, CODE, 1.0),
                Dense::new(init, CODE, CODE, 1.0),
            ],
            start: Dense::new(init, CODE, grid * grid * first, 1.0),
            blocks: config
                .channels
                .windows(2)
                .map(|pair| DecoderBlock::new(init, CODE, [pair[0], pair[1]], true))
                .collect(),
            output,
            grid,
        }
    }

    /// This network changed to draw for all styles what it draws for the first of them.
    #[must_use]
    pub fn with_one_style(mut self) -> Self {
        self.labels = self.labels.with_one_style();
        self
    }

    /// Draws sketches from noise.
    ///
    /// # Shapes
    /// - `noise`: `[batch, latent_dim]`, standard normal
    /// - `labels`: `[batch]`, each from 0 to `styles − 1`
    /// - output: as [`ContentPrior::draw`]
    pub fn forward(&self, noise: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        self.draw(self.code(noise, labels))
    }

    /// Computes the code that steers a sketch. Moving it towards the mean of many codes gives up
    /// variety for faces that are more often whole (the truncation trick, Karras et al. 2019,
    /// appendix B).
    ///
    /// # Shapes
    /// - `noise`: `[batch, latent_dim]`, standard normal
    /// - `labels`: `[batch]`, each from 0 to `styles − 1`
    /// - output: `[batch, 128]`
    pub fn code(&self, noise: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<2> {
        let labels = self.labels.forward(labels.into());
        let (noise, labels) = (unit_power(noise), unit_power(labels));
        let mut code = Tensor::cat(vec![noise, labels], 1);
        for layer in &self.mapping {
            code = activation::leaky_relu(layer.forward(code), 0.2);
        }
        code
    }

    /// Draws the sketch of each code.
    ///
    /// # Shapes
    /// - `code`: `[batch, 128]`
    /// - output: `[batch, size, size, 3]`, −1…1, all three channels alike
    pub fn draw(&self, code: Tensor<2>) -> Tensor<4> {
        let [batch, _] = code.dims();
        let start = self.start.forward(code.clone());
        let channels = start.dims()[1] / (self.grid * self.grid);
        let mut x = start.reshape([batch, self.grid, self.grid, channels]);
        let norm = &mut Normaliser::each_picture();
        for block in &self.blocks {
            x = block.forward(x, code.clone(), norm);
        }
        let x = leaky_relu(x, 0.2);
        let grey = depth_to_space(self.output.forward(x)).tanh();
        let [batch, height, width, _] = grey.dims();
        grey.expand([batch, height, width, 3])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Distribution, TensorData};

    #[test]
    fn sketches_are_grey_in_range_and_follow_noise_and_label() {
        let device = Device::flex();
        let config = PriorConfig {
            size: 64,
            latent_dim: 4,
            channels: [8, 8, 8, 4],
        };
        let prior = ContentPrior::new(&config, 3, &mut Initialiser::new(1, &device));
        let noise = Tensor::<2>::random([1, 4], Distribution::Normal(0.0, 1.0), &device);
        let noise = Tensor::cat(vec![noise.clone(), noise.clone(), noise.neg()], 0);
        let labels = Tensor::from_data(TensorData::new(vec![0i64, 2, 2], [3]), &device);
        let sketches = prior.forward(noise, labels);
        assert_eq!(sketches.dims(), [3, 64, 64, 3]);
        let values = sketches.into_data().try_to_vec::<f32>().unwrap();
        assert!(values.iter().all(|value| value.abs() <= 1.0));
        assert!(
            values
                .chunks(3)
                .all(|rgb| rgb[0] == rgb[1] && rgb[1] == rgb[2])
        );
        let [a, b, c] = [0, 1, 2].map(|index| &values[index * 64 * 64 * 3..][..64 * 64 * 3]);
        assert_ne!(a, b, "another label");
        assert_ne!(b, c, "other noise");
        let noise = Tensor::<2>::ones([2, 4], &device);
        let labels = Tensor::from_data(TensorData::new(vec![0i64, 2], [2]), &device);
        let before = prior.forward(noise.clone(), labels.clone());
        let shared = prior.with_one_style().forward(noise, labels);
        let of = |sketches: &Tensor<4>, index: usize| {
            let sketch = sketches.clone().narrow(0, index, 1);
            sketch.into_data().try_to_vec::<f32>().unwrap()
        };
        assert_eq!(of(&shared, 0), of(&before, 0));
        assert_eq!(of(&shared, 1), of(&before, 0));
    }
}
