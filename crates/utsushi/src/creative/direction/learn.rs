//! A direction from two small sets of pictures.

use crate::{Painter, StyleCode, StyleError};
use utsushi_imaging::Picture;

use super::Direction;

/// A direction and how well it tells its examples apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// From the mean style of the one set to that of the other.
    pub direction: Direction,
    /// Share of the examples that lie on the side of their own set, 0…1: near 0.5 the sets do not
    /// differ in style.
    pub told_apart: f64,
}

/// Error returned when no direction can be learned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A set without pictures.
    #[error("both sets need at least one picture; there are {from} and {to}")]
    Empty {
        /// Pictures of the first set.
        from: usize,
        /// Pictures of the second set.
        to: usize,
    },
    /// A style cannot be read.
    #[error(transparent)]
    Style(#[from] StyleError),
}

/// The difference of the mean style codes of two sets, stage by stage.
///
/// # Errors
/// An empty set, or a model that reads no style.
pub fn learn(
    painter: &Painter,
    from: &[Picture],
    to: &[Picture],
    note: String,
) -> Result<Learned, LearnError> {
    if from.is_empty() || to.is_empty() {
        let (from, to) = (from.len(), to.len());
        return Err(LearnError::Empty { from, to });
    }
    let codes = |pictures: &[Picture]| -> Result<Vec<StyleCode>, StyleError> {
        pictures
            .iter()
            .map(|picture| painter.style_of(picture))
            .collect()
    };
    let (from, to) = (codes(from)?, codes(to)?);
    let (start, end) = (mean(&from), mean(&to));
    let step: Vec<f64> = end
        .iter()
        .zip(&start)
        .map(|(end, start)| end - start)
        .collect();
    let along = |values: &mut dyn Iterator<Item = f64>| -> f64 {
        values.zip(&step).map(|(value, step)| value * step).sum()
    };
    let of_code = |code: &StyleCode| along(&mut code.values().iter().map(|&v| f64::from(v)));
    let border = (along(&mut start.iter().copied()) + along(&mut end.iter().copied())) / 2.0;
    let right = from.iter().filter(|code| of_code(code) < border).count()
        + to.iter().filter(|code| of_code(code) > border).count();
    let told_apart = right as f64 / (from.len() + to.len()) as f64;
    let step = step.into_iter().map(|value| value as f32).collect();
    Ok(Learned {
        direction: Direction::new(painter, step, note)?,
        told_apart,
    })
}

fn mean(codes: &[StyleCode]) -> Vec<f64> {
    let mut sum = vec![0.0; codes[0].values().len()];
    for code in codes {
        for (sum, &value) in sum.iter_mut().zip(code.values()) {
            *sum += f64::from(value) / codes.len() as f64;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::moved;
    use crate::creative::testing::{drawing, painter};

    #[test]
    fn a_whole_step_leads_from_the_one_mean_to_the_other_and_back() {
        let painter = painter();
        let dark: Vec<_> = [10, 30]
            .map(|v| Picture::filled(40, 40, [v, v, v / 2]))
            .into();
        let light: Vec<_> = [200, 240]
            .map(|v| Picture::filled(40, 40, [v / 2, v, v]))
            .into();
        let learned = learn(&painter, &dark, &light, "lighter".to_owned()).unwrap();
        assert_eq!(learned.told_apart, 1.0);
        let of = |pictures: &[Picture]| {
            let codes = pictures.iter().map(|p| (painter.style_of(p).unwrap(), 1.0));
            StyleCode::blend(&codes.collect::<Vec<_>>()).unwrap()
        };
        let near = |left: &StyleCode, right: &StyleCode| {
            let pairs = left.values().iter().zip(right.values());
            assert!(
                pairs
                    .into_iter()
                    .all(|(l, r)| (l - r).abs() < 1e-4 * (1.0 + r.abs()))
            );
        };
        let step = learned.direction;
        near(
            &moved(&of(&dark), &[(step.clone(), 1.0)]).unwrap(),
            &of(&light),
        );
        near(
            &moved(&of(&light), &[(step.clone(), -1.0)]).unwrap(),
            &of(&dark),
        );
        let style = painter.style_of(&drawing(40, 40)).unwrap();
        assert_eq!(moved(&style, &[(step.clone(), 0.0)]).unwrap(), style);
        near(
            &moved(&style, &[(step.clone(), 0.5), (step, -0.5)]).unwrap(),
            &style,
        );
        assert!(matches!(
            learn(&painter, &dark, &[], String::new()),
            Err(LearnError::Empty { .. })
        ));
    }
}
