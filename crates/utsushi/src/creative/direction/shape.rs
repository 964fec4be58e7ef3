//! The change of a face's shape along a direction.

use utsushi_anatomy::{FacePoints, Landmark};

use crate::creative::landmark_warp::leading;
use crate::creative::resampled::Point;
use crate::creative::shape::LEAST;

/// Farthest that a landmark moves, whatever the amount, in widths of the face.
const FARTHEST: f32 = 0.3;

/// Number of standard errors below which a difference is taken for chance.
const CHANCE: f64 = 2.0;

/// Movements of the landmarks of a face for an amount of 1, in widths of the face and along its own
/// axes: across from the left eye to the right one, and down at right angles to that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShapeStep {
    /// Movement of each landmark, by its index; `None` if it is not known.
    moves: [Option<[f32; 2]>; Landmark::COUNT],
}

impl ShapeStep {
    /// Whether no landmark moves.
    pub fn is_none(&self) -> bool {
        self.farthest().is_none()
    }

    /// The landmark that moves farthest, and how far, in widths of the face.
    pub fn farthest(&self) -> Option<(Landmark, f32)> {
        let lengths = Landmark::ALL.into_iter().filter_map(|landmark| {
            let [x, y] = self.moved(landmark)?;
            Some((landmark, x.hypot(y)))
        });
        let farthest = lengths.max_by(|one, other| one.1.total_cmp(&other.1));
        farthest.filter(|(_, length)| *length > 0.0)
    }

    /// The movement of a landmark, across and down, in widths of the face; `None` if it is not
    /// known.
    pub fn moved(&self, landmark: Landmark) -> Option<[f32; 2]> {
        self.moves[landmark.index()]
    }

    /// Sets the movement of a landmark.
    pub(super) fn set(&mut self, landmark: Landmark, by: [f32; 2]) {
        self.moves[landmark.index()] = Some(by);
    }

    /// Adds up steps, each times its amount. A landmark that only some steps know moves by these.
    pub(in crate::creative) fn sum<'a>(steps: impl Iterator<Item = (&'a Self, f32)>) -> Self {
        let mut sum = Self::default();
        for (step, amount) in steps {
            for (sum, by) in sum.moves.iter_mut().zip(step.moves) {
                if let Some(by) = by {
                    let so_far = sum.unwrap_or_default();
                    *sum = Some([0, 1].map(|axis| so_far[axis] + amount * by[axis]));
                }
            }
        }
        sum
    }

    /// A face whose landmarks have moved by this step; those without a known movement get a
    /// confidence of 0. `None` if eyes or mouth are not found.
    pub(in crate::creative) fn applied(&self, face: &FacePoints) -> Option<FacePoints> {
        let axes = Axes::of(leading(std::slice::from_ref(face))?);
        let mut applied = face.clone();
        for (point, by) in applied.points.iter_mut().zip(self.moves) {
            let Some(by) = by else {
                point.confidence = 0.0;
                continue;
            };
            let length = by[0].hypot(by[1]);
            let share = (FARTHEST / length.max(1e-6)).min(1.0);
            let [x, y] = axes.in_picture(by.map(|it| it * share));
            (point.x, point.y) = (point.x + x, point.y + y);
        }
        Some(applied)
    }

    /// Computes the difference between the mean landmarks of two sets of faces, each of them
    /// brought upright, to a width of 1, with the middle between its eyes at the origin. Each face
    /// counts together with its mirror image, so that the direction in which faces look is not
    /// learned. Landmarks that fewer than half of the faces of a set show are unknown; differences
    /// that chance explains are 0.
    pub(super) fn between(from: &[FacePoints], to: &[FacePoints]) -> Self {
        let mut step = Self::default();
        let [from, to] = [from, to].map(|faces| faces.iter().map(normalised).collect::<Vec<_>>());
        for landmark in Landmark::ALL {
            let of = |faces: &[Normalised]| Spread::of(faces, landmark);
            if let (Some(from), Some(to)) = (of(&from), of(&to)) {
                step.set(landmark, to.away_from(&from));
            }
        }
        step
    }
}

/// The axes of a face in its picture.
struct Axes {
    middle: Point,
    /// Direction from the left eye to the right one, of length 1.
    across: Point,
    /// Width of the face in pixels.
    width: f32,
}

impl Axes {
    /// The axes of a face whose eyes are found.
    fn of(face: &FacePoints) -> Self {
        let at = |landmark| {
            let point = face.point(landmark);
            [point.x, point.y]
        };
        let [left, right] = [at(Landmark::LeftEye), at(Landmark::RightEye)];
        let apart = [0, 1].map(|axis| right[axis] - left[axis]);
        let length = apart[0].hypot(apart[1]).max(1e-3);
        let sides = [Landmark::FaceLeft, Landmark::FaceRight];
        let found = sides.iter().all(|&it| face.point(it).confidence >= LEAST);
        let [one, other] = sides.map(at);
        let between_sides = (other[0] - one[0]).hypot(other[1] - one[1]);
        Self {
            middle: [0, 1].map(|axis| (left[axis] + right[axis]) / 2.0),
            across: apart.map(|it| it / length),
            // The line of a face may lie under hair; that it is no wider than the eyes says so.
            width: if found && between_sides > 1.2 * length {
                between_sides
            } else {
                face.bounds[2].max(1.2 * length)
            },
        }
    }

    /// Converts a movement along the axes of the face to pixels of the picture.
    fn in_picture(&self, [x, y]: [f32; 2]) -> Point {
        let [cosine, sine] = self.across;
        [cosine * x - sine * y, sine * x + cosine * y].map(|it| it * self.width)
    }

    /// Converts a place in the picture to coordinates along the axes of the face, in its widths.
    fn in_face(&self, place: Point) -> [f32; 2] {
        let [x, y] = [0, 1].map(|axis| (place[axis] - self.middle[axis]) / self.width);
        let [cosine, sine] = self.across;
        [cosine * x + sine * y, cosine * y - sine * x]
    }
}

/// Landmarks of an upright face of width 1, averaged with those of its mirror image.
type Normalised = [Option<[f32; 2]>; Landmark::COUNT];

fn normalised(face: &FacePoints) -> Normalised {
    let axes = Axes::of(face);
    let own = |landmark: Landmark| {
        let point = face.point(landmark);
        (point.confidence >= LEAST).then(|| axes.in_face([point.x, point.y]))
    };
    Landmark::ALL.map(|landmark| {
        let other = own(landmark.mirrored()).map(|[x, y]| [-x, y]);
        match (own(landmark), other) {
            (Some(own), Some(other)) => Some([0, 1].map(|axis| (own[axis] + other[axis]) / 2.0)),
            (own, other) => own.or(other),
        }
    })
}

/// Mean and variance of the place of a landmark in a set of faces.
struct Spread {
    mean: [f64; 2],
    /// Variance of the mean; `None` for a single face.
    variance: Option<f64>,
}

impl Spread {
    /// Computes the spread of a landmark; `None` if fewer than half of the faces show it.
    fn of(faces: &[Normalised], landmark: Landmark) -> Option<Self> {
        let places = faces.iter().filter_map(|face| face[landmark.index()]);
        let places: Vec<_> = places.map(|place| place.map(f64::from)).collect();
        if places.is_empty() || 2 * places.len() < faces.len() {
            return None;
        }
        let count = places.len() as f64;
        let mean = [0, 1].map(|axis| places.iter().map(|at| at[axis]).sum::<f64>() / count);
        let squares: f64 = places
            .iter()
            .map(|at| (at[0] - mean[0]).powi(2) + (at[1] - mean[1]).powi(2))
            .sum();
        let variance = (places.len() > 1).then(|| squares / (count - 1.0) / count);
        Some(Self { mean, variance })
    }

    fn away_from(&self, other: &Self) -> [f32; 2] {
        let away = [0, 1].map(|axis| self.mean[axis] - other.mean[axis]);
        let error = match (self.variance, other.variance) {
            (Some(own), Some(other)) => (own + other).sqrt(),
            _ => 0.0,
        };
        if away[0].hypot(away[1]) < CHANCE * error {
            return [0.0; 2];
        }
        away.map(|it| it as f32)
    }
}

#[cfg(test)]
mod tests {
    use utsushi_anatomy::PointFound;

    use super::*;

    /// A test face of a width at a place, turned clockwise, with lids at the given distance from
    /// the middle of the eyes.
    fn face(place: Point, width: f32, turn: f32, lids: f32) -> FacePoints {
        let places = [
            (Landmark::LeftEye, [-0.22, 0.0]),
            (Landmark::LeftEyeUpper, [-0.22, -lids]),
            (Landmark::LeftEyeLower, [-0.22, lids]),
            (Landmark::RightEye, [0.22, 0.0]),
            (Landmark::RightEyeUpper, [0.22, -lids]),
            (Landmark::RightEyeLower, [0.22, lids]),
            (Landmark::FaceLeft, [-0.5, 0.0]),
            (Landmark::FaceRight, [0.5, 0.0]),
            (Landmark::Mouth, [0.0, 0.4]),
            (Landmark::Chin, [0.0, 0.6]),
        ];
        let mut points = [PointFound::default(); Landmark::COUNT];
        let (sine, cosine) = turn.sin_cos();
        for (landmark, [x, y]) in places {
            points[landmark.index()] = PointFound {
                x: place[0] + width * (cosine * x - sine * y),
                y: place[1] + width * (sine * x + cosine * y),
                confidence: 0.9,
            };
        }
        let bounds = [place[0] - width / 2.0, place[1] - 0.3 * width, width, width];
        FacePoints { bounds, points }
    }

    fn close([x, y]: [f32; 2], expected: [f32; 2]) {
        let off = (x - expected[0]).hypot(y - expected[1]);
        assert!(off < 1e-3, "{x}, {y} is not {expected:?}");
    }

    #[test]
    fn lids_go_apart_however_large_and_turned_the_faces_are() {
        let from = [
            face([50.0, 60.0], 70.0, 0.2, 0.05),
            face([400.0, 90.0], 200.0, -0.3, 0.05),
        ];
        let to = [
            face([80.0, 40.0], 50.0, 0.0, 0.08),
            face([90.0, 90.0], 120.0, 0.4, 0.08),
        ];
        let step = ShapeStep::between(&from, &to);
        let of = |landmark| step.moved(landmark).unwrap();
        close(of(Landmark::LeftEyeUpper), [0.0, -0.03]);
        close(of(Landmark::RightEyeLower), [0.0, 0.03]);
        close(of(Landmark::Chin), [0.0, 0.0]);
        assert_eq!(step.moved(Landmark::Nose), None);
        let (_, farthest) = step.farthest().unwrap();
        assert!((farthest - 0.03).abs() < 1e-3, "{farthest}");

        // A face that is turned by a right angle, and half of it and back.
        let lying = face([100.0, 100.0], 100.0, std::f32::consts::FRAC_PI_2, 0.05);
        let half = ShapeStep::sum([(&step, 1.0), (&step, -0.5)].into_iter());
        let moved = half.applied(&lying).unwrap();
        let upper = |face: &FacePoints| {
            let point = face.point(Landmark::LeftEyeUpper);
            [point.x, point.y]
        };
        let [before, after] = [&lying, &moved].map(upper);
        close(
            [0, 1].map(|axis| (after[axis] - before[axis]) / 100.0),
            [0.015, 0.0],
        );
    }

    #[test]
    fn chance_and_the_side_to_which_faces_look_are_no_shape() {
        let sets = [[0.048, 0.052], [0.049, 0.0525]];
        let [from, to] = sets.map(|set| set.map(|lids| face([50.0, 50.0], 80.0, 0.0, lids)));
        assert!(ShapeStep::between(&from, &to).is_none());
        let mut looking = face([50.0, 50.0], 80.0, 0.0, 0.05);
        for landmark in [Landmark::Mouth, Landmark::Chin] {
            looking.points[landmark.index()].x += 8.0;
        }
        let ahead = [face([50.0, 50.0], 80.0, 0.0, 0.05)];
        let step = ShapeStep::between(&ahead, &[looking]);
        assert!(step.farthest().is_none_or(|(_, length)| length < 1e-3));
    }

    #[test]
    fn no_landmark_goes_farther_than_a_face_holds() {
        let [from, to] = [0.05, 0.08].map(|lids| [face([50.0, 50.0], 80.0, 0.0, lids)]);
        let step = ShapeStep::between(&from, &to);
        let far = ShapeStep::sum([(&step, 100.0)].into_iter());
        let moved = far.applied(&from[0]).unwrap();
        let at = |face: &FacePoints| face.point(Landmark::LeftEyeUpper).y;
        assert!(((at(&from[0]) - at(&moved)) / 80.0 - FARTHEST).abs() < 1e-3);
        let mut blind = from[0].clone();
        blind.points[Landmark::LeftEye.index()].confidence = 0.0;
        assert_eq!(far.applied(&blind), None);
    }
}
