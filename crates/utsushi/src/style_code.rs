//! Style codes: styles as the decoder takes them.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_model::ModelConfig;

use crate::{PartColours, StyleError};

mod mix;

pub use mix::BlendPath;

/// A style as numbers: one code for each decoder stage, `[stages, code_length]` in row order, all
/// finite.
///
/// Codes have a meaning only for the model they come from. A code that was read in a painting of a
/// figure also has the colours of its parts ([`PartColours`]); a mix has the mixed ones, and a code
/// that was moved none.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleCode {
    values: Vec<f32>,
    part_colours: Option<Arc<PartColours>>,
}

impl StyleCode {
    /// Number of decoder stages, from the coarsest to the finest, that each have a part of the
    /// code.
    pub const STAGES: usize = ModelConfig::STAGES;

    /// Makes a code from `stages × code_length` numbers.
    ///
    /// # Errors
    /// A value is not finite. The length is checked only when a model paints.
    pub fn new(values: Vec<f32>) -> Result<Self, StyleError> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(StyleError::NotFinite { index }),
            None => Ok(Self {
                values,
                part_colours: None,
            }),
        }
    }

    /// The numbers of the code, `[stages, code_length]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The colours of the parts of the painting that the style was read in; `None` if it showed no
    /// figure, and for styles that were not read in a painting.
    pub fn part_colours(&self) -> Option<&PartColours> {
        self.part_colours.as_deref()
    }

    /// This code with these colours of parts, or without any.
    pub(crate) fn with_part_colours(self, part_colours: Option<PartColours>) -> Self {
        Self {
            part_colours: part_colours.map(Arc::new),
            ..self
        }
    }

    /// The mixed colours of parts of several codes.
    fn blended_colours<'a>(
        codes: impl Iterator<Item = (&'a Self, f32)> + Clone,
    ) -> Option<PartColours> {
        PartColours::blend(codes.filter_map(|(code, weight)| Some((code.part_colours()?, weight))))
    }

    /// Mixes codes: their weighted mean. Only the ratios of the weights count.
    ///
    /// # Errors
    /// There are no codes, they are of different models, a weight is negative or not finite, or all
    /// weights are zero.
    pub fn blend(codes: &[(Self, f32)]) -> Result<Self, StyleError> {
        let Some((first, _)) = codes.first() else {
            return Err(StyleError::NothingToBlend);
        };
        let mut sum = 0.0;
        for (code, weight) in codes {
            code.check_length(first.values.len())?;
            if !weight.is_finite() || *weight < 0.0 {
                return Err(StyleError::Weight(*weight));
            }
            sum += f64::from(*weight);
        }
        if sum == 0.0 {
            return Err(StyleError::NoWeight);
        }
        let mut values = vec![0.0f64; first.values.len()];
        for (code, weight) in codes {
            let share = f64::from(*weight) / sum;
            for (total, &value) in values.iter_mut().zip(&code.values) {
                *total += share * f64::from(value);
            }
        }
        let mixed = Self::new(values.into_iter().map(|value| value as f32).collect())?;
        let weighted = codes.iter().map(|(code, weight)| (code, *weight));
        Ok(mixed.with_part_colours(Self::blended_colours(weighted)))
    }

    /// Mixes codes as [`StyleCode::blend`] does, with separate weights for each decoder stage, from
    /// the coarsest to the finest: palette and shading from one painting, for example, and line
    /// from another. Only the ratios of the weights within a stage count.
    ///
    /// # Errors
    /// As [`StyleCode::blend`], for any of the stages.
    pub fn blend_stages(codes: &[(Self, [f32; Self::STAGES])]) -> Result<Self, StyleError> {
        let Some((first, _)) = codes.first() else {
            return Err(StyleError::NothingToBlend);
        };
        for (code, _) in codes {
            code.check_length(first.values.len())?;
        }
        let dim = first.values.len() / ModelConfig::STAGES;
        let mut values = Vec::with_capacity(first.values.len());
        for stage in 0..ModelConfig::STAGES {
            // The last stage takes what a length that is no multiple leaves over.
            let end = match stage + 1 {
                ModelConfig::STAGES => first.values.len(),
                next => next * dim,
            };
            let part = |(code, weights): &(Self, [f32; Self::STAGES])| {
                let part = Self {
                    values: code.values[stage * dim..end].to_vec(),
                    part_colours: None,
                };
                (part, weights[stage])
            };
            let parts: Vec<_> = codes.iter().map(part).collect();
            values.extend(Self::blend(&parts)?.values);
        }
        Ok(Self::new(values)?.with_part_colours(Self::colours_of_stages(codes)))
    }

    /// The mixed colours of parts, by the weights of the finest stage, to which all colours belong.
    fn colours_of_stages(codes: &[(Self, [f32; Self::STAGES])]) -> Option<PartColours> {
        let finest = codes.iter();
        Self::blended_colours(finest.map(|(code, weights)| (code, weights[Self::STAGES - 1])))
    }

    /// The code at the share `strength` of the way from this one to `target`: exactly `target` at
    /// 1, and beyond it above 1.
    pub(crate) fn towards(&self, target: &Self, strength: f32) -> Self {
        let between = |(&own, &other): (&f32, &f32)| own * (1.0 - strength) + other * strength;
        let pairs = self.values.iter().zip(&target.values);
        Self {
            values: pairs.map(between).collect(),
            part_colours: target.part_colours.clone(),
        }
    }

    pub(crate) fn check_length(&self, expected: usize) -> Result<(), StyleError> {
        match self.values.len() {
            found if found == expected => Ok(()),
            found => Err(StyleError::Length { found, expected }),
        }
    }

    /// The code as a tensor `[1, stages, code_length]` on `device`; its length must have been
    /// checked.
    pub(crate) fn to_tensor(&self, device: &Device) -> Tensor<3> {
        let dim = self.values.len() / ModelConfig::STAGES;
        let shape = [1, ModelConfig::STAGES, dim];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

#[cfg(test)]
mod tests {
    use utsushi_anatomy::Part;

    use super::*;

    fn code(values: [f32; 2]) -> StyleCode {
        StyleCode::new(values.to_vec()).unwrap()
    }

    #[test]
    fn only_the_ratio_of_weights_counts() {
        let (a, b) = (code([0.0, 8.0]), code([4.0, 0.0]));
        for scale in [1e-38, 1.0, 1e38] {
            let blend = StyleCode::blend(&[(a.clone(), scale), (b.clone(), 3.0 * scale)]).unwrap();
            assert_eq!(blend.values(), [3.0, 2.0]);
        }
        let alone = StyleCode::blend(&[(a.clone(), 0.3), (b, 0.0)]).unwrap();
        assert_eq!(alone, a);
    }

    #[test]
    fn each_stage_has_weights_of_its_own() {
        let long = |start: f32| StyleCode::new((0..8).map(|i| start + i as f32).collect()).unwrap();
        let (a, b) = (long(0.0), long(100.0));
        let mixed = StyleCode::blend_stages(&[
            (a.clone(), [1.0, 0.0, 3.0, 2.0]),
            (b, [0.0, 5.0, 1.0, 2.0]),
        ]);
        let expected = [0.0, 1.0, 102.0, 103.0, 29.0, 30.0, 56.0, 57.0];
        assert_eq!(mixed.unwrap().values(), expected);
        // A stage that nothing is given for has no style.
        let none = StyleCode::blend_stages(&[(a.clone(), [1.0, 1.0, 0.0, 1.0])]);
        assert_eq!(none, Err(StyleError::NoWeight));
        assert_eq!(
            StyleCode::blend_stages(&[]),
            Err(StyleError::NothingToBlend)
        );
        let other = StyleCode::blend_stages(&[(a, [1.0; 4]), (code([0.0; 2]), [1.0; 4])]);
        assert!(matches!(other, Err(StyleError::Length { .. })));
    }

    #[test]
    fn weights_that_mean_nothing_are_refused() {
        let (a, b) = (code([0.0, 1.0]), code([1.0, 0.0]));
        let blend = |left, right| StyleCode::blend(&[(a.clone(), left), (b.clone(), right)]);
        assert_eq!(blend(0.0, 0.0), Err(StyleError::NoWeight));
        assert_eq!(blend(1.0, -0.5), Err(StyleError::Weight(-0.5)));
        assert!(matches!(blend(f32::NAN, 1.0), Err(StyleError::Weight(_))));
        assert!(blend(f32::INFINITY, 1.0).is_err());
        assert_eq!(StyleCode::blend(&[]), Err(StyleError::NothingToBlend));
        let other = StyleCode::new(vec![0.0; 3]).unwrap();
        let error = StyleCode::blend(&[(a.clone(), 1.0), (other, 1.0)]).unwrap_err();
        assert_eq!(
            error,
            StyleError::Length {
                found: 3,
                expected: 2
            }
        );
    }

    #[test]
    fn a_code_is_made_of_numbers() {
        let error = StyleCode::new(vec![0.0, f32::NAN]).unwrap_err();
        assert_eq!(error, StyleError::NotFinite { index: 1 });
    }

    #[test]
    fn strength_goes_from_one_code_to_the_other() {
        let (from, to) = (code([0.1, -3.0]), code([0.7, 5.0]));
        assert_eq!(from.towards(&to, 0.0), from);
        assert_eq!(from.towards(&to, 1.0), to);
        assert_eq!(from.towards(&to, 0.5).values()[1], 1.0);
        assert_eq!(from.towards(&to, 1.5).values()[1], 9.0);
    }

    #[test]
    fn colours_of_parts_are_mixed_as_the_finest_stage_is_and_lost_in_moving() {
        let coloured = |value: f32| {
            let colours = PartColours::even(&[(Part::Hair, [value; 3])]);
            let code = StyleCode::new((0..8).map(|at| at as f32 * value).collect()).unwrap();
            code.with_part_colours(Some(colours))
        };
        let hair = |code: &StyleCode| {
            code.part_colours()
                .map(|it| it.of_part(Part::Hair).unwrap()[7][1])
        };
        let (a, b) = (coloured(0.25), coloured(0.75));
        let mixed = StyleCode::blend(&[(a.clone(), 1.0), (b.clone(), 1.0)]).unwrap();
        assert_eq!(hair(&mixed), Some(0.5));
        let stages = StyleCode::blend_stages(&[
            (a.clone(), [1.0, 1.0, 1.0, 0.0]),
            (b.clone(), [0.0, 0.0, 0.0, 1.0]),
        ]);
        assert_eq!(hair(&stages.unwrap()), Some(0.75));
        let plain = StyleCode::new(vec![1.0; 8]).unwrap();
        let sphere = StyleCode::blend_on_sphere(&[(a.clone(), 1.0), (b.clone(), 3.0)], &plain);
        assert_eq!(hair(&sphere.unwrap()), Some(0.625));
        for split in 0..=StyleCode::STAGES {
            let wanted = if split < StyleCode::STAGES {
                0.75
            } else {
                0.25
            };
            assert_eq!(
                hair(&StyleCode::staged(&a, &b, split).unwrap()),
                Some(wanted)
            );
        }
        assert_eq!(hair(&plain.towards(&a, 0.5)), Some(0.25));
        assert_eq!(hair(&a.moved(&plain, 1.0).unwrap()), None);
        // A style that knows nothing of parts takes nothing from one that does.
        let with_plain = StyleCode::blend(&[(a, 1.0), (plain, 1.0)]).unwrap();
        assert_eq!(hair(&with_plain), Some(0.25));
    }
}
