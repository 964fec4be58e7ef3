//! The generator's step: what the networks that paint minimise.

use burn::module::Module;
use burn::tensor::Tensor;
use utsushi_model::{ContentFeatures, Labels, Normaliser, PainterNetworks};

use crate::adversarial_terms::Game;
use crate::augment::Augmentation;
use crate::config::TrainingConfig;
use crate::discriminators::{Discriminators, FeatureExtractor};
use crate::losses::classification::classification_loss;
use crate::losses::conditions::{condition_loss, conditions_told};
use crate::losses::content::content_loss;
use crate::losses::diversity::diversity_loss;
use crate::losses::lines::line_losses;
use crate::losses::lips::lip_loss;
use crate::losses::matching::matching_loss;
use crate::losses::reconstruction::{feature_difference, pixel_difference};
use crate::losses::style::style_loss;
use crate::losses::style_statistics::style_statistics_loss;
use crate::losses::texture::texture_loss;
use crate::stats::StepValues;
use crate::terms::Terms;

/// Taps of the frozen network that show where things are: those at 1/8 and 1/16 of the side.
const CONTENT_TAPS: std::ops::Range<usize> = 1..3;

/// Taps of the frozen network that show how things are painted: those at 1/4 and 1/8 of the side.
const STYLE_TAPS: std::ops::Range<usize> = 0..2;

/// A batch painted with gradients, with the content and codes it was painted from.
pub struct Painted {
    /// Content features of the pictures that were repainted.
    pub content: ContentFeatures,
    /// Style codes, `[batch, stages, code_length]`: the first half read from references, the second
    /// drawn.
    pub codes: Tensor<3>,
    /// The paintings, `[batch, size, size, 3]`.
    pub fake: Tensor<4>,
}

/// Targets with which the paintings of a batch are compared, without gradients.
pub struct Target<'a> {
    /// The pictures that were repainted.
    pub content: Tensor<4>,
    /// Real paintings of the target styles, paired with the contents.
    pub reference: Tensor<4>,
    /// Labels of the paintings: the target styles, and the conditions that hold.
    pub labels: &'a Labels,
    /// Weight of each picture in the lip term, `[batch]`: 1 if its lips count, else 0. Absent if
    /// the term is off.
    pub lips: Option<Tensor<1>>,
    /// Smoothness of each target style, 0…1, `[batch]`; none if the texture term is off.
    pub smoothness: Option<Tensor<1>>,
    /// The change that pictures undergo before they are judged.
    pub augmentation: &'a Augmentation,
    /// Factor of the adversarial terms, from 0 to 1, which rises at the start of a run.
    pub ramp: f32,
    /// Position, among each 2×2 positions of the finest tap, of the one that the matching term
    /// compares: `[row, column]`.
    pub matched: [usize; 2],
}

/// Adds the adversarial terms and the terms that keep content and style. `discriminators` are those
/// just updated, without gradients.
pub fn add_painting_terms(
    painter: &PainterNetworks,
    discriminators: &Discriminators,
    extractor: Option<&FeatureExtractor>,
    painted: &Painted,
    target: &Target<'_>,
    config: &TrainingConfig,
    terms: &mut Terms<'_>,
) {
    let games = &config.adversarial;
    let fake = target.augmentation.apply(painted.fake.clone());
    let game = Game {
        discriminators,
        extractor,
        labels: target.labels,
        config: games,
        ramp: target.ramp,
    };
    let real = || target.augmentation.apply(target.reference.clone());
    let taps = extractor.map(|extractor| extractor.taps(fake.clone()));
    game.add_terms(fake, taps.as_deref(), real, terms);
    if let (Some(extractor), Some(taps)) = (extractor, &taps) {
        if let Some(classifier) = &discriminators.classifier {
            let (styles, conditions) = classifier.forward(taps);
            let mut loss = classification_loss(styles, target.labels.styles.clone());
            if let (Some(logits), Some(holding)) = (conditions, &target.labels.conditions) {
                loss = loss + condition_loss(logits, holding.clone(), &config.model.conditions);
            }
            terms.add(
                "classifier/fake_loss",
                loss,
                config.losses.classification * target.ramp,
            );
        }
        if config.losses.content > 0.0 {
            let content = extractor.taps(target.augmentation.apply(target.content.clone()));
            let loss = content_loss(&taps[CONTENT_TAPS], &content[CONTENT_TAPS]);
            terms.add("content", loss, config.losses.content);
        }
        let losses = &config.losses;
        if losses.style_statistics > 0.0 || losses.matching > 0.0 {
            let half = target.reference.dims()[0] / 2;
            let reference = extractor.taps(real().slice([0..half]));
            let painted: Vec<_> = taps[STYLE_TAPS]
                .iter()
                .map(|tap| tap.clone().slice([0..half]))
                .collect();
            if losses.style_statistics > 0.0 {
                let loss = style_statistics_loss(&painted, &reference[STYLE_TAPS]);
                terms.add("style_statistics", loss, losses.style_statistics);
            }
            if losses.matching > 0.0 {
                let thin = |taps: &[Tensor<4>]| thinned(taps[0].clone(), target.matched);
                let fine = matching_loss(thin(&painted), thin(&reference));
                let middle = matching_loss(painted[1].clone(), reference[1].clone());
                let loss = (fine + middle) / 2.0;
                terms.add("matching", loss, losses.matching);
            }
        }
    }
    let line_weights = [config.losses.lines, config.losses.fine_lines];
    if line_weights.iter().any(|weight| *weight > 0.0) {
        let lines = line_losses(painted.fake.clone(), target.content.clone());
        for ((name, loss), weight) in ["lines", "fine_lines"]
            .into_iter()
            .zip(lines)
            .zip(line_weights)
        {
            if weight > 0.0 {
                terms.add(name, loss, weight);
            } else {
                terms.record(name, loss);
            }
        }
    }
    if let Some(counted) = target.lips.clone() {
        let loss = lip_loss(painted.fake.clone(), target.content.clone(), counted);
        terms.add("lips", loss, config.losses.lips);
    }
    if let Some(smoothness) = target.smoothness.clone() {
        let loss = texture_loss(painted.fake.clone(), target.content.clone(), smoothness);
        terms.add("texture", loss, config.losses.texture);
    }
    if config.losses.style > 0.0 {
        let found = painter.style_encoder.forward(painted.fake.clone());
        let loss = style_loss(found, painted.codes.clone().detach());
        terms.add("style", loss, config.losses.style);
    }
    if let Some(loss) = reading_loss(painter, painted, target.labels, config, terms.values()) {
        terms.add_unrecorded(loss, config.labels.reading);
    }
    if config.losses.cycle > 0.0 {
        let own = painter.style_encoder.forward(target.content.clone());
        let back = painter.generator.forward(painted.fake.clone(), own);
        let loss = pixel_difference(back, target.content.clone());
        terms.add("cycle", loss, config.losses.cycle);
    }
}

/// The reading term, `[1]`: style codes tell which conditions hold; none if there are no
/// conditions. Codes that are read in references teach the reader and the style encoder; codes that
/// are drawn are judged by the reader as it is.
fn reading_loss(
    painter: &PainterNetworks,
    painted: &Painted,
    labels: &Labels,
    config: &TrainingConfig,
    values: &mut StepValues,
) -> Option<Tensor<1>> {
    let reader = painter.condition_reader.as_ref();
    let reader = reader.filter(|_| config.labels.reading > 0.0)?;
    let [batch, stages, dim] = painted.codes.dims();
    let conditions = &config.model.conditions;
    let codes = |rows: std::ops::Range<usize>| {
        let codes = painted.codes.clone();
        codes.slice([rows, 0..stages, 0..dim])
    };
    let holding = |rows| labels.rows(rows).conditions;
    let known = holding(0..batch / 2)?;
    let read = reader.forward(codes(0..batch / 2));
    let told = conditions_told(read.clone().inner(), known.clone(), conditions);
    values.set("labels/read_accuracy", told);
    let read = condition_loss(read, known, conditions);
    values.set("labels/read_loss", read.clone());
    let drawn = reader.valid().forward(codes(batch / 2..batch));
    let drawn = condition_loss(drawn, holding(batch / 2..batch)?, conditions);
    values.set("labels/drawn_loss", drawn.clone());
    Some(read + drawn)
}

/// Keeps one of each 2×2 positions of a tap: distances of all pairs then take a sixteenth of the
/// time.
fn thinned(tap: Tensor<4>, [row, column]: [usize; 2]) -> Tensor<4> {
    let [batch, height, width, channels] = tap.dims();
    let (height, width) = (height / 2, width / 2);
    let tap = tap.narrow(1, 0, 2 * height).narrow(2, 0, 2 * width);
    let squares = tap.reshape([batch * height, 2, width, 2 * channels]);
    let rows = squares.narrow(1, row, 1);
    let columns = rows.narrow(3, column * channels, channels);
    columns.reshape([batch, height, width, channels])
}

/// Input and target of a reconstruction.
pub struct Reconstruction {
    /// The content encoder's input, `[batch, size, size, 3]`.
    pub shown: Tensor<4>,
    /// The painting that is to come out, `[batch, size, size, 3]`.
    pub truth: Tensor<4>,
    /// Codes of the painting's style, `[batch, stages, code_length]`.
    pub codes: Tensor<3>,
}

/// The reconstruction term, `[1]`: a painting that is painted in its own style stays the same.
pub fn reconstruction_loss(
    painter: &PainterNetworks,
    extractor: Option<&FeatureExtractor>,
    reconstruction: Reconstruction,
    config: &TrainingConfig,
    values: &mut StepValues,
) -> Tensor<1> {
    let Reconstruction {
        shown,
        truth,
        codes,
    } = reconstruction;
    let repainted = painter.generator.forward(shown, codes);
    let mut loss = pixel_difference(repainted.clone(), truth.clone());
    values.set("reconstruction/pixels", loss.clone());
    let share = config.losses.reconstruction_features;
    if let Some(extractor) = extractor
        && share > 0.0
    {
        let (painted, original) = (extractor.taps(repainted), extractor.taps(truth));
        let features = feature_difference(&painted[CONTENT_TAPS], &original[CONTENT_TAPS]);
        values.set("reconstruction/features", features.clone());
        loss = loss + features * share;
    }
    loss
}

/// The diversity term, `[1]`: the half of the batch with drawn codes, compared with the same
/// contents painted with codes from other noise.
pub fn sampled_diversity(
    painter: &PainterNetworks,
    painted: &Painted,
    noise: Tensor<2>,
    labels: &Labels,
) -> Tensor<1> {
    let [batch, ..] = painted.fake.dims();
    let second_half = |x: Tensor<4>| x.slice([batch / 2..batch]);
    let plain = painter.valid();
    let codes = plain
        .mapping_network
        .forward(noise, labels.rows(batch / 2..batch));
    let content = ContentFeatures {
        features: second_half(painted.content.features.clone()).inner(),
        lines: painted
            .content
            .lines
            .clone()
            .map(|lines| second_half(lines).inner()),
    };
    let norm = &mut Normaliser::each_picture();
    let other = plain.generator.decoder.forward(&content, codes, norm);
    diversity_loss(second_half(painted.fake.clone()), other)
}
