//! Keeping styles of the model that a run started from, of which the set has no pictures.

use burn::tensor::{Int, Tensor, TensorData};
use utsushi_model::{ContentFeatures, Normaliser, PainterNetworks};

use crate::losses::reconstruction::pixel_difference;
use crate::losses::style::style_loss;
use crate::stats::StepValues;

/// The networks that a run started from, with the styles of which there are no pictures any more.
#[derive(Debug)]
pub struct Memory {
    /// The former networks, without gradients.
    painter: PainterNetworks,
    styles: Vec<KeptStyle>,
}

/// A style that is kept without pictures.
#[derive(Debug)]
pub struct KeptStyle {
    /// The style's label in the networks that the run started from.
    pub before: i64,
    /// The style's label in the networks that learn.
    pub now: i64,
    /// The style's mean code in the former model, if it has one: `stages × code_length` numbers.
    pub mean: Option<Vec<f32>>,
}

impl Memory {
    /// A memory of the former networks; none if there is no style to be kept.
    pub fn new(painter: PainterNetworks, styles: Vec<KeptStyle>) -> Option<Self> {
        (!styles.is_empty()).then_some(Self { painter, styles })
    }

    /// The difference between the learner's paintings in old styles and those of its former self,
    /// and between the codes that it draws for them and the former ones (learning without
    /// forgetting, Li and Hoiem 2016, with pictures in the place of class probabilities), `[1]`.
    /// Every other picture is painted from a style's mean code, the others from drawn ones.
    ///
    /// # Shapes
    /// - `pictures`: `[rows, height, width, 3]`
    /// - `content`: the learner's content features of these pictures
    /// - `noise`: `[rows, latent_dim]`
    ///
    /// The styles take turns with every `round`.
    pub fn loss(
        &self,
        learner: &PainterNetworks,
        pictures: Tensor<4>,
        content: &ContentFeatures,
        noise: Tensor<2>,
        round: usize,
        values: &mut StepValues,
    ) -> Tensor<1> {
        let rows = noise.dims()[0];
        let device = noise.device();
        let style = |row: usize| &self.styles[(round * rows + row) % self.styles.len()];
        let labels = |of: fn(&KeptStyle) -> i64| {
            let labels: Vec<i64> = (0..rows).map(|row| of(style(row))).collect();
            Tensor::<1, Int>::from_data(TensorData::new(labels, [rows]), &device)
        };
        let before = &self.painter;
        let mapping = &before.mapping_network;
        let drawn = mapping.forward(noise.clone(), labels(|style| style.before));
        let width = drawn.dims()[1] * drawn.dims()[2];
        let (mut means, mut shares) = (Vec::with_capacity(rows * width), Vec::new());
        for row in 0..rows {
            let mean = style(row).mean.as_deref();
            let mean = mean.filter(|_| (row + round) % 2 == 1);
            shares.push(if mean.is_some() { 1.0 } else { 0.0 });
            match mean {
                Some(mean) => means.extend(mean),
                None => means.resize(means.len() + width, 0.0),
            }
        }
        let means = Tensor::<3>::from_data(TensorData::new(means, drawn.dims()), &device);
        let shares = Tensor::<3>::from_data(TensorData::new(shares, [rows, 1, 1]), &device);
        let codes = drawn.clone() + (means - drawn.clone()) * shares;
        let wanted = before.generator.forward(pictures, codes.clone());
        let norm = &mut Normaliser::each_picture();
        let found = learner.generator.decoder.forward(content, codes, norm);
        let redrawn = learner
            .mapping_network
            .forward(noise, labels(|style| style.now));
        let painted = pixel_difference(found, wanted);
        let coded = style_loss(redrawn, drawn);
        values.set("keep/pixels", painted.clone());
        values.set("keep/codes", coded.clone());
        painted + coded
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use utsushi_model::{Labels, ModelConfig};
    use utsushi_test_fixtures::TinyModel;

    use super::*;

    fn networks(seed: u64) -> PainterNetworks {
        TinyModel::new(&["a", "b"]).with_seed(seed).networks()
    }

    /// The loss of a learner that keeps one style, in the given round.
    fn loss(learner: &PainterNetworks, mean: Option<Vec<f32>>, round: usize) -> f32 {
        let kept = KeptStyle {
            before: 1,
            now: 1,
            mean,
        };
        let memory = Memory::new(networks(1), vec![kept]).unwrap();
        let (picture, noise) = given();
        let content = learner.generator.encode(picture.clone());
        let values = &mut StepValues::new(0);
        let loss = memory.loss(learner, picture, &content, noise, round, values);
        loss.into_scalar()
    }

    fn given() -> (Tensor<4>, Tensor<2>) {
        let pixels = (0..32 * 32 * 3).map(|i| ((i * 7 % 61) as f32 / 30.0) - 1.0);
        let data = TensorData::new(pixels.collect::<Vec<_>>(), [1, 32, 32, 3]);
        let noise = TensorData::new(vec![0.3_f32, -1.0, 0.7], [1, 3]);
        let device = Device::flex();
        (
            Tensor::from_data(data, &device),
            Tensor::from_data(noise, &device),
        )
    }

    #[test]
    fn who_has_learned_nothing_has_lost_nothing() {
        for mean in [None, Some(vec![0.5; 4 * ModelConfig::STAGES])] {
            for round in [0, 1] {
                assert_eq!(loss(&networks(1), mean.clone(), round), 0.0);
            }
        }
    }

    #[test]
    fn every_other_round_asks_for_the_mean() {
        let (before, learner) = (networks(1), networks(2));
        let (picture, noise) = given();
        let device = Device::flex();
        let labels = || Tensor::<1, Int>::from_data([1_i64], &device);
        let code = |networks: &PainterNetworks| {
            let labels = Labels::from(labels());
            networks.mapping_network.forward(noise.clone(), labels)
        };
        let mean = vec![0.5; 4 * ModelConfig::STAGES];
        let coded: f32 = style_loss(code(&learner), code(&before)).into_scalar();
        let painted = |code: Tensor<3>| -> f32 {
            let [found, wanted] = [&learner, &before]
                .map(|networks| networks.generator.forward(picture.clone(), code.clone()));
            pixel_difference(found, wanted).into_scalar()
        };
        let data = TensorData::new(mean.clone(), [1, ModelConfig::STAGES, 4]);
        let expected = [
            painted(code(&before)) + coded,
            painted(Tensor::from_data(data, &device)) + coded,
        ];
        assert!((expected[0] - expected[1]).abs() > 1e-3);
        for round in 0..4 {
            let found = loss(&learner, Some(mean.clone()), round);
            assert!((found - expected[round % 2]).abs() < 1e-5, "{round}");
        }
        // Without a mean, always the drawn code.
        assert!((loss(&learner, None, 1) - expected[0]).abs() < 1e-5);
    }
}
