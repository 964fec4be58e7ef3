//! Slots: codes of parts of a painting, which let skin take the colour of skin and the ground that
//! of the ground, where one code for the whole picture floods both with its most common colour.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, softmax};
use utsushi_kernels::{average_pool2, upsample2};

use crate::{Conv, Dense, Initialiser, ModelConfig, Passage};

/// Number of elements of a slot's code that are the part's mean colour: RGB, −1…1.
pub const SLOT_COLOURS: usize = 3;

/// Number of decoder stages that slots reach: those that begin at 1/8 and 1/4 of the picture's
/// side. The borders of parts are known at 1/8 only; later stages would show its steps.
pub(crate) const STAGES: usize = 3;

/// The network from a painting to a code for each slot: each place at an eighth of the side is
/// shared out among the slots, and each slot's code is read from the features and colours of its
/// share (the pooling of SEAN, Zhu et al. 2020, section 3.1, with parts that are learned in place
/// of labelled ones).
///
/// Nobody labels the part that a slot holds: [`SlotReader`] and [`SlotPainter`] find out together,
/// since a painting is reconstructed best where both mean the same.
#[derive(Module, Debug)]
pub struct SlotReader {
    queries: Conv,
    head: Dense,
    #[module(skip)]
    length: usize,
}

impl SlotReader {
    /// A reader with fresh weights; none if the model has no slots.
    pub(crate) fn new(config: &ModelConfig, init: &mut Initialiser) -> Option<Self> {
        let channels = config.style_channels[2];
        (config.style_slots > 0).then(|| Self {
            queries: Conv::new(init, 1, channels, config.style_slots),
            head: Dense::new(
                init,
                channels,
                ModelConfig::STAGES * (config.slot_dim - SLOT_COLOURS),
                1.0,
            ),
            length: config.slot_dim,
        })
    }

    /// Reads the codes of all slots.
    ///
    /// # Shapes
    /// - `features`: those of the style encoder at 1/8 of the side, `[batch, height / 8, width / 8,
    ///   channels]`
    /// - `paintings`: `[batch, height, width, 3]`, −1…1
    /// - output: `[batch, stages, slots * slot_dim]`
    pub(crate) fn forward(&self, features: Tensor<4>, paintings: Tensor<4>) -> Tensor<3> {
        let [batch, height, width, channels] = features.dims();
        let places = height * width;
        let colours = average_pool2(average_pool2(average_pool2(paintings)));
        let shares = softmax(self.queries.forward(features.clone()), 3);
        let slots = shares.dims()[3];
        let shares = shares.reshape([batch, places, slots]);
        let shares = shares.clone() / (shares.sum_dim(1) + 1e-4);
        let read = Tensor::cat(vec![colours, features], 3);
        let read = read.reshape([batch, places, SLOT_COLOURS + channels]);
        let pooled = shares.swap_dims(1, 2).matmul(read);
        let rows = batch * slots;
        let colour = pooled.clone().narrow(2, 0, SLOT_COLOURS);
        let features = pooled.narrow(2, SLOT_COLOURS, channels);
        let stages = ModelConfig::STAGES;
        let learned = self
            .head
            .forward(leaky_relu(features.reshape([rows, channels]), 0.2))
            .reshape([batch, slots, stages, self.length - SLOT_COLOURS]);
        let colour = colour.reshape([batch, slots, 1, SLOT_COLOURS]);
        let codes = Tensor::cat(vec![colour.repeat_dim(2, stages), learned], 3);
        codes
            .swap_dims(1, 2)
            .reshape([batch, stages, slots * self.length])
    }
}

/// The network that decides where in the content each slot's code is painted, and what it adds
/// there.
#[derive(Module, Debug)]
pub struct SlotPainter {
    keys: Conv,
    /// Layers, for each of the first stages, from a slot's code to what it adds to the channels.
    /// Zero at the start: a model without slots paints the same with them.
    values: Vec<Dense>,
    #[module(skip)]
    length: usize,
}

impl SlotPainter {
    /// A slot painter with fresh weights; none if the model has no slots.
    pub(crate) fn new(config: &ModelConfig, init: &mut Initialiser) -> Option<Self> {
        let [_, middle, coarse] = config.trunk_channels;
        (config.style_slots > 0).then(|| Self {
            keys: Conv::new(init, 1, coarse, config.style_slots),
            values: [coarse, coarse, middle]
                .map(|channels| Dense::zero(init, config.slot_dim, channels))
                .into(),
            length: config.slot_dim,
        })
    }

    /// Computes, from the content's features, the share of each place that belongs to each slot,
    /// `[batch, height / 8, width / 8, slots]`.
    pub(crate) fn shares(&self, features: Tensor<4>) -> Tensor<4> {
        softmax(self.keys.forward(features), 3)
    }

    /// Adds to the features `x` of a stage what the slots' codes contribute at each place.
    ///
    /// # Shapes
    /// - `codes`: those of this stage, `[batch, slots * slot_dim]`
    /// - `x` and output: `[batch, height, width, channels]`
    pub(crate) fn paint(
        &self,
        shares: &Tensor<4>,
        codes: Tensor<2>,
        stage: usize,
        x: Tensor<4>,
        norm: &mut impl Passage,
    ) -> Tensor<4> {
        let Some(values) = self.values.get(stage) else {
            return x;
        };
        let [batch, height, width, slots] = shares.dims();
        let values = values.forward(codes.reshape([batch * slots, self.length]));
        let channels = values.dims()[1];
        let added = shares
            .clone()
            .reshape([batch, height * width, slots])
            .matmul(values.reshape([batch, slots, channels]))
            .reshape([batch, height, width, channels]);
        let added = if stage + 1 == STAGES {
            upsample2(added)
        } else {
            added
        };
        norm.join(added, x, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Normaliser, StyleEncoder};
    use burn::tensor::{Device, Int, TensorData};

    fn config() -> ModelConfig {
        ModelConfig {
            style_slots: 2,
            slot_dim: 5,
            style_dim: 3,
            trunk_channels: [4, 6, 8],
            style_channels: [4, 5, 6, 7],
            ..ModelConfig::default()
        }
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn a_slot_that_holds_half_of_a_painting_has_the_colour_of_that_half() {
        let device = Device::flex();
        let mut reader = SlotReader::new(&config(), &mut Initialiser::new(2, &device)).unwrap();
        // The first channel tells left from right; each slot asks for one of them.
        let mut queries = vec![0.0f32; 6 * 2];
        (queries[0], queries[1]) = (-30.0, 30.0);
        let queries = TensorData::new(queries, [1, 1, 6, 2]);
        reader.queries.weight = reader
            .queries
            .weight
            .map(|_| Tensor::from_data(queries, &device));
        let side = |column: usize, width: usize| if column < width / 2 { -1.0f32 } else { 1.0 };
        let features: Vec<f32> = (0..2 * 4)
            .flat_map(|place| [side(place % 4, 4), 0.5, 0.0, 0.0, 0.0, 0.0])
            .collect();
        let features = Tensor::from_data(TensorData::new(features, [1, 2, 4, 6]), &device);
        let paintings: Vec<f32> = (0..16 * 32)
            .flat_map(|place| [side(place % 32, 32), 0.25, -0.5])
            .collect();
        let paintings = Tensor::from_data(TensorData::new(paintings, [1, 16, 32, 3]), &device);
        let codes = reader.forward(features, paintings);
        assert_eq!(codes.dims(), [1, ModelConfig::STAGES, 10]);
        for stage in values(codes).chunks(10) {
            for (found, wanted) in stage[..3].iter().zip([-1.0, 0.25, -0.5]) {
                assert!((found - wanted).abs() < 1e-3, "{stage:?}");
            }
            for (found, wanted) in stage[5..8].iter().zip([1.0, 0.25, -0.5]) {
                assert!((found - wanted).abs() < 1e-3, "{stage:?}");
            }
        }
    }

    #[test]
    fn what_a_slot_adds_is_its_value_where_its_share_is_whole() {
        let device = Device::flex();
        let mut painter = SlotPainter::new(&config(), &mut Initialiser::new(2, &device)).unwrap();
        let x = Tensor::<4>::ones([1, 2, 2, 6], &device);
        let codes = Tensor::<2>::from_floats(
            [[1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]],
            &device,
        );
        let shares = Tensor::<4>::from_floats([[[[1.0, 0.0]]]], &device);
        let norm = &mut Normaliser::each_picture();
        let same = painter.paint(&shares, codes.clone(), 2, x.clone(), norm);
        assert_eq!(values(same), values(x.clone()), "it starts at zero");
        let weight = &painter.values[2].weight;
        painter.values[2].weight = weight.clone().map(|zero| zero + 0.5);
        let mixed = Tensor::<4>::from_floats([[[[0.25, 0.75]]]], &device);
        for (shares, wanted) in [(shares, 1.5), (mixed, 1.0 + 0.25 * 0.5 + 0.75 * 1.0)] {
            let added = painter.paint(&shares, codes.clone(), 2, x.clone(), norm);
            assert_eq!(added.dims(), [1, 2, 2, 6]);
            assert!(
                values(added)
                    .iter()
                    .all(|found| (found - wanted).abs() < 1e-6)
            );
        }
        let finest = Tensor::<4>::ones([1, 8, 8, 4], &device);
        let same = painter.paint(
            &Tensor::ones([1, 1, 1, 2], &device),
            codes,
            3,
            finest.clone(),
            norm,
        );
        assert_eq!(values(same), values(finest));
    }

    #[test]
    fn slots_leave_the_rest_of_a_code_as_it_is() {
        let device = Device::flex();
        let with = config();
        let without = ModelConfig {
            style_slots: 0,
            ..with.clone()
        };
        let [with, without] =
            [with, without].map(|it| StyleEncoder::new(&it, &mut Initialiser::new(5, &device)));
        let picture = Tensor::<1, Int>::arange(0..16 * 16 * 3, &device).float();
        let picture = (picture * 0.37).sin().reshape([1, 16, 16, 3]);
        let [with, without] = [with, without].map(|it| it.forward(picture.clone()));
        assert_eq!(with.dims(), [1, 4, 13]);
        assert_eq!(values(with.narrow(2, 0, 3)), values(without));
    }
}
