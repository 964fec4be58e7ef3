//! The reference discriminator's game: the windows that it is shown, and the losses of both sides.

use burn::tensor::activation::softplus;
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use utsushi_model::{ReferenceDiscriminator, luminance};

use crate::discriminators::FeatureExtractor;
use crate::random::{integer, uniform};
use crate::stats::StepValues;

/// Share of the pictures of which only the brightness is shown, so that colour alone does not give
/// the answer.
const BRIGHTNESS_ALONE: f32 = 0.5;

/// How the pictures of one step are shown to the reference discriminator, which tells whether two
/// windows are of one painting. The windows have three quarters of the pictures' side, or half of
/// that and are then enlarged, so that splotches and doubled lines are seen that the frozen network
/// would overlook. Both losses, the discriminator's and the generator's, use the same windows.
pub struct ReferenceGame {
    /// Side of the windows in pixels.
    pub(crate) side: usize,
    /// Side in pixels at which the windows are shown to the frozen network.
    shown: usize,
    /// First row and column of each window: of the reference, of another part of the reference, and
    /// of the painting.
    pub(crate) places: [Vec<[usize; 2]>; 3],
    /// Mask of the pictures of which only the brightness is shown, `[rows, 1, 1, 1]`: 1 for these,
    /// else 0.
    pub(crate) grey: Tensor<4>,
    /// Random factor of the brightness-only pictures, `[rows, 1, 1, 1]`.
    pub(crate) gain: Tensor<4>,
}

/// Features that the discriminator has seen in its turn, kept for the generator's.
pub struct Seen {
    /// Taps of the references' windows.
    reference: Vec<Tensor<4>>,
}

impl ReferenceGame {
    /// Draws how `rows` pictures of `size` × `size` pixels are shown.
    pub fn draw(random: &mut ChaCha8Rng, rows: usize, size: usize, device: &Device) -> Self {
        let shown = size * 3 / 4;
        let side = if uniform(random) < 0.5 {
            shown
        } else {
            shown / 2
        };
        let last = (size - side) as i64;
        let mut place = || [0, 1].map(|_| integer(random, 0, last) as usize);
        let places = [0, 1, 2].map(|_| (0..rows).map(|_| place()).collect());
        let (mut grey, mut gain) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let alone = uniform(random) < BRIGHTNESS_ALONE;
            grey.push(f32::from(u8::from(alone)));
            gain.push(if alone {
                0.7 + 0.6 * uniform(random)
            } else {
                1.0
            });
        }
        let column = |values| Tensor::from_data(TensorData::new(values, [rows, 1, 1, 1]), device);
        Self {
            side,
            shown,
            places,
            grey: column(grey),
            gain: column(gain),
        }
    }

    /// The discriminator's loss, `[1]`: real is a painting beside its own reference; fake are what
    /// was painted, and a real painting beside another's reference.
    ///
    /// # Shapes
    /// - `real`: the references, `[rows, size, size, 3]`
    /// - `fake`: what was painted in their style, without gradients
    pub fn discriminator_loss(
        &self,
        net: &ReferenceDiscriminator,
        extractor: &FeatureExtractor,
        real: &Tensor<4>,
        fake: &Tensor<4>,
        values: &mut StepValues,
    ) -> (Tensor<1>, Seen) {
        let rows = real.dims()[0];
        let windows = [
            self.windows(real, 0),
            // Mirrored, so that the same pixels are no answer.
            self.windows(&real.clone().flip([2]), 1),
            self.windows(fake, 2),
        ];
        let taps = extractor.taps_at(Tensor::cat(windows.to_vec(), 0), self.shown);
        let features = net.features(&taps[..2]);
        let part = |index: usize| features.clone().narrow(0, index * rows, rows);
        let signature = net.signature(part(0));
        let another = Tensor::cat(
            vec![
                signature.clone().narrow(0, 1, rows - 1),
                signature.clone().narrow(0, 0, 1),
            ],
            0,
        );
        let real = net.logits(part(1), signature.clone());
        let painted = net.logits(part(2), signature);
        let misplaced = net.logits(part(1), another);
        values.set("reference/real_logit", real.clone().mean());
        values.set("reference/fake_logit", painted.clone().mean());
        values.set("reference/misplaced_logit", misplaced.clone().mean());
        let wrong = (softplus(painted, 1.0).mean() + softplus(misplaced, 1.0).mean()) / 2.0;
        let loss = taken_for_real(real) + wrong;
        let reference = taps[..2].iter().map(|tap| tap.clone().narrow(0, 0, rows));
        let reference = reference.collect();
        (loss, Seen { reference })
    }

    /// The generator's loss, `[1]`: its paintings are to pass beside their references.
    ///
    /// # Shapes
    /// - `net`: the discriminator, just updated, without gradients
    /// - `fake`: `[rows, size, size, 3]`
    pub fn generator_loss(
        &self,
        net: &ReferenceDiscriminator,
        extractor: &FeatureExtractor,
        seen: &Seen,
        fake: &Tensor<4>,
    ) -> Tensor<1> {
        let signature = net.signature(net.features(&seen.reference));
        let taps = extractor.taps_at(self.windows(fake, 2), self.shown);
        taken_for_real(net.logits(net.features(&taps[..2]), signature))
    }

    /// Cuts a window out of each picture: the reference, another part of it, or the painting, by
    /// the index `of`.
    fn windows(&self, pictures: &Tensor<4>, of: usize) -> Tensor<4> {
        let windows = self.places[of].iter().enumerate().map(|(row, &[y, x])| {
            let (rows, columns) = (y..y + self.side, x..x + self.side);
            pictures.clone().slice([row..row + 1, rows, columns, 0..3])
        });
        let windows = Tensor::cat(windows.collect(), 0);
        let light = luminance(windows.clone());
        let light = light.clone() - light.mean_dim(1).mean_dim(2);
        let colours = windows * (self.grey.clone().neg() + 1.0);
        (colours + light * self.grey.clone()) * self.gain.clone()
    }
}

fn taken_for_real(logits: Tensor<2>) -> Tensor<1> {
    softplus(logits.neg(), 1.0).mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, stream};

    #[test]
    fn windows_are_cut_where_drawn_and_grey_ones_have_mean_0() {
        let device = Device::flex();
        let numbers: Vec<f32> = (0..4 * 32 * 32 * 3)
            .map(|i| (i as f32 * 0.7).sin())
            .collect();
        let pictures = Tensor::<4>::from_data(TensorData::new(numbers, [4, 32, 32, 3]), &device);
        let random = &mut stream(5, Stream::Windows, 2);
        let mut greys = 0;
        for _ in 0..8 {
            let game = ReferenceGame::draw(random, 4, 32, &device);
            let windows = game.windows(&pictures, 1);
            let side = game.side;
            assert!([24, 12].contains(&side));
            assert_eq!(windows.dims(), [4, side, side, 3]);
            let grey = game.grey.into_data().try_to_vec::<f32>().unwrap();
            for (row, grey) in grey.into_iter().enumerate() {
                let window = windows.clone().narrow(0, row, 1);
                if grey == 1.0 {
                    greys += 1;
                    assert!(window.mean().into_scalar::<f32>().abs() < 1e-5);
                } else {
                    let [y, x] = game.places[1][row];
                    let (rows, columns) = (y..y + side, x..x + side);
                    let own = pictures.clone().slice([row..row + 1, rows, columns, 0..3]);
                    assert_eq!((own - window).abs().max().into_scalar::<f32>(), 0.0);
                }
            }
        }
        assert!((4..28).contains(&greys), "about half of 32: {greys}");
    }
}
