//! Which pictures a step sees.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;

use crate::random::{below, coin, fraction, shuffle, stream};
use crate::{DatasetError, PreparedSet, Role};

/// One picture of a batch: which, in which style, and whether mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw {
    /// Index into the set's entries.
    pub entry: usize,
    /// Index into the set's styles.
    pub style: usize,
    /// Mirror it left to right.
    pub flip: bool,
}

/// The pictures of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub content: Vec<Draw>,
    pub reference: Vec<Draw>,
    pub second_reference: Vec<Draw>,
}

/// Draws the pictures of any step from the seed and the step's number alone, so that a resumed
/// run sees what an uninterrupted one would.
pub(crate) struct Sampler {
    seed: u64,
    batch: usize,
    flip: bool,
    /// Training pictures by style.
    train: Vec<Vec<usize>>,
    /// Styles and their weights.
    content: Vec<(usize, f64)>,
    reference: Vec<(usize, f64)>,
}

impl Sampler {
    pub fn new(
        set: &PreparedSet,
        seed: u64,
        batch: usize,
        flip: bool,
        style_weights: Option<&BTreeMap<String, f32>>,
    ) -> Result<Self, DatasetError> {
        let train: Vec<Vec<usize>> = (0..set.styles().len())
            .map(|style| set.train(style).to_vec())
            .collect();
        let wrong = |message| DatasetError::PreparedSet {
            path: set.folder().into(),
            message,
        };
        if let Some(empty) = train.iter().position(Vec::is_empty) {
            return Err(wrong(format!(
                "style `{}` has no training picture; add pictures and prepare the set again",
                set.styles()[empty].name
            )));
        }
        let targets = (0..train.len()).filter(|&style| set.styles()[style].role == Role::Style);
        let reference: Vec<(usize, f64)> = match style_weights {
            None => targets.map(|style| (style, 1.0)).collect(),
            Some(weights) => {
                check_weights(set, weights)?;
                let weight = |style: usize| {
                    weights
                        .get(&set.styles()[style].name)
                        .map_or(1.0, |&it| it.into())
                };
                targets
                    .map(|style| (style, weight(style)))
                    .filter(|it| it.1 > 0.0)
                    .collect()
            }
        };
        if reference.is_empty() {
            return Err(wrong(
                "no style can be painted in; at least one needs `role = \"style\"` and a weight \
                 above 0"
                    .into(),
            ));
        }
        let content = (0..train.len()).map(|style| (style, 1.0)).collect();
        Ok(Self {
            seed,
            batch,
            flip,
            train,
            content,
            reference,
        })
    }

    /// The pictures of a step.
    pub fn plan(&self, step: u64) -> Plan {
        let random = &mut stream(self.seed, step);
        let content_styles = self.styles(random, &self.content);
        let content = content_styles
            .into_iter()
            .map(|style| self.draw(random, style, None));
        let content = content.collect();
        let styles = self.styles(random, &self.reference);
        let reference: Vec<Draw> = styles
            .into_iter()
            .map(|style| self.draw(random, style, None))
            .collect();
        let second_reference = reference
            .iter()
            .map(|first| self.draw(random, first.style, Some(first.entry)))
            .collect();
        Plan {
            content,
            reference,
            second_reference,
        }
    }

    /// The styles of a batch: each as often as its weight says, to within one picture, in random
    /// order. Spread evenly from a random start, so that a small batch is not all of one style.
    fn styles(&self, random: &mut ChaCha8Rng, weights: &[(usize, f64)]) -> Vec<usize> {
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let start = fraction(random);
        let mut styles: Vec<usize> = (0..self.batch)
            .map(|index| {
                let mut left = (index as f64 + start) / self.batch as f64 * total;
                let chosen = weights.iter().find(|(_, weight)| {
                    left -= weight;
                    left < 0.0
                });
                // Rounding may leave a trace of weight behind the last style.
                chosen
                    .or(weights.last())
                    .expect("the constructor refuses an empty list")
                    .0
            })
            .collect();
        shuffle(random, &mut styles);
        styles
    }

    /// A picture of the style other than `not`, unless it is the only one.
    fn draw(&self, random: &mut ChaCha8Rng, style: usize, not: Option<usize>) -> Draw {
        let pictures = &self.train[style];
        let mut place = below(random, pictures.len());
        if pictures.len() > 1 && Some(pictures[place]) == not {
            place = (place + 1 + below(random, pictures.len() - 1)) % pictures.len();
        }
        let mirrored = coin(random);
        Draw {
            entry: pictures[place],
            style,
            flip: self.flip && mirrored,
        }
    }
}

fn check_weights(set: &PreparedSet, weights: &BTreeMap<String, f32>) -> Result<(), DatasetError> {
    let wrong = |message| {
        Err(DatasetError::Option {
            option: "style_weights",
            message,
        })
    };
    for (name, weight) in weights {
        let Some(style) = set.style_index(name) else {
            let names: Vec<_> = set
                .styles()
                .iter()
                .map(|style| style.name.as_str())
                .collect();
            return wrong(format!(
                "the set has no style `{name}`; it has {}",
                names.join(", ")
            ));
        };
        if set.styles()[style].role == Role::ContentOnly {
            return wrong(format!(
                "`{name}` is content-only and cannot be painted in; leave it out"
            ));
        }
        if !weight.is_finite() || *weight < 0.0 {
            return wrong(format!(
                "`{name} = {weight}` must be 0 or more; 1 is the usual weight"
            ));
        }
    }
    Ok(())
}
