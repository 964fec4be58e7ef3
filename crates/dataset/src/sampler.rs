//! The sampler, which chooses the pictures of each step.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;

use crate::near_views::View;
use crate::random::{below, coin, fraction, shuffle, stream};
use crate::{DatasetError, NearViews, PreparedSet, Role};

/// Number added to the seed for the choice of windows, so that other choices do not depend on it.
const NEAR: u64 = 0x6E65_6172;

/// A picture chosen for a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Draw {
    /// Index of the picture among the set's entries.
    pub entry: usize,
    /// Index of the style among the set's styles.
    pub style: usize,
    /// Whether to mirror the picture left to right.
    pub flip: bool,
    /// Window of the picture to show; `None` for the whole picture.
    pub view: Option<View>,
}

/// The pictures chosen for a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BatchPlan {
    pub content: Vec<Draw>,
    pub reference: Vec<Draw>,
    /// Windows of the references, in steps of near views.
    pub real: Option<Vec<Draw>>,
}

/// Chooses the pictures of any step from the seed and the step's number alone, so that a resumed
/// run sees the same as an uninterrupted one.
pub(crate) struct Sampler {
    seed: u64,
    batch: usize,
    flip: bool,
    /// Indices of the training pictures of each style.
    train: Vec<Vec<usize>>,
    /// Styles of contents, with their weights.
    content: Vec<(usize, f64)>,
    reference: Vec<(usize, f64)>,
    /// Styles of references in steps of near views, with their weights.
    near_reference: Vec<(usize, f64)>,
    near: NearViews,
}

impl Sampler {
    pub fn new(
        set: &PreparedSet,
        seed: u64,
        batch: usize,
        flip: bool,
        style_weights: Option<&BTreeMap<String, f32>>,
        near: &NearViews,
    ) -> Result<Self, DatasetError> {
        near.check(set)?;
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
        let is_near = |style: usize| {
            near.styles.is_empty() || near.styles.contains(&set.styles()[style].name)
        };
        let near_reference: Vec<_> = reference
            .iter()
            .copied()
            .filter(|&(style, _)| is_near(style))
            .collect();
        if near_reference.is_empty() {
            return Err(DatasetError::Option {
                option: "near",
                message: "styles: none of them has a weight above 0".into(),
            });
        }
        Ok(Self {
            seed,
            batch,
            flip,
            train,
            content,
            reference,
            near_reference,
            near: near.clone(),
        })
    }

    /// Chooses the pictures of a step.
    pub fn plan(&self, step: u64) -> BatchPlan {
        let random = &mut stream(self.seed, step);
        let windows = &mut stream(self.seed ^ NEAR, step);
        let is_near = fraction(windows) < self.near.share;
        let content_styles = self.styles(random, &self.content);
        let mut content: Vec<Draw> = content_styles
            .into_iter()
            .map(|style| self.draw(random, style))
            .collect();
        let targets = if is_near {
            &self.near_reference
        } else {
            &self.reference
        };
        let reference: Vec<Draw> = self
            .styles(random, targets)
            .into_iter()
            .map(|style| self.draw(random, style))
            .collect();
        // The same window in both, since sets are framed alike: eyes are judged beside eyes.
        let views: Vec<View> = content
            .iter()
            .map(|_| View::draw(windows, self.near.largest))
            .collect();
        let seen = |draws: &[Draw]| -> Vec<Draw> {
            let with = |(draw, &view): (&Draw, &View)| Draw {
                view: Some(view),
                ..*draw
            };
            draws.iter().zip(&views).map(with).collect()
        };
        let real = is_near.then(|| seen(&reference));
        if is_near {
            content = seen(&content);
        }
        BatchPlan {
            content,
            reference,
            real,
        }
    }

    /// Chooses the styles of a batch in random order: each as often as its weight says, to within
    /// one picture, at even distances from a random start, so that a small batch is not all of one
    /// style.
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

    /// Chooses a picture of the style.
    fn draw(&self, random: &mut ChaCha8Rng, style: usize) -> Draw {
        let pictures = &self.train[style];
        let place = below(random, pictures.len());
        let mirrored = coin(random);
        Draw {
            entry: pictures[place],
            style,
            flip: self.flip && mirrored,
            view: None,
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
        let style = check_name(set, "style_weights", name)?;
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

/// The index of a style.
///
/// # Errors
/// There is no style of that name.
pub(crate) fn check_name(
    set: &PreparedSet,
    option: &'static str,
    name: &str,
) -> Result<usize, DatasetError> {
    set.style_index(name).ok_or_else(|| {
        let names: Vec<_> = set
            .styles()
            .iter()
            .map(|style| style.name.as_str())
            .collect();
        DatasetError::Option {
            option,
            message: format!("the set has no style `{name}`; it has {}", names.join(", ")),
        }
    })
}
