//! Mixes of style codes: on the sphere, by stages, and along steps.

use utsushi_model::ModelConfig;

use super::StyleCode;
use crate::StyleError;

/// The path along which codes are mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlendPath {
    /// The straight line: half way between two styles lies what they have in common.
    #[default]
    Line,
    /// The sphere around the mean style: a mix is as far from the mean as its parts are, so that
    /// it stays as pronounced as they are where the line would grow pale.
    Sphere,
}

/// Number of rounds in which the mean on the sphere is improved; with two codes it is exact after a
/// few.
const ROUNDS: usize = 24;

impl StyleCode {
    /// Mixes codes on the sphere around `centre`, stage by stage: the mean of their directions from
    /// the centre (the point with the least squared angles to them, Buss and Fillmore 2001; with
    /// two codes, the spherical interpolation of Shoemake 1985), at the mean of their distances.
    /// Only the ratios of the weights count.
    ///
    /// # Errors
    /// As [`StyleCode::blend`].
    pub fn blend_on_sphere(codes: &[(Self, f32)], centre: &Self) -> Result<Self, StyleError> {
        let line = Self::blend(codes)?;
        centre.check_length(line.values.len())?;
        // With one code that counts, the roots below would only round it.
        let mut counting = codes.iter().filter(|(_, weight)| *weight > 0.0);
        if let (Some((only, _)), None) = (counting.next(), counting.next()) {
            return Ok(only.clone());
        }
        let sum: f64 = codes.iter().map(|(_, weight)| f64::from(*weight)).sum();
        let dim = line.values.len().div_ceil(ModelConfig::STAGES).max(1);
        let mut values = Vec::with_capacity(line.values.len());
        for (start, stage) in line.values.chunks(dim).enumerate() {
            let range = start * dim..start * dim + stage.len();
            let middle = &centre.values[range.clone()];
            let arms: Vec<(Vec<f64>, f64)> = codes
                .iter()
                .map(|(code, weight)| {
                    let own = code.values[range.clone()].iter().zip(middle);
                    let arm = own.map(|(&a, &b)| f64::from(a) - f64::from(b)).collect();
                    (arm, f64::from(*weight) / sum)
                })
                .collect();
            match mean_arm(&arms) {
                Some(arm) => values.extend(
                    arm.iter()
                        .zip(middle)
                        .map(|(&a, &b)| (a + f64::from(b)) as f32),
                ),
                None => values.extend_from_slice(stage),
            }
        }
        Ok(Self::new(values)?.with_part_colours(line.part_colours().cloned()))
    }

    /// Mixes codes as [`StyleCode::blend_on_sphere`] does, with separate weights for each decoder
    /// stage, as in [`StyleCode::blend_stages`].
    ///
    /// # Errors
    /// As [`StyleCode::blend`], for any of the stages.
    pub fn blend_stages_on_sphere(
        codes: &[(Self, [f32; Self::STAGES])],
        centre: &Self,
    ) -> Result<Self, StyleError> {
        let dim = centre.values.len() / Self::STAGES;
        let mut values = Vec::with_capacity(centre.values.len());
        for stage in 0..Self::STAGES {
            let weighted = codes.iter();
            let weighted = weighted.map(|(code, weights)| (code.clone(), weights[stage]));
            let mixed = Self::blend_on_sphere(&weighted.collect::<Vec<_>>(), centre)?;
            values.extend_from_slice(&mixed.values[stage * dim..(stage + 1) * dim]);
        }
        Ok(Self::new(values)?.with_part_colours(Self::colours_of_stages(codes)))
    }

    /// Combines the first `split` stages, the coarse ones, of one code with the others of another:
    /// shape from the one, line and colour from the other.
    ///
    /// # Errors
    /// The codes are of different models.
    pub fn staged(shape: &Self, colour: &Self, split: usize) -> Result<Self, StyleError> {
        colour.check_length(shape.values.len())?;
        let dim = shape.values.len() / ModelConfig::STAGES;
        let at = split.min(ModelConfig::STAGES) * dim;
        let finest = if split < ModelConfig::STAGES {
            colour
        } else {
            shape
        };
        Ok(Self {
            values: [&shape.values[..at], &colour.values[at..]].concat(),
            part_colours: finest.part_colours.clone(),
        })
    }

    /// Moves this code towards `mean`: with a `keep` of 1 it stays, with 0 it becomes the mean (the
    /// truncation of Brock et al. 2019, section 3.1, on style codes as in Karras et al. 2019).
    ///
    /// # Errors
    /// The codes are of different models.
    pub fn truncated(&self, mean: &Self, keep: f32) -> Result<Self, StyleError> {
        mean.check_length(self.values.len())?;
        Ok(match keep {
            1.0 => self.clone(),
            _ => mean.towards(self, keep),
        })
    }

    /// Moves this code by `amount` times `step`.
    ///
    /// # Errors
    /// The codes are of different models, or the sum is not finite.
    pub fn moved(&self, step: &Self, amount: f32) -> Result<Self, StyleError> {
        step.check_length(self.values.len())?;
        let pairs = self.values.iter().zip(&step.values);
        Self::new(pairs.map(|(own, step)| own + amount * step).collect())
    }
}

/// The weighted mean of vectors from a centre, by direction and by length; none if they have no
/// mean direction.
fn mean_arm(arms: &[(Vec<f64>, f64)]) -> Option<Vec<f64>> {
    let length = |arm: &[f64]| arm.iter().map(|v| v * v).sum::<f64>().sqrt();
    let unit = |arm: &[f64]| {
        let length = length(arm);
        (length > 1e-9).then(|| arm.iter().map(|v| v / length).collect::<Vec<f64>>())
    };
    let far: f64 = arms.iter().map(|(arm, weight)| weight * length(arm)).sum();
    let units = arms
        .iter()
        .map(|(arm, weight)| Some((unit(arm)?, *weight)))
        .collect::<Option<Vec<_>>>()?;
    let dim = units.first()?.0.len();
    let sum = |parts: &[(Vec<f64>, f64)]| {
        let mut total = vec![0.0; dim];
        for (part, weight) in parts {
            for (total, value) in total.iter_mut().zip(part) {
                *total += weight * value;
            }
        }
        total
    };
    let mut mean = unit(&sum(&units))?;
    for _ in 0..ROUNDS {
        // Each direction as a straight step from the mean so far, as long as its angle.
        let steps: Vec<(Vec<f64>, f64)> = units
            .iter()
            .map(|(direction, weight)| {
                let cosine: f64 = direction.iter().zip(&mean).map(|(a, b)| a * b).sum();
                let across: Vec<f64> = direction
                    .iter()
                    .zip(&mean)
                    .map(|(a, b)| a - cosine * b)
                    .collect();
                let sine = length(&across);
                let angle = sine.atan2(cosine);
                let scale = if sine > 1e-12 { angle / sine } else { 0.0 };
                (across.iter().map(|v| v * scale).collect(), *weight)
            })
            .collect();
        let step = sum(&steps);
        let angle = length(&step);
        if angle < 1e-12 {
            break;
        }
        let turned: Vec<f64> = mean
            .iter()
            .zip(&step)
            .map(|(own, step)| own * angle.cos() + step / angle * angle.sin())
            .collect();
        mean = unit(&turned)?;
    }
    Some(mean.into_iter().map(|value| value * far).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test code with two numbers a stage, which have an angle (a single number has no
    /// direction).
    fn code(angle: f32, length: f32) -> StyleCode {
        let pair = [length * angle.cos() + 1.0, length * angle.sin() - 2.0];
        StyleCode::new(pair.repeat(ModelConfig::STAGES)).unwrap()
    }

    fn centre() -> StyleCode {
        StyleCode::new([1.0, -2.0].repeat(ModelConfig::STAGES)).unwrap()
    }

    #[test]
    fn the_sphere_keeps_the_angle_in_proportion_and_the_distance_too() {
        let (a, b) = (code(0.2, 2.0), code(1.7, 4.0));
        for share in [0.25f32, 0.5, 0.9] {
            let mix = [(a.clone(), 1.0 - share), (b.clone(), share)];
            let mix = StyleCode::blend_on_sphere(&mix, &centre()).unwrap();
            let expected = code(0.2 + 1.5 * share, 2.0 + 2.0 * share);
            for (found, expected) in mix.values().iter().zip(expected.values()) {
                assert!((found - expected).abs() < 1e-5, "{found} {expected}");
            }
        }
        let ends = [(a.clone(), 3.0), (b, 0.0)];
        assert_eq!(StyleCode::blend_on_sphere(&ends, &centre()).unwrap(), a);
    }

    #[test]
    fn on_the_sphere_too_each_stage_has_weights_of_its_own() {
        let (a, b) = (code(0.2, 2.0), code(1.7, 4.0));
        let parts = [
            (a.clone(), [1.0, 0.0, 1.0, 3.0]),
            (b.clone(), [0.0, 2.0, 1.0, 1.0]),
        ];
        let mixed = StyleCode::blend_stages_on_sphere(&parts, &centre()).unwrap();
        let half = code(0.95, 3.0);
        let quarter = code(0.575, 2.5);
        for (stage, expected) in [&a, &b, &half, &quarter].into_iter().enumerate() {
            for place in 2 * stage..2 * stage + 2 {
                let (found, expected) = (mixed.values()[place], expected.values()[place]);
                assert!(
                    (found - expected).abs() < 1e-5,
                    "{stage} {found} {expected}"
                );
            }
        }
        let none = [(a, [1.0, 0.0, 1.0, 1.0])];
        let error = StyleCode::blend_stages_on_sphere(&none, &centre());
        assert_eq!(error, Err(StyleError::NoWeight));
    }

    #[test]
    fn opposite_codes_have_no_direction_between_them_and_meet_on_the_line() {
        let (a, b) = (code(0.0, 1.0), code(std::f32::consts::PI, 1.0));
        let mix = StyleCode::blend_on_sphere(&[(a, 1.0), (b, 1.0)], &centre()).unwrap();
        for (found, expected) in mix.values().iter().zip(centre().values()) {
            assert!((found - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn stages_come_from_the_one_or_the_other() {
        let shape = StyleCode::new((0..8).map(|v| v as f32).collect()).unwrap();
        let colour = StyleCode::new((10..18).map(|v| v as f32).collect()).unwrap();
        let mixed = StyleCode::staged(&shape, &colour, 1).unwrap();
        assert_eq!(
            mixed.values(),
            [0.0, 1.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0]
        );
        assert_eq!(StyleCode::staged(&shape, &colour, 0).unwrap(), colour);
        assert_eq!(StyleCode::staged(&shape, &colour, 4).unwrap(), shape);
        let other = StyleCode::new(vec![0.0; 4]).unwrap();
        assert!(StyleCode::staged(&shape, &other, 1).is_err());
    }

    #[test]
    fn truncation_ends_at_the_mean_and_a_move_adds() {
        let (code, mean) = (code(0.5, 2.0), centre());
        assert_eq!(code.truncated(&mean, 1.0).unwrap(), code);
        assert_eq!(code.truncated(&mean, 0.0).unwrap(), mean);
        let step = StyleCode::new([1.0, 0.5].repeat(ModelConfig::STAGES)).unwrap();
        let moved = mean.moved(&step, -2.0).unwrap();
        assert_eq!(moved.values()[..2], [-1.0, -3.0]);
        assert!(moved.moved(&step, f32::INFINITY).is_err());
    }
}
