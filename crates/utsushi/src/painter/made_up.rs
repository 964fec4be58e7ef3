//! Styles that a seed makes up.

use super::Painter;
use crate::noise::Noise;
use crate::{PaintStyle, StyleCode, StyleError};

/// The most of a second code in what a seed makes up of one style: less than half of the way, so
/// that it stays nearer to one learned code than to any other.
const ASIDE: f32 = 0.5;

impl Painter {
    /// A style made up from a seed near those that the model has learned: of the given name, or
    /// between two names that the seed picks.
    fn candidate(&self, name: Option<&str>, noise: &mut Noise) -> Result<StyleCode, StyleError> {
        let targets: Vec<&PaintStyle> = self.targets().map(|(_, style)| style).collect();
        if targets.is_empty() {
            return Err(StyleError::NoStyles);
        }
        let first = match name {
            Some(name) => self.target(name)?.1,
            None => targets[noise.index(targets.len())],
        };
        let own = near_learned(first, noise)?;
        if name.is_some() || targets.len() < 2 {
            return Ok(own);
        }
        // Another than the first.
        let second = noise.index(targets.len() - 1);
        let others: Vec<_> = targets.iter().filter(|it| it.name != first.name).collect();
        let other = near_learned(others[second], noise)?;
        let share = ASIDE * noise.share();
        StyleCode::blend(&[(own, 1.0 - share), (other, share)])
    }
}

/// Typical codes of a style, or its mean.
fn learned(style: &PaintStyle) -> Result<Vec<StyleCode>, StyleError> {
    let typical = style.typical.iter().cloned().map(StyleCode::new);
    let typical = typical.collect::<Result<Vec<_>, _>>()?;
    if !typical.is_empty() {
        return Ok(typical);
    }
    let mean = style.mean.iter().cloned().map(StyleCode::new);
    mean.collect()
}

/// A code near one of those learned of a style: aside towards a second one in the coarse stages and
/// towards a third in the fine ones.
fn near_learned(style: &PaintStyle, noise: &mut Noise) -> Result<StyleCode, StyleError> {
    let codes = learned(style)?;
    if codes.is_empty() {
        let name = style.name.clone();
        return Err(StyleError::NoMean { name });
    }
    let mut pick = || codes[noise.index(codes.len())].clone();
    let [first, second, third] = [pick(), pick(), pick()];
    let [coarse, fine] = [(); 2].map(|()| ASIDE * noise.share());
    let half = StyleCode::STAGES / 2;
    let weights = |stage: usize| match stage < half {
        true => [1.0 - coarse, coarse, 0.0],
        false => [1.0 - fine, 0.0, fine],
    };
    let weights_of =
        |part: usize| std::array::from_fn::<f32, { StyleCode::STAGES }, _>(|stage| weights(stage)[part]);
    StyleCode::blend_stages(&[
        (first, weights_of(0)),
        (second, weights_of(1)),
        (third, weights_of(2)),
    ])
}
