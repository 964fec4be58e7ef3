//! Poses and expressions of faces in generated sketches.
//!
//! A content prior that has seen few thousand pictures draws heads much alike, upright and from the
//! front. This module adds the differences between pictures of one head: it is mirrored, tilted and
//! turned, smiles or opens its mouth, by the warps that landmarks lead ([`reshaped`]).

use utsushi_anatomy::{FacePoints, Landmark};
use utsushi_imaging::{AnyPicture, Picture};

use crate::creative::resampled::{Point, resampled};
use crate::creative::shape::{LEAST, Step};
use crate::creative::{FaceShape, reshaped};
use crate::noise::Noise;

/// Standard deviation and bound of the normally distributed tilt, in radians.
const TILT: [f32; 2] = [0.12, 0.22];
/// Standard deviation and bound of a turn to the side, normally distributed, in the face's size.
const TURN: [f32; 2] = [0.10, 0.16];
/// Standard deviation and bound of a nod, normally distributed, in the face's size.
const NOD: [f32; 2] = [0.04, 0.07];
/// Standard deviation and bound of the normal distribution whose absolute value enlarges a face, as
/// a share of its size.
const ZOOM: [f32; 2] = [0.08, 0.15];
/// Standard deviation and bound of each normally distributed number of a face's shape.
const SHAPE: [f32; 2] = [0.5, 0.9];
/// Probability of an open mouth.
const OPEN: f32 = 0.35;
/// Probability of closed eyes.
const CLOSED: f32 = 0.06;
/// Radius around the middle of a face that a turn affects, in the face's size.
const REACH: f32 = 0.85;

/// A pose and an expression of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pose {
    mirrored: bool,
    /// Tilt of the head in radians, clockwise.
    tilt: f32,
    /// Movement of the middle of the face to the right and down, in the face's size.
    turn: [f32; 2],
    /// Factor by which the face is enlarged.
    zoom: f32,
    shape: FaceShape,
}

impl Pose {
    /// Draws a pose from a seed; `variety` is the share of it that is kept, 0…1.
    pub(super) fn drawn(seed: u64, variety: f32) -> Self {
        let mut noise = Noise::of_pose(seed);
        let mut drawn = |[deviation, most]: [f32; 2]| {
            let value = deviation * noise.normal(1)[0];
            variety * value.clamp(-most, most)
        };
        let [tilt, turn, nod, zoom] = [TILT, TURN, NOD, ZOOM].map(&mut drawn);
        let [age, eyes, face, smile, mouth] = [SHAPE; 5].map(&mut drawn);
        let [mirrored, open, closed] = [(); 3].map(|()| noise.share());
        Self {
            mirrored: mirrored < 0.5 * variety,
            tilt,
            turn: [turn, nod],
            zoom: 1.0 + zoom.abs(),
            shape: FaceShape {
                age,
                eyes,
                face,
                smile,
                mouth: if open < OPEN * variety {
                    mouth.abs()
                } else {
                    0.0
                },
                blink: if closed < CLOSED * variety { 1.0 } else { 0.0 },
                chibi: 0.0,
            },
        }
    }

    /// Brings a sketch into this pose; without the change of expression if its face has no
    /// landmarks.
    pub(super) fn of(&self, sketch: Picture, faces: &[FacePoints]) -> Picture {
        let [width, height] = [sketch.width(), sketch.height()];
        let sketch = AnyPicture::from(sketch);
        let mut sketch = match reshaped(&sketch, faces, &self.shape) {
            Some(reshaped) => reshaped.into_eight(),
            None => sketch.into_eight(),
        };
        if let Some(step) = faces.first().and_then(|face| turned(face, self.turn)) {
            sketch = resampled(&sketch, 0..width, 0..height, |place| step.source(place));
        }
        let centre = [width, height].map(|side| side as f32 / 2.0);
        let (sin, cos) = self.tilt.sin_cos();
        let source = |[x, y]: Point| {
            let (x, y) = ((x - centre[0]) / self.zoom, (y - centre[1]) / self.zoom);
            let across = if self.mirrored { -1.0 } else { 1.0 };
            [
                centre[0] + across * (cos * x + sin * y),
                centre[1] + cos * y - sin * x,
            ]
        };
        resampled(&sketch, 0..width, 0..height, source)
    }
}

/// A warp that turns a face: its middle moves by `turn`, in the face's size, and its border not at
/// all.
fn turned(face: &FacePoints, turn: [f32; 2]) -> Option<Step> {
    let points = [Landmark::LeftEye, Landmark::RightEye, Landmark::Chin].map(|it| face.point(it));
    if points.iter().any(|point| point.confidence < LEAST) {
        return None;
    }
    let [left, right, chin] = points.map(|point| [point.x, point.y]);
    let centre = [0, 1].map(|axis| (left[axis] + right[axis] + chin[axis]) / 3.0);
    let [.., width, height] = face.bounds;
    let size = (width + height) / 2.0;
    let by = turn.map(|it| it * size);
    Some(Step::shifted(centre, REACH * size, by))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Pose = Pose {
        mirrored: false,
        tilt: 0.0,
        turn: [0.0; 2],
        zoom: 1.0,
        shape: FaceShape {
            age: 0.0,
            eyes: 0.0,
            face: 0.0,
            smile: 0.0,
            mouth: 0.0,
            blink: 0.0,
            chibi: 0.0,
        },
    };

    /// A test picture of 41 pixels side with a dot at this place.
    fn dot(x: u32, y: u32) -> Picture {
        let pixels = (0..41 * 41).map(|at| if (at % 41, at / 41) == (x, y) { 255 } else { 0 });
        Picture::new(41, 41, pixels.flat_map(|value| [value; 3]).collect()).unwrap()
    }

    fn brightest(picture: &Picture) -> (u32, u32) {
        let pixels = picture.rgb().chunks_exact(3).enumerate();
        let (at, _) = pixels.max_by_key(|(_, pixel)| pixel[0]).unwrap();
        (at as u32 % 41, at as u32 / 41)
    }

    #[test]
    fn the_seed_decides_and_without_variety_nothing_is_drawn() {
        assert_eq!(Pose::drawn(7, 1.0), Pose::drawn(7, 1.0));
        assert_ne!(Pose::drawn(7, 1.0), Pose::drawn(8, 1.0));
        assert_eq!(Pose::drawn(7, 0.0), STILL);
        let poses: Vec<Pose> = (0..200).map(|seed| Pose::drawn(seed, 1.0)).collect();
        let share = |is: fn(&Pose) -> bool| poses.iter().filter(|pose| is(pose)).count();
        assert!((70..130).contains(&share(|pose| pose.mirrored)));
        assert!((40..100).contains(&share(|pose| pose.shape.mouth > 0.0)));
        assert!((2..30).contains(&share(|pose| pose.shape.blink > 0.0)));
        assert!(
            poses
                .iter()
                .all(|pose| pose.tilt.abs() <= TILT[1] && pose.zoom >= 1.0)
        );
    }

    #[test]
    fn pictures_are_mirrored_tilted_and_enlarged_around_their_middle() {
        let still = dot(30, 20);
        assert_eq!(STILL.of(still.clone(), &[]), still);
        let of = |pose: Pose| brightest(&pose.of(still.clone(), &[]));
        assert_eq!(
            of(Pose {
                mirrored: true,
                ..STILL
            }),
            (10, 20)
        );
        assert_eq!(of(Pose { zoom: 1.5, ..STILL }), (35, 20));
        let quarter = std::f32::consts::FRAC_PI_2;
        assert_eq!(
            of(Pose {
                tilt: quarter,
                ..STILL
            }),
            (20, 30)
        );
    }

    #[test]
    fn a_face_turns_in_its_middle_and_stays_at_its_border() {
        let mut face = FacePoints {
            bounds: [10.0, 10.0, 20.0, 20.0],
            points: Default::default(),
        };
        for landmark in [Landmark::LeftEye, Landmark::RightEye, Landmark::Chin] {
            assert!(turned(&face, [0.1, 0.0]).is_none(), "without {landmark:?}");
            let point = &mut face.points[landmark.index()];
            [point.x, point.y, point.confidence] = [20.0, 20.0, 0.9];
        }
        let step = turned(&face, [0.1, 0.0]).unwrap();
        let source = |x: f32| step.source([x, 20.0])[0];
        assert_eq!(source(20.0), 18.0);
        assert_eq!(source(38.0), 38.0);
        let moved: Vec<f32> = (4..37).map(|x| source(x as f32)).collect();
        assert!(moved.is_sorted(), "nothing folds");
    }
}
