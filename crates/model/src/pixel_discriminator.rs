//! The pixel discriminator, which judges patches of pixels.

use burn::module::{Module, ParamId};
use burn::tensor::{Device, Tensor};
use utsushi_kernels::inner_products;

use crate::parameter_groups::condition_vectors;
use crate::{Conv, DiscriminatorConfig, Initialiser, LabelEmbedding, Labels};

/// A small PatchGAN (Isola et al. 2017, section 3.2.2) with a projection of the label (Miyato and
/// Koyama 2018): one logit for each patch.
#[derive(Module, Debug)]
pub struct PixelDiscriminator {
    blocks: Vec<Conv>,
    logit: Conv,
    labels: LabelEmbedding,
}

impl PixelDiscriminator {
    /// A discriminator with fresh weights for so many styles and values of conditions; `None` if
    /// the configuration leaves it out.
    pub fn new(
        config: &DiscriminatorConfig,
        [styles, values]: [usize; 2],
        seed: u64,
        device: &Device,
    ) -> Option<Self> {
        let last = *config.pixel_channels.last()?;
        let init = &mut Initialiser::new(seed, device);
        let mut from = 3;
        let mut blocks = Vec::new();
        for (index, &to) in config.pixel_channels.iter().enumerate() {
            blocks.push(match index {
                0 | 1 => Conv::halving(init, from, to).leaky(),
                _ => Conv::new(init, 3, from, to).leaky(),
            });
            from = to;
        }
        Some(Self {
            blocks,
            logit: Conv::new(init, 1, last, 1),
            labels: LabelEmbedding::new(init, styles, last, 0.1).with_conditions(init, values),
        })
    }

    /// Parameters that are vectors of conditions' values, which start at zero.
    pub fn condition_vectors(&self) -> Vec<ParamId> {
        condition_vectors(&self.labels).collect()
    }

    /// Judges each patch of the pictures, given their labels.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1
    /// - `labels`: of the batch
    /// - output: `[batch, patches]`
    pub fn forward(&self, pictures: Tensor<4>, labels: impl Into<Labels>) -> Tensor<2> {
        let mut x = pictures;
        for block in &self.blocks {
            x = block.forward(x);
        }
        conditional_logits(x, &self.labels, labels.into(), |x| self.logit.forward(x))
    }
}

/// Logits at each position: a linear layer, plus the inner product with the labels' vector.
pub(crate) fn conditional_logits(
    x: Tensor<4>,
    embedding: &LabelEmbedding,
    labels: Labels,
    linear: impl FnOnce(Tensor<4>) -> Tensor<4>,
) -> Tensor<2> {
    let [batch, height, width, channels] = x.dims();
    let vectors = embedding.forward(labels);
    let product = inner_products(
        x.clone().reshape([batch, height * width, channels]),
        vectors,
    );
    let logits = linear(x).reshape([batch, height * width, 1]);
    let scale = 1.0 / (channels as f32).sqrt();
    (logits + product * scale).reshape([batch, height * width])
}
