//! A style as the decoder takes it.

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_model::ModelConfig;

use crate::StyleError;

mod mix;

pub use mix::BlendPath;

/// A style as numbers: one code a decoder stage, `[stages, style_dim]` in row order, all finite.
///
/// Codes mean something to the model they come from alone.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleCode {
    values: Vec<f32>,
}

impl StyleCode {
    /// Decoder stages, from the coarsest to the finest, that each have a part of the code.
    pub const STAGES: usize = ModelConfig::STAGES;

    /// A code from `stages × style_dim` numbers.
    ///
    /// # Errors
    /// A value that is not finite. Whether there are as many as a model needs shows when it
    /// paints.
    pub fn new(values: Vec<f32>) -> Result<Self, StyleError> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(StyleError::NotFinite { index }),
            None => Ok(Self { values }),
        }
    }

    /// The numbers, `[stages, style_dim]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The weighted mean of several codes. Only the ratios of the weights count.
    ///
    /// # Errors
    /// No code at all, codes of different models, a weight that is negative or not finite, or
    /// weights that are all zero.
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
        Self::new(values.into_iter().map(|value| value as f32).collect())
    }

    /// [`StyleCode::blend`] with a weight of its own for each decoder stage, from the coarsest to
    /// the finest: palette and shading from one painting, for example, and line from another.
    /// Only the ratios of the weights within a stage count.
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
                let values = code.values[stage * dim..end].to_vec();
                (Self { values }, weights[stage])
            };
            let parts: Vec<_> = codes.iter().map(part).collect();
            values.extend(Self::blend(&parts)?.values);
        }
        Self::new(values)
    }

    /// The code that lies `strength` of the way to `target`, exactly `target` at 1 and beyond it
    /// above.
    pub(crate) fn towards(&self, target: &Self, strength: f32) -> Self {
        let between = |(&own, &other): (&f32, &f32)| own * (1.0 - strength) + other * strength;
        let pairs = self.values.iter().zip(&target.values);
        Self {
            values: pairs.map(between).collect(),
        }
    }

    pub(crate) fn check_length(&self, expected: usize) -> Result<(), StyleError> {
        match self.values.len() {
            found if found == expected => Ok(()),
            found => Err(StyleError::Length { found, expected }),
        }
    }

    /// `[1, stages, style_dim]` on `device`; the length has been checked.
    pub(crate) fn to_tensor(&self, device: &Device) -> Tensor<3> {
        let dim = self.values.len() / ModelConfig::STAGES;
        let shape = [1, ModelConfig::STAGES, dim];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

#[cfg(test)]
mod tests {
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
}
