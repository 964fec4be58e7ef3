//! Styles of the model that a run started from, kept though there are no pictures of them.

use burn::tensor::{Int, Tensor, TensorData};
use utsushi_model::{Content, Normaliser, PainterNetworks};

use crate::losses::reconstruction::pixel_difference;
use crate::losses::style::style_loss;
use crate::stats::StepValues;

/// The networks that a run started from, and the styles that they alone remember.
#[derive(Debug)]
pub struct Memory {
    /// Without gradients.
    painter: PainterNetworks,
    /// Labels of the styles in these networks and in those that learn.
    labels: Vec<[i64; 2]>,
}

impl Memory {
    /// Nothing where there is no style to be kept.
    pub fn new(painter: PainterNetworks, labels: Vec<[i64; 2]>) -> Option<Self> {
        (!labels.is_empty()).then_some(Self { painter, labels })
    }

    /// What the learner paints in old styles against what its former self paints, and the codes
    /// that it draws for them against the former ones (learning without forgetting, Li and Hoiem
    /// 2016, with pictures in the place of class probabilities), `[1]`.
    ///
    /// # Shapes
    /// - `pictures`: `[rows, height, width, 3]`
    /// - `content`: what the learner sees in them
    /// - `noise`: `[rows, latent_dim]`
    ///
    /// The styles take turns, beginning with that of `turn`.
    pub fn loss(
        &self,
        learner: &PainterNetworks,
        pictures: Tensor<4>,
        content: &Content,
        noise: Tensor<2>,
        turn: usize,
        values: &mut StepValues,
    ) -> Tensor<1> {
        let rows = noise.dims()[0];
        let device = noise.device();
        let labels = |side: usize| {
            let of_row = |row: usize| self.labels[(turn + row) % self.labels.len()][side];
            let labels: Vec<i64> = (0..rows).map(of_row).collect();
            Tensor::<1, Int>::from_data(TensorData::new(labels, [rows]), &device)
        };
        let before = &self.painter;
        let codes = before.mapping_network.forward(noise.clone(), labels(0));
        let wanted = before.generator.forward(pictures, codes.clone());
        let norm = &mut Normaliser::each_picture();
        let found = learner
            .generator
            .decoder
            .forward(content, codes.clone(), norm);
        let drawn = learner.mapping_network.forward(noise, labels(1));
        let painted = pixel_difference(found, wanted);
        let coded = style_loss(drawn, codes);
        values.set("keep/pixels", painted.clone());
        values.set("keep/codes", coded.clone());
        painted + coded
    }
}
