//! The feature network: frozen weights and the forward pass.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use utsushi_kernels::Activation;
use utsushi_weights::NamedTensors;

use crate::architecture::stem_names;
use crate::{Architecture, FeaturesError, file};

mod block;
mod layer;
#[cfg(test)]
mod parity;

use block::Block;
use layer::Convolution;

/// Numbers of channels of the four taps of the network that training looks through.
pub const CHANNELS: [usize; 4] = [24, 40, 112, 320];

/// An EfficientNet-Lite (Tan and Le 2019, without squeeze-and-excitation) up to its last block,
/// trained on photographs by its authors and never trained here.
///
/// Its weights carry no gradient. Gradients flow through it to pictures that are tracked.
#[derive(Module, Debug)]
pub struct FeatureNetwork {
    stem: Convolution,
    blocks: Vec<Block>,
    #[module(skip)]
    architecture: Architecture,
}

/// Features of a batch of pictures, from fine to coarse.
///
/// The tensors have the shapes `[batch, ceil(height / s), ceil(width / s), c]` with `s` = 4, 8, 16,
/// 32 and `c` as [`Architecture::channels`] says.
#[derive(Debug, Clone)]
pub struct FeatureTaps(pub Vec<Tensor<4>>);

impl FeatureNetwork {
    /// Reads the file of the network that training looks through, EfficientNet-Lite0, which
    /// [`import`](crate::import) wrote.
    ///
    /// # Errors
    /// The file is missing (the message says where the network comes from), damaged, or of another
    /// kind or network.
    pub fn load(path: &Path, device: &Device) -> Result<Self, FeaturesError> {
        let network = Self::load_any(path, device)?;
        match network.architecture {
            Architecture::OF_TRAINING => Ok(network),
            other => Err(FeaturesError::not_the_network(
                path,
                format!(
                    "this is {}, and training looks through {}",
                    other.title(),
                    Architecture::OF_TRAINING.title()
                ),
            )),
        }
    }

    /// Reads the file of any network that [`import`](crate::import) wrote.
    ///
    /// # Errors
    /// The file is missing, damaged, or of another kind.
    pub fn load_any(path: &Path, device: &Device) -> Result<Self, FeaturesError> {
        let (architecture, tensors) = file::read(path)?;
        Ok(Self::from_tensors(architecture, &tensors, device))
    }

    /// Builds the network from checked tensors under their published names.
    pub(crate) fn from_tensors(
        architecture: Architecture,
        tensors: &NamedTensors,
        device: &Device,
    ) -> Self {
        let stem = Convolution::new(tensors, &stem_names(), 2, Activation::Relu6, device);
        let block = |(index, plan)| Block::new(tensors, index, &plan, device);
        let plans = architecture.blocks().into_iter().enumerate();
        Self {
            stem,
            blocks: plans.map(block).collect(),
            architecture,
        }
    }

    /// The network's architecture.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Computes the features of `pictures`, `[batch, height, width, 3]`, RGB in −1…1.
    ///
    /// The pictures may be tracked for gradients or not, whatever device the network was loaded on;
    /// they are never changed in size.
    pub fn forward(&self, pictures: Tensor<4>) -> FeatureTaps {
        self.forward_first(pictures, CHANNELS.len())
    }

    /// Computes the first `count` taps only, without the blocks after them.
    pub fn forward_first(&self, pictures: Tensor<4>, count: usize) -> FeatureTaps {
        // The authors' scale is (byte − 127) / 128, and a byte is 127.5 · x + 127.5.
        let mut x = self.stem.forward(pictures * (127.5 / 128.0) + 0.5 / 128.0);
        let taps = self.architecture.tap_blocks();
        let wanted = &taps[..count.min(taps.len())];
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
