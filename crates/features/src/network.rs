//! The network itself: frozen weights and the forward pass.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use utsushi_checkpoint::NamedTensors;
use utsushi_kernels::Activation;

use crate::architecture::{TAP_BLOCKS, blocks, stem_names};
use crate::{FeaturesError, file};

mod block;
mod layer;
#[cfg(test)]
mod parity;

use block::Block;
use layer::Convolution;

/// Channels of the four taps.
pub const CHANNELS: [usize; 4] = [24, 40, 112, 320];

/// EfficientNet-Lite0 (Tan and Le 2019, without squeeze-and-excitation) up to its last block,
/// trained on photographs by its authors and never trained here.
///
/// Its weights carry no gradient. Gradients flow through it to pictures that are tracked.
#[derive(Module, Debug)]
pub struct FeatureNetwork {
    stem: Convolution,
    blocks: Vec<Block>,
}

/// Features of a batch of pictures, from fine to coarse.
///
/// Shapes: `[batch, ceil(height / s), ceil(width / s), c]` with `s` = 4, 8, 16, 32 and `c` as in
/// [`CHANNELS`].
#[derive(Debug, Clone)]
pub struct FeatureTaps(pub Vec<Tensor<4>>);

impl FeatureNetwork {
    /// Reads the file that [`import`](crate::import) wrote.
    ///
    /// # Errors
    /// A missing file (the message says where the network comes from), or one that is damaged or
    /// of another kind.
    pub fn load(path: &Path, device: &Device) -> Result<Self, FeaturesError> {
        Ok(Self::from_tensors(&file::read(path)?, device))
    }

    /// The network with checked tensors under their published names.
    pub(crate) fn from_tensors(tensors: &NamedTensors, device: &Device) -> Self {
        let stem = Convolution::new(tensors, &stem_names(), 2, Activation::Relu6, device);
        let block = |(index, plan)| Block::new(tensors, index, &plan, device);
        Self {
            stem,
            blocks: blocks().into_iter().enumerate().map(block).collect(),
        }
    }

    /// The features of `pictures`, `[batch, height, width, 3]`, RGB in −1…1.
    ///
    /// The pictures may be tracked for gradients or not, whatever device the network was loaded
    /// on; they are never changed in size.
    pub fn forward(&self, pictures: Tensor<4>) -> FeatureTaps {
        self.forward_first(pictures, CHANNELS.len())
    }

    /// The first `count` taps only, without computing what comes after them.
    pub fn forward_first(&self, pictures: Tensor<4>, count: usize) -> FeatureTaps {
        // The authors' scale is (byte − 127) / 128, and a byte is 127.5 · x + 127.5.
        let mut x = self.stem.forward(pictures * (127.5 / 128.0) + 0.5 / 128.0);
        let wanted = &TAP_BLOCKS[..count.min(TAP_BLOCKS.len())];
        let last = wanted.last().map_or(0, |last| last + 1);
        let mut taps = Vec::with_capacity(wanted.len());
        for (index, block) in self.blocks.iter().take(last).enumerate() {
            x = block.forward(x);
            if wanted.contains(&index) {
                taps.push(x.clone());
            }
        }
        FeatureTaps(taps)
    }
}
