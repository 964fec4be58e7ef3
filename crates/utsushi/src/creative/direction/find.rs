//! Directions that are found in a model, without examples.

use crate::{Painter, StyleError};
use utsushi_model::ModelConfig;

use super::Direction;
use crate::creative::symmetric::eigenvectors;

/// Number of styles that are drawn to learn how far apart styles lie.
const DRAWN: u64 = 256;

/// A direction that was found in one decoder stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Index of the stage, from 0, the coarsest.
    pub stage: usize,
    /// The direction; a step of 1 is the standard deviation, along it, of styles that the model
    /// draws.
    pub direction: Direction,
    /// Share of the change of gains and biases that a step causes in this stage, of that by all
    /// directions of all stages together.
    pub effect: f64,
}

/// Finds the `count` directions in which the decoder's style layers are most sensitive, by falling
/// effect: the eigenvectors of `W Wᵀ`, `W` being the weights from a stage's code to its gains and
/// biases (SeFa, Shen and Zhou 2021, section 3.2, here stage by stage, since each has a code of its
/// own). They are scaled to the spread of the styles that the model draws.
///
/// # Errors
/// The model has no styles, or weights that are not finite.
pub fn find(painter: &Painter, count: usize) -> Result<Vec<Found>, StyleError> {
    let layers = painter.style_layers();
    // A code for the whole comes first in every stage; those of its parts stay.
    let (dim, length) = (painter.config().style_dim, painter.config().code_length());
    let codes = (0..DRAWN)
        .map(|seed| painter.sampled_style(None, seed))
        .collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::new();
    for (stage, weights) in layers.iter().enumerate() {
        for (rank, (value, vector)) in eigenvectors(&gram(weights, dim), dim)
            .into_iter()
            .enumerate()
        {
            let range = stage * length..stage * length + dim;
            let places = codes.iter().map(|code| -> f64 {
                let own = code.values()[range.clone()].iter().zip(&vector);
                own.map(|(&a, b)| f64::from(a) * b).sum()
            });
            let spread = deviation(&places.collect::<Vec<_>>());
            let mut step = vec![0.0f32; ModelConfig::STAGES * length];
            for (step, value) in step[range].iter_mut().zip(&vector) {
                *step = (value * spread) as f32;
            }
            let note = format!("direction {} of stage {}", rank + 1, stage + 1);
            found.push(Found {
                stage,
                direction: Direction::new(painter, step, note)?,
                effect: value.max(0.0) * spread * spread,
            });
        }
    }
    let all: f64 = found.iter().map(|found| found.effect).sum();
    for found in &mut found {
        found.effect /= all.max(f64::MIN_POSITIVE);
    }
    found.sort_by(|left, right| right.effect.total_cmp(&left.effect));
    found.truncate(count);
    Ok(found)
}

/// Computes `W Wᵀ` of weights `[rows, outputs]`.
fn gram(weights: &[f32], rows: usize) -> Vec<f64> {
    let outputs = weights.len() / rows;
    let row = |index: usize| &weights[index * outputs..(index + 1) * outputs];
    let product = |one: usize, two: usize| -> f64 {
        let pairs = row(one).iter().zip(row(two));
        pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    (0..rows * rows)
        .map(|index| product(index / rows, index % rows))
        .collect()
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count)
        .sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::painter;

    #[test]
    fn directions_are_ordered_by_effect_and_stay_in_their_stage() {
        let painter = painter();
        let all = find(&painter, usize::MAX).unwrap();
        let dim = painter.config().style_dim;
        assert_eq!(all.len(), ModelConfig::STAGES * dim);
        assert!(all.windows(2).all(|pair| pair[0].effect >= pair[1].effect));
        assert!((all.iter().map(|found| found.effect).sum::<f64>() - 1.0).abs() < 1e-9);
        for found in &all {
            let values = found.direction.step.values().iter().enumerate();
            let outside =
                values.filter(|(index, value)| index / dim != found.stage && **value != 0.0);
            assert_eq!(outside.count(), 0);
        }
        // The effect is what the layers make of the step.
        let weights = &painter.style_layers()[all[0].stage];
        let outputs = weights.len() / dim;
        let step = &all[0].direction.step.values()[all[0].stage * dim..][..dim];
        let effect = |found: &Found| {
            let step = &found.direction.step.values()[found.stage * dim..][..dim];
            let weights = &painter.style_layers()[found.stage];
            let outputs = weights.len() / dim;
            (0..outputs)
                .map(|o| {
                    (0..dim)
                        .map(|i| f64::from(step[i]) * f64::from(weights[i * outputs + o]))
                        .sum::<f64>()
                        .powi(2)
                })
                .sum::<f64>()
        };
        assert!(outputs > 0 && step.iter().any(|value| *value != 0.0));
        let ratio = effect(&all[0]) / effect(&all[1]);
        assert!(
            (ratio / (all[0].effect / all[1].effect) - 1.0).abs() < 1e-3,
            "{ratio}"
        );
        assert_eq!(find(&painter, 2).unwrap(), all[..2]);
    }
}
