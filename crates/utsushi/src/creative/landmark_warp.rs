//! Landmark warps, which carry the landmarks of one face to those of another, in a whole picture or
//! around a face.
//!
//! Each landmark travels in a straight line at constant speed from its place in the one picture to
//! its place in the other. At every moment the landmarks' velocities are spread over the picture,
//! and each place is carried along by the velocities that it meets. A picture that is carried like
//! this does not fold, however far its landmarks travel, and at each moment both pictures meet,
//! landmark on landmark.

use super::resampled::{Point, from_inside, resampled};
use super::shape::LEAST;
use crate::pipeline::Depth;
use utsushi_anatomy::{FacePoints, Landmark};

/// Landmarks that must be found in a face for it to lead a warp.
const NEEDED: [Landmark; 3] = [Landmark::LeftEye, Landmark::RightEye, Landmark::Mouth];

/// Number of points on each side of the picture that stay where they are.
const FIXED: usize = 4;

/// Distance from a landmark within which it leads alone, in distances between the eyes.
const NEAR: f32 = 0.04;

/// Number of cells along the longer side of the field on which places are followed.
const CELLS: usize = 96;

/// Number of time steps from the one picture to the other.
const STEPS: f32 = 16.0;

/// Distance from the middle of a face up to which its landmarks lead, in its width or height,
/// whichever is larger.
const REACH: f32 = 1.0;

/// Share of [`REACH`] within which landmarks lead at full weight.
const WHOLLY: f32 = 0.6;

/// A warp between the landmarks of two pictures of the same size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LandmarkWarp {
    /// The part of the picture that is warped: left, top, width and height in pixels.
    bounds: [f32; 4],
    ways: Vec<Way>,
    /// Distance from a landmark within which it leads alone, in pixels.
    near: f32,
    /// Centre and radius of the circle outside of which nothing moves, if there is one.
    round: Option<(Point, f32)>,
}

/// A landmark's place in the first picture, and the vector along which it travels to the second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Way {
    start: Point,
    way: Point,
}

/// The first face whose eyes and mouth are found surely enough to lead a warp.
pub(super) fn leading(faces: &[FacePoints]) -> Option<&FacePoints> {
    let found = |face: &&FacePoints| NEEDED.iter().all(|&it| face.point(it).confidence >= LEAST);
    faces.iter().find(found)
}

impl LandmarkWarp {
    /// The warp from one face to another in pictures of the given size, by the landmarks that both
    /// show.
    pub(super) fn between(from: &FacePoints, to: &FacePoints, (width, height): (u32, u32)) -> Self {
        let size = [width as f32, height as f32];
        let fixed = (0..4 * FIXED).map(|index| {
            let share = (index % FIXED) as f32 / FIXED as f32;
            let start = match index / FIXED {
                0 => [share, 0.0],
                1 => [1.0, share],
                2 => [1.0 - share, 1.0],
                _ => [0.0, 1.0 - share],
            };
            Way {
                start: [0, 1].map(|axis| start[axis] * size[axis]),
                way: [0.0; 2],
            }
        });
        Self {
            bounds: [0.0, 0.0, size[0], size[1]],
            ways: fixed.chain(shared(from, to)).collect(),
            near: near(from, to),
            round: None,
        }
    }

    /// The warp from a face to another shape of it, by the landmarks that both show. Pixels farther
    /// from the face than its width stay.
    pub(super) fn of_face(from: &FacePoints, to: &FacePoints) -> Self {
        let [left, top, width, height] = from.bounds;
        let middle = [left + width / 2.0, top + height / 2.0];
        let radius = REACH * width.max(height);
        let fixed = (0..4 * FIXED).map(|index| {
            let angle = std::f32::consts::TAU * index as f32 / (4 * FIXED) as f32;
            let (sine, cosine) = angle.sin_cos();
            Way {
                start: [middle[0] + radius * cosine, middle[1] + radius * sine],
                way: [0.0; 2],
            }
        });
        let [left, top] = middle.map(|at| at - radius);
        Self {
            bounds: [left, top, 2.0 * radius, 2.0 * radius],
            ways: fixed.chain(shared(from, to)).collect(),
            near: near(from, to),
            round: Some((middle, radius)),
        }
    }

    /// Carries a picture, whose landmarks are where the pair's are at the time `own`, to the time
    /// `to`: 0 is the first picture of the pair and 1 the second.
    pub(super) fn carried<P: Depth>(&self, picture: &P, own: f32, to: f32) -> P {
        if own == to {
            return picture.clone();
        }
        let field = self.field(to, own);
        let [left, top, width, height] = self.bounds;
        let within = |start: f32, length: f32, end: u32| {
            let pixel = |at: f32| at.clamp(0.0, end as f32) as u32;
            pixel(start)..pixel((start + length).ceil())
        };
        let columns = within(left, width, picture.width());
        let rows = within(top, height, picture.height());
        let size = [picture.width(), picture.height()];
        resampled(picture, columns, rows, |place| match self.round {
            None => field.at(place),
            Some((middle, radius)) if distance(place, middle) >= radius => place,
            Some(_) => from_inside(place, field.at(place), size),
        })
    }

    /// Computes, for a grid of places at the time `from`, how far they are moved at the time `to`.
    fn field(&self, from: f32, to: f32) -> DisplacementField {
        let [left, top, width, height] = self.bounds;
        let cell = (width.max(height) / CELLS as f32).max(1.0);
        let [columns, rows] = [width, height].map(|side| (side / cell).ceil() as usize + 1);
        let start = [left, top];
        let nodes = (0..columns * rows).map(|index| {
            let node = [index % columns, index / columns].map(|at| at as f32 * cell);
            let node = [0, 1].map(|axis| start[axis] + node[axis]);
            let end = self.followed(node, from, to);
            [end[0] - node[0], end[1] - node[1]]
        });
        DisplacementField {
            start,
            cell,
            columns,
            moves: nodes.collect(),
        }
    }

    /// Follows a place from one time to another.
    fn followed(&self, mut place: Point, from: f32, to: f32) -> Point {
        let steps = ((to - from).abs() * STEPS).ceil().max(1.0);
        let step = (to - from) / steps;
        for index in 0..steps as usize {
            let time = from + step * index as f32;
            // The velocity half way of a step stands for all of it.
            let half = self.velocity(place, time);
            let middle = [0, 1].map(|axis| place[axis] + half[axis] * step / 2.0);
            let velocity = self.velocity(middle, time + step / 2.0);
            place = [0, 1].map(|axis| place[axis] + velocity[axis] * step);
        }
        place
    }

    /// The velocity at a place: that of the translation, scaling and rotation that come nearest to
    /// the landmarks' velocities, with nearer landmarks weighing more (moving least squares,
    /// Schaefer et al. 2006). It fades to 0 towards the border of the circle.
    fn velocity(&self, place: Point, time: f32) -> Point {
        let share = match self.round {
            None => 1.0,
            Some((middle, radius)) => {
                let far = distance(place, middle) / radius;
                let inwards = ((1.0 - far) / (1.0 - WHOLLY)).clamp(0.0, 1.0);
                inwards * inwards * (3.0 - 2.0 * inwards)
            }
        };
        if share == 0.0 {
            return [0.0; 2];
        }
        self.velocity_of_ways(place, time).map(|it| it * share)
    }

    fn velocity_of_ways(&self, place: Point, time: f32) -> Point {
        let near = self.near * self.near;
        let at = |it: &Way| [0, 1].map(|axis| it.start[axis] + it.way[axis] * time);
        let weight = |point: Point| {
            let distance = (point[0] - place[0]).powi(2) + (point[1] - place[1]).powi(2);
            (near / (distance + near)).powi(2)
        };
        let (mut sum, mut middle, mut mean) = (0.0, [0.0; 2], [0.0; 2]);
        for way in &self.ways {
            let point = at(way);
            let weight = weight(point);
            sum += weight;
            for axis in [0, 1] {
                middle[axis] += weight * point[axis];
                mean[axis] += weight * way.way[axis];
            }
        }
        let [middle, mean] = [middle, mean].map(|it: Point| it.map(|value| value / sum));
        let (mut growth, mut turn, mut spread) = (0.0, 0.0, 0.0);
        for way in &self.ways {
            let point = at(way);
            let weight = weight(point);
            let [x, y] = [point[0] - middle[0], point[1] - middle[1]];
            growth += weight * (x * way.way[0] + y * way.way[1]);
            turn += weight * (x * way.way[1] - y * way.way[0]);
            spread += weight * (x * x + y * y);
        }
        if spread <= 0.0 {
            return mean;
        }
        let [growth, turn] = [growth / spread, turn / spread];
        let [x, y] = [place[0] - middle[0], place[1] - middle[1]];
        [
            mean[0] + growth * x - turn * y,
            mean[1] + growth * y + turn * x,
        ]
    }
}

/// The paths of the landmarks that both faces show.
fn shared(from: &FacePoints, to: &FacePoints) -> impl Iterator<Item = Way> {
    Landmark::ALL.into_iter().filter_map(move |landmark| {
        let [from, to] = [from, to].map(|face| face.point(landmark));
        (from.confidence >= LEAST && to.confidence >= LEAST).then_some(Way {
            start: [from.x, from.y],
            way: [to.x - from.x, to.y - from.y],
        })
    })
}

/// Distance from a landmark within which it leads alone, in pixels.
fn near(from: &FacePoints, to: &FacePoints) -> f32 {
    let apart = |face: &FacePoints| {
        let [left, right] = [Landmark::LeftEye, Landmark::RightEye].map(|it| face.point(it));
        (right.x - left.x).hypot(right.y - left.y)
    };
    (NEAR * (apart(from) + apart(to)) / 2.0).max(0.5)
}

fn distance(one: Point, other: Point) -> f32 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

/// A field of movements at the corners of square cells.
struct DisplacementField {
    /// Place of the upper left corner of the first cell.
    start: Point,
    /// Side of a cell in pixels.
    cell: f32,
    columns: usize,
    /// Movement at each corner in pixels, `[rows, columns]`.
    moves: Vec<Point>,
}

impl DisplacementField {
    /// Moves a place by the field; between corners, movements are interpolated.
    fn at(&self, place: Point) -> Point {
        let rows = self.moves.len() / self.columns;
        let [(column, across), (row, down)] =
            [(0, self.columns), (1, rows)].map(|(axis, corners)| {
                let at =
                    ((place[axis] - self.start[axis]) / self.cell).clamp(0.0, (corners - 1) as f32);
                let first = (at as usize).min(corners.saturating_sub(2));
                (first, at - first as f32)
            });
        [0, 1].map(|axis| {
            let corner = |row: usize, column: usize| {
                let column = column.min(self.columns - 1);
                self.moves[row.min(rows - 1) * self.columns + column][axis]
            };
            let mixed = |row: usize| {
                corner(row, column) * (1.0 - across) + corner(row, column + 1) * across
            };
            place[axis] + mixed(row) * (1.0 - down) + mixed(row + 1) * down
        })
    }
}

#[cfg(test)]
mod tests {
    use utsushi_anatomy::PointFound;
    use utsushi_imaging::Picture;

    use super::*;

    /// A test face at a place in a picture of 200 pixels.
    fn face([x, y]: Point, size: f32) -> FacePoints {
        let places = [
            (Landmark::LeftEye, [-0.2, -0.1]),
            (Landmark::RightEye, [0.2, -0.1]),
            (Landmark::LeftEyeUpper, [-0.2, -0.15]),
            (Landmark::RightEyeUpper, [0.2, -0.15]),
            (Landmark::Mouth, [0.0, 0.25]),
            (Landmark::MouthLeft, [-0.12, 0.24]),
            (Landmark::MouthRight, [0.12, 0.24]),
            (Landmark::Chin, [0.0, 0.5]),
        ];
        let mut points = [PointFound::default(); Landmark::COUNT];
        for (landmark, place) in places {
            points[landmark.index()] = PointFound {
                x: x + size * place[0],
                y: y + size * place[1],
                confidence: 0.9,
            };
        }
        let bounds = [x - size / 2.0, y - size / 2.0, size, size];
        FacePoints { bounds, points }
    }

    fn found(face: &FacePoints) -> Vec<Point> {
        let points = face.points.iter().filter(|point| point.confidence > 0.0);
        points.map(|point| [point.x, point.y]).collect()
    }

    #[test]
    fn landmarks_meet_at_every_moment_and_corners_stay() {
        let (from, to) = (face([80.0, 90.0], 70.0), face([125.0, 105.0], 100.0));
        let warp = LandmarkWarp::between(&from, &to, (200, 200));
        for time in [0.25, 0.5, 1.0] {
            let fields = [warp.field(time, 0.0), warp.field(time, 1.0)];
            for (&start, end) in found(&from).iter().zip(found(&to)) {
                let now = [0, 1].map(|axis| start[axis] * (1.0 - time) + end[axis] * time);
                for (field, own) in fields.iter().zip([start, end]) {
                    let source = field.at(now);
                    let off = (source[0] - own[0]).hypot(source[1] - own[1]);
                    assert!(
                        off < 1.0,
                        "{time}: {now:?} comes from {source:?}, not {own:?}"
                    );
                }
            }
            for corner in [[0.0, 0.0], [200.0, 0.0], [200.0, 200.0], [0.0, 200.0]] {
                let source = fields[0].at(corner);
                let off = (source[0] - corner[0]).hypot(source[1] - corner[1]);
                assert!(off < 2.0, "{corner:?} comes from {source:?}");
            }
        }
    }

    #[test]
    fn a_picture_does_not_fold_however_far_a_face_goes() {
        let (from, to) = (face([70.0, 80.0], 60.0), face([120.0, 110.0], 100.0));
        let warp = LandmarkWarp::between(&from, &to, (200, 200));
        for (start, end) in [(0.5, 0.0), (0.5, 1.0), (1.0, 0.0), (0.0, 1.0)] {
            let field = warp.field(start, end);
            for row in 0..199 {
                for column in 0..199 {
                    let at = |x: u16, y: u16| field.at([f32::from(x) + 0.5, f32::from(y) + 0.5]);
                    let [here, right, below] =
                        [at(column, row), at(column + 1, row), at(column, row + 1)];
                    let [right, below] =
                        [right, below].map(|it| [it[0] - here[0], it[1] - here[1]]);
                    let area = right[0] * below[1] - right[1] * below[0];
                    assert!(
                        area > 0.0,
                        "folded at {column}, {row} from {start} to {end}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_ends_of_the_way_are_the_pictures_and_between_they_move() {
        let (from, to) = (face([80.0, 90.0], 70.0), face([110.0, 90.0], 70.0));
        let warp = LandmarkWarp::between(&from, &to, (200, 200));
        let mut picture = Picture::filled(200, 200, [255; 3]);
        // A black eye.
        for index in (0..200 * 200).filter(|at| {
            let place = [
                (at % 200) as f32 + 0.5 - 66.0,
                (at / 200) as f32 + 0.5 - 83.0,
            ];
            place[0].hypot(place[1]) < 4.0
        }) {
            picture.rgb_mut()[index * 3..index * 3 + 3].fill(0);
        }
        assert_eq!(warp.carried(&picture, 0.0, 0.0), picture);
        let half = warp.carried(&picture, 0.0, 0.5);
        let black = |x: usize| half.rgb()[(83 * 200 + x) * 3];
        assert!(
            black(81) < 30 && black(66) > 225,
            "{} {}",
            black(81),
            black(66)
        );
        // What was carried there and back is where it was.
        let back = warp.carried(&half, 0.5, 0.0);
        assert!(back.rgb()[(83 * 200 + 66) * 3] < 30);
    }

    #[test]
    fn another_shape_of_a_face_leaves_what_is_farther_away() {
        let before = face([100.0, 100.0], 60.0);
        let mut after = before.clone();
        for (landmark, by) in [
            (Landmark::LeftEyeUpper, -4.0),
            (Landmark::RightEyeUpper, -4.0),
            (Landmark::Chin, 8.0),
        ] {
            after.points[landmark.index()].y += by;
        }
        let warp = LandmarkWarp::of_face(&before, &after);
        let field = warp.field(1.0, 0.0);
        for (start, end) in found(&before).into_iter().zip(found(&after)) {
            let off = distance(field.at(end), start);
            assert!(off < 1.0, "{end:?} comes from {:?}", field.at(end));
        }
        let rgb = (0..200 * 200 * 3).map(|at| (at * 7 % 251) as u8).collect();
        let picture = Picture::new(200, 200, rgb).unwrap();
        let carried = warp.carried(&picture, 0.0, 1.0);
        assert_ne!(carried, picture);
        let pixels = picture.rgb().chunks(3).zip(carried.rgb().chunks(3));
        for (index, (before, after)) in pixels.enumerate() {
            let place = [index % 200, index / 200].map(|at| at as f32 + 0.5);
            if distance(place, [100.0, 100.0]) > 60.0 {
                assert_eq!(before, after, "{place:?}");
            }
        }
    }

    #[test]
    fn a_face_leads_by_its_eyes_and_mouth() {
        let whole = face([80.0, 90.0], 70.0);
        let mut without = whole.clone();
        without.points[Landmark::Mouth.index()].confidence = 0.1;
        assert_eq!(leading(&[without.clone(), whole.clone()]), Some(&whole));
        assert_eq!(leading(&[without]), None);
        assert_eq!(leading(&[]), None);
    }
}
