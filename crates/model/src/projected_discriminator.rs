//! The projected discriminator, which judges features of a frozen network.

use burn::module::{Module, ParamId};
use burn::tensor::{Device, Tensor};
use utsushi_kernels::leaky_relu;

use crate::parameter_groups::condition_vectors;
use crate::pixel_discriminator::conditional_logits;
use crate::{Conv, DiscriminatorConfig, Initialiser, LabelEmbedding, Labels, SpectralConv};

/// Number of strided convolutions of each head, in the order of the taps: the finer the tap, the
/// more.
const HALVINGS: [usize; 4] = [2, 1, 0, 0];

/// One small discriminator for each tap of the frozen network (Projected GAN, Sauer et al. 2021,
/// section 3), with a projection of the label (Miyato and Koyama 2018).
#[derive(Module, Debug)]
pub struct ProjectedDiscriminator {
    heads: Vec<Head>,
}

#[derive(Module, Debug)]
struct Head {
    input: SpectralConv,
    blocks: Vec<SpectralConv>,
    logit: SpectralConv,
    labels: LabelEmbedding,
}

impl ProjectedDiscriminator {
    /// A discriminator with fresh weights for taps of the given channels and so many styles and
    /// values of conditions; `None` if the configuration leaves it out.
    pub fn new(
        config: &DiscriminatorConfig,
        tap_channels: &[usize],
        [styles, values]: [usize; 2],
        seed: u64,
        device: &Device,
    ) -> Option<Self> {
        if config.projected_channels == 0 {
            return None;
        }
        let init = &mut Initialiser::new(seed, device);
        let width = config.projected_channels;
        let heads = tap_channels
            .iter()
            .zip(HALVINGS)
            .map(|(&channels, halvings)| {
                let mut blocks = Vec::new();
                for _ in 0..halvings {
                    let conv = Conv::halving(init, width, width);
                    blocks.push(SpectralConv::new(init, conv));
                }
                let conv = Conv::new(init, 3, width, width);
                blocks.push(SpectralConv::new(init, conv));
                let input = Conv::new(init, 1, channels, width);
                let logit = Conv::new(init, 1, width, 1);
                Head {
                    input: SpectralConv::new(init, input),
                    blocks,
                    logit: SpectralConv::new(init, logit),
                    labels: LabelEmbedding::new(init, styles, width, 0.1)
                        .with_conditions(init, values),
                }
            });
        Some(Self {
            heads: heads.collect(),
        })
    }

    /// Parameters that are vectors of conditions' values in all heads, which start at zero.
    pub fn condition_vectors(&self) -> Vec<ParamId> {
        let labels = self.heads.iter().map(|head| &head.labels);
        labels.flat_map(condition_vectors).collect()
    }

    /// Judges each position of each tap, given the pictures' labels.
    ///
    /// # Shapes
    /// - `taps`: one `[batch, height, width, channels]` for each head
    /// - `labels`: of the batch
    /// - output: `[batch, positions of all heads]`
    pub fn forward(&self, taps: &[Tensor<4>], labels: impl Into<Labels>) -> Tensor<2> {
        let labels = labels.into();
        let heads = self.heads.iter().zip(taps);
        Tensor::cat(
            heads
                .map(|(head, tap)| head.forward(tap.clone(), labels.clone()))
                .collect(),
            1,
        )
    }

    /// Makes one step of the spectral norms' power iteration in every layer.
    #[must_use]
    pub fn advanced(self) -> Self {
        let heads = self.heads.into_iter().map(|head| Head {
            input: head.input.advanced(),
            blocks: head
                .blocks
                .into_iter()
                .map(SpectralConv::advanced)
                .collect(),
            logit: head.logit.advanced(),
            labels: head.labels,
        });
        Self {
            heads: heads.collect(),
        }
    }
}

impl Head {
    fn forward(&self, tap: Tensor<4>, labels: Labels) -> Tensor<2> {
        let mut x = self.input.forward(tap);
        for block in &self.blocks {
            x = leaky_relu(block.forward(x), 0.2);
        }
        conditional_logits(x, &self.labels, labels, |x| self.logit.forward(x))
    }
}
