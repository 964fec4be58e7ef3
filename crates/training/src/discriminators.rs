//! The discriminators, and the frozen network through which most of them look.

use burn::module::{Module, ParamId};
use burn::tensor::{Device, Tensor};
use utsushi_backbone::{CHANNELS, FeatureNetwork};
use utsushi_model::{
    PixelDiscriminator, ProjectedDiscriminator, ReferenceDiscriminator, StyleClassifier,
};

use crate::config::TrainingConfig;
use crate::resize::resize_bilinear;

/// The discriminators and the style classifier, each of which may be absent.
#[derive(Module, Debug)]
pub struct Discriminators {
    /// The discriminator of features of the frozen network.
    pub projected: Option<ProjectedDiscriminator>,
    /// The discriminator of pixels.
    pub pixel: Option<PixelDiscriminator>,
    /// The classifier of styles by features of the frozen network: it tells not whether a painting
    /// is real, but of which style it is.
    pub classifier: Option<StyleClassifier>,
    /// The discriminator of features of the frozen network beside those of a reference.
    pub reference: Option<ReferenceDiscriminator>,
}

/// The frozen feature network, with the size at which pictures are shown to it.
#[derive(Debug)]
pub struct FeatureExtractor {
    network: FeatureNetwork,
    size: usize,
}

impl Discriminators {
    /// Discriminators with fresh weights; the projected one needs the frozen network.
    pub fn new(config: &TrainingConfig, with_features: bool, device: &Device) -> Self {
        let (sizes, seed) = (&config.discriminator, config.run.seed);
        let labels = [config.model.styles, config.model.condition_values()];
        let projected = with_features.then(|| {
            ProjectedDiscriminator::new(sizes, &CHANNELS, labels, seed ^ 0x5052_4f4a, device)
        });
        Self {
            projected: projected.flatten(),
            pixel: PixelDiscriminator::new(sizes, labels, seed ^ 0x5049_5845, device),
            classifier: (with_features && config.losses.classification > 0.0)
                .then(|| StyleClassifier::new(&CHANNELS, labels, seed ^ 0x434c_4153, device)),
            reference: None,
        }
    }

    /// Adds the reference discriminator, if the configuration gives it a weight and the frozen
    /// network is there.
    pub fn with_reference(
        mut self,
        config: &TrainingConfig,
        with_features: bool,
        device: &Device,
    ) -> Self {
        let seed = config.run.seed ^ 0x5441_5053;
        self.reference = (with_features && config.adversarial.reference_weight > 0.0)
            .then(|| ReferenceDiscriminator::new([CHANNELS[0], CHANNELS[1]], seed, device));
        self
    }
}

impl Discriminators {
    /// Parameters that are vectors of the conditions' values, which start at zero.
    pub fn condition_vectors(&self) -> Vec<ParamId> {
        let projected = self.projected.iter();
        let projected = projected.flat_map(ProjectedDiscriminator::condition_vectors);
        let pixel = self.pixel.iter();
        let pixel = pixel.flat_map(PixelDiscriminator::condition_vectors);
        projected.chain(pixel).collect()
    }

    /// Makes one step of the spectral norms' power iteration; to be called after an update of the
    /// weights.
    pub fn advanced(mut self) -> Self {
        self.projected = self.projected.map(ProjectedDiscriminator::advanced);
        self
    }
}

impl FeatureExtractor {
    /// Wraps a feature network, which must hold no gradients; pictures are shown to it at `size` ×
    /// `size` pixels.
    pub fn new(network: FeatureNetwork, size: usize) -> Self {
        Self { network, size }
    }

    /// Computes the network's features of pictures.
    ///
    /// # Shapes
    /// - `pictures`: `[batch, height, width, 3]`, −1…1
    /// - output: one `[batch, height, width, channels]` for each tap
    pub fn taps(&self, pictures: Tensor<4>) -> Vec<Tensor<4>> {
        self.taps_at(pictures, self.size)
    }

    /// Computes features as [`Self::taps`], with the pictures brought to another side first.
    pub fn taps_at(&self, pictures: Tensor<4>, size: usize) -> Vec<Tensor<4>> {
        self.network.forward(resize_bilinear(pictures, size)).0
    }
}

/// Splits the rows into a first and a second half.
pub(crate) fn halves<const D: usize>(x: Tensor<D>) -> (Tensor<D>, Tensor<D>) {
    let rows = x.dims()[0];
    (x.clone().slice([0..rows / 2]), x.slice([rows / 2..rows]))
}
