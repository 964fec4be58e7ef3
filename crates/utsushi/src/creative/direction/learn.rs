//! Learning of a direction from two small sets of pictures.

use crate::{Painter, StyleCode, StyleError};
use utsushi_imaging::Picture;

use super::{Direction, ShapeStep};
use crate::creative::landmark_warp::leading;

/// A learned direction, and how well it separates its examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The direction from the mean style of the first set to that of the second.
    pub direction: Direction,
    /// Share of the examples that lie on the side of their own set, 0…1; near 0.5, the sets do not
    /// differ in style.
    pub told_apart: f64,
    /// The faces from which the shape was learned.
    pub faces: FacesLearned,
}

/// Numbers of pictures that show a face whose eyes and mouth are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FacesLearned {
    /// Pictures of the first set with such a face.
    pub from: usize,
    /// Pictures of the second set with such a face.
    pub to: usize,
    /// Pictures of both sets without such a face, which have no part in the shape.
    pub without: usize,
}

/// The error that no direction can be learned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// One of the sets has no pictures.
    #[error("both sets need at least one picture; there are {from} and {to}")]
    Empty {
        /// Number of pictures in the first set.
        from: usize,
        /// Number of pictures in the second set.
        to: usize,
    },
    /// The style of a picture cannot be read.
    #[error(transparent)]
    Style(#[from] StyleError),
}

/// Learns a direction as the difference between the mean style codes of two sets, stage by stage,
/// and between the mean landmarks of their faces ([`ShapeStep`]). Pictures without a face count for
/// the style alone.
///
/// # Errors
/// A set is empty, or the model cannot read styles.
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
    let (shape, faces) = learned_shape(painter, from, to);
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
    let mut direction = Direction::new(painter, step, note)?;
    direction.shape = shape;
    Ok(Learned {
        direction,
        told_apart,
        faces,
    })
}

/// Learns the difference in the shape of faces between two sets.
fn learned_shape(painter: &Painter, from: &[Picture], to: &[Picture]) -> (ShapeStep, FacesLearned) {
    let faces = |pictures: &[Picture]| {
        let found = pictures.iter().filter_map(|picture| {
            let faces = painter.anatomy(picture)?.faces;
            leading(&faces).cloned()
        });
        found.collect::<Vec<_>>()
    };
    let pictures = from.len() + to.len();
    let (from, to) = (faces(from), faces(to));
    let counts = FacesLearned {
        from: from.len(),
        to: to.len(),
        without: pictures - from.len() - to.len(),
    };
    (ShapeStep::between(&from, &to), counts)
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
    use utsushi_anatomy::Landmark;
    use utsushi_imaging::AnyPicture;

    use crate::creative::testing::{drawing, painter};
    use crate::creative::{moved, reshaped_along};

    /// A test picture of 160 pixels: a face of ovals with eyes of the given height; hair and place
    /// differ with `number`.
    fn drawn_face(eyes: f32, number: u8) -> Picture {
        let n = f32::from(number);
        let (x, y) = (80.0 + n, 88.0 - n);
        let mut picture = Picture::filled(160, 160, [150, 190, 200]);
        let mut oval = |[left, top]: [f32; 2], [wide, high]: [f32; 2], colour: [u8; 3]| {
            for (at, pixel) in picture.rgb_mut().chunks_exact_mut(3).enumerate() {
                let [across, down] = [(at % 160) as f32 - left, (at / 160) as f32 - top];
                if (across / wide).hypot(down / high) < 1.0 {
                    pixel.copy_from_slice(&colour);
                }
            }
        };
        let hair = [90 + 20 * number, 60, 130 - 20 * number];
        oval([x, y + 70.0], [55.0, 40.0], [60, 70, 120]);
        oval([x, y - 14.0], [60.0, 60.0], hair);
        oval([x, y + 40.0], [14.0, 30.0], [235, 195, 175]);
        oval([x, y], [44.0, 48.0], [250, 215, 195]);
        oval([x, y - 42.0], [48.0, 24.0], hair);
        for side in [-1.0, 1.0] {
            let eye = [x + side * 19.0, y + 4.0];
            oval(eye, [11.0, eyes + 2.0], [40, 30, 40]);
            oval(eye, [10.0, eyes], [255, 255, 255]);
            oval(eye, [6.5, eyes], [70, 60, 150]);
            oval(eye, [3.0, eyes / 2.0], [15, 10, 25]);
            oval([eye[0], y - 16.0], [10.0, 1.5], [60, 40, 60]);
        }
        oval([x, y + 18.0], [1.5, 2.0], [200, 150, 130]);
        oval([x, y + 30.0], [8.0, 2.0], [170, 70, 70]);
        picture
    }

    #[test]
    fn faces_that_differ_in_their_eyes_give_a_shape_that_opens_the_lids() {
        let painter = painter();
        let faces = |eyes| [0, 1, 2, 3].map(|number| drawn_face(eyes, number));
        let mut larger = faces(13.0).to_vec();
        larger.push(drawing(60, 60));
        let learned = learn(&painter, &faces(7.0), &larger, String::new()).unwrap();
        let expected = FacesLearned {
            from: 4,
            to: 4,
            without: 1,
        };
        assert_eq!(learned.faces, expected);
        let shape = &learned.direction.shape;
        let down = |landmark| shape.moved(landmark).unwrap()[1];
        for (upper, lower) in [
            (Landmark::LeftEyeUpper, Landmark::LeftEyeLower),
            (Landmark::RightEyeUpper, Landmark::RightEyeLower),
        ] {
            // By 6 of some 90 pixels each.
            assert!(down(upper) < -0.02 && down(lower) > 0.02, "{shape:?}");
        }
        assert!(down(Landmark::Chin).abs() < 0.03, "{shape:?}");

        // And it opens the lids of another face.
        let content = drawn_face(8.0, 2);
        let faces = painter.anatomy(&content).unwrap().faces;
        let along = [(learned.direction.clone(), 1.0)];
        let content = AnyPicture::from(content);
        let opened = reshaped_along(&content, &faces, &along).unwrap();
        let height = |picture: &AnyPicture| {
            let found = painter.anatomy(&picture.eight()).unwrap();
            let face = leading(&found.faces).unwrap().clone();
            let [upper, lower] = [Landmark::LeftEyeUpper, Landmark::LeftEyeLower];
            face.point(lower).y - face.point(upper).y
        };
        let (before, after) = (height(&content), height(&opened));
        assert!(after > before + 4.0, "{before} {after}");
        assert_eq!(
            reshaped_along(&content, &faces, &[(learned.direction, 0.0)]),
            None
        );
    }

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
