//! The reference discriminator, which tells whether a picture is painted as a reference is.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::style_classifier::describe;
use crate::{Conv, Dense, Initialiser};

/// Number of channels that both taps are brought to, and length of a reference's signature.
const WIDTH: usize = 128;

/// A discriminator that compares windows of a picture with a reference: real are windows of the
/// reference's own painting, fake are what the generator painted and real paintings beside another
/// reference. The idea is that of the patch co-occurrence discriminator (Park et al. 2020, Swapping
/// Autoencoder, section 3.2); windows are seen through the first two taps of a frozen network,
/// since on pixels this discriminator learned nothing within thousands of steps.
#[derive(Module, Debug)]
pub struct ReferenceDiscriminator {
    fine: Vec<Conv>,
    middle: Vec<Conv>,
    joined: Conv,
    linear: Conv,
    reference: Dense,
}

impl ReferenceDiscriminator {
    /// A discriminator with fresh weights for taps of the given channels, at 1/4 and 1/8 of the
    /// picture's side.
    pub fn new(tap_channels: [usize; 2], seed: u64, device: &Device) -> Self {
        let init = &mut Initialiser::new(seed, device);
        let [fine, middle] = tap_channels;
        Self {
            fine: vec![
                Conv::halving(init, fine, WIDTH / 2).leaky(),
                Conv::halving(init, WIDTH / 2, WIDTH).leaky(),
            ],
            middle: vec![Conv::halving(init, middle, WIDTH).leaky()],
            joined: Conv::new(init, 1, 2 * WIDTH, WIDTH).leaky(),
            linear: Conv::new(init, 1, WIDTH, 1),
            reference: Dense::new(init, 2 * WIDTH, WIDTH, 1.0),
        }
    }

    /// Computes features of windows.
    ///
    /// # Shapes
    /// - `taps`: `[batch, height, width, channels]` each, the second with half the sides
    /// - output: `[batch, height / 4, width / 4, 128]`
    pub fn features(&self, taps: &[Tensor<4>]) -> Tensor<4> {
        let mut fine = unit_strength(taps[0].clone());
        for conv in &self.fine {
            fine = conv.forward(fine);
        }
        let mut middle = unit_strength(taps[1].clone());
        for conv in &self.middle {
            middle = conv.forward(middle);
        }
        self.joined.forward(Tensor::cat(vec![fine, middle], 3))
    }

    /// Computes signatures of references, `[batch, 128]`, from the features of their windows.
    pub fn signature(&self, features: Tensor<4>) -> Tensor<2> {
        self.reference.forward(describe(features))
    }

    /// Computes logits, `[batch, height * width]`, for the features to be those of the painting
    /// that the signature is of.
    pub fn logits(&self, features: Tensor<4>, signature: Tensor<2>) -> Tensor<2> {
        let [batch, height, width, channels] = features.dims();
        let signature = signature.reshape([batch, 1, channels]);
        let positions = features.clone().reshape([batch, height * width, channels]);
        let agreement = (positions * signature).sum_dim(2) / (channels as f32).sqrt();
        let alone = self.linear.forward(features);
        (agreement + alone.reshape([batch, height * width, 1])).reshape([batch, height * width])
    }
}

/// Scales a tap to a mean square of 1, since taps of different networks have different strengths.
fn unit_strength(tap: Tensor<4>) -> Tensor<4> {
    let power = tap.clone().powi_scalar(2).mean().reshape([1, 1, 1, 1]);
    tap / (power + 1e-6).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    fn taps(scale: f32) -> [Tensor<4>; 2] {
        let wave = |sides: [usize; 4]| {
            let count: usize = sides.iter().product();
            let values: Vec<f32> = (0..count)
                .map(|i| (i as f32 * 0.71).sin() * scale)
                .collect();
            Tensor::from_data(TensorData::new(values, sides), &Device::flex())
        };
        [wave([2, 16, 16, 5]), wave([2, 8, 8, 7])]
    }

    #[test]
    fn the_strength_of_the_taps_does_not_count() {
        let net = ReferenceDiscriminator::new([5, 7], 3, &Device::flex());
        let logits = |scale: f32| {
            let features = net.features(&taps(scale));
            net.logits(features.clone(), net.signature(features))
        };
        assert_eq!(logits(1.0).dims(), [2, 16]);
        let apart = (logits(1.0) - logits(30.0)).abs().max();
        assert!(apart.into_scalar::<f32>() < 1e-3);
    }

    #[test]
    fn a_logit_is_what_is_seen_times_what_is_known_and_what_is_seen_alone() {
        let net = ReferenceDiscriminator::new([5, 7], 3, &Device::flex());
        let features = net.features(&taps(1.0));
        let nothing = Tensor::<2>::zeros([2, WIDTH], &Device::flex());
        let alone = net.logits(features.clone(), nothing.clone());
        let found = net.logits(features.clone(), nothing + 0.5);
        let sums = features.reshape([2, 16, WIDTH]).sum_dim(2).reshape([2, 16]);
        let wanted = alone + sums * 0.5 / (WIDTH as f32).sqrt();
        assert!((found - wanted).abs().max().into_scalar::<f32>() < 1e-4);
    }
}
