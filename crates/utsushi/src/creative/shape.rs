//! The shape of a face: larger eyes, a smile, an open mouth, another age.
//!
//! Style codes change colour, line and shade, and leave every line in its place. Lines are moved by
//! smooth warps that landmarks lead: a round part of the picture around a point is enlarged,
//! reduced or shifted, less and less towards its border, where nothing moves. So pixels outside of
//! these parts keep their bits, and no line breaks.

use utsushi_anatomy::{FacePoints, Landmark};
use utsushi_imaging::AnyPicture;

use super::resampled::{Point, from_inside, resampled};
use crate::pipeline::Depth;
use crate::spelling::nearest;

/// Changes of a face's shape. An amount of 0 changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaceShape {
    /// Age: −1 for the proportions of a child to 1 for those of old age.
    pub age: f32,
    /// Size of the eyes: −1 for small ones to 1 for large ones.
    pub eyes: f32,
    /// Shape of the face: −1 for long and narrow to 1 for short and round.
    pub face: f32,
    /// Smile: −1 for the corners of the mouth down to 1 for up.
    pub smile: f32,
    /// Opening of the mouth, 0…1.
    pub mouth: f32,
    /// Closing of the eyes, 0…1.
    pub blink: f32,
    /// Super-deformed proportions, 0…1: a large head, large eyes, and little below them.
    pub chibi: f32,
}

impl FaceShape {
    /// The changes' names, with the range of each amount.
    pub const NAMES: [(&'static str, [f32; 2]); 7] = [
        ("age", [-1.0, 1.0]),
        ("eyes", [-1.0, 1.0]),
        ("face", [-1.0, 1.0]),
        ("smile", [-1.0, 1.0]),
        ("mouth", [0.0, 1.0]),
        ("blink", [0.0, 1.0]),
        ("chibi", [0.0, 1.0]),
    ];

    /// Sets the amount of the change with this name.
    ///
    /// # Errors
    /// The name is unknown, or the amount is out of its range.
    pub fn set(&mut self, name: &str, amount: f32) -> Result<(), FaceShapeError> {
        let known = Self::NAMES.into_iter().find(|(own, _)| *own == name);
        let Some((name, [least, most])) = known else {
            return Err(FaceShapeError::Unknown {
                name: name.to_owned(),
            });
        };
        if !(least..=most).contains(&amount) {
            return Err(FaceShapeError::Amount {
                name,
                amount,
                least,
                most,
            });
        }
        *match name {
            "age" => &mut self.age,
            "eyes" => &mut self.eyes,
            "face" => &mut self.face,
            "smile" => &mut self.smile,
            "mouth" => &mut self.mouth,
            "blink" => &mut self.blink,
            _ => &mut self.chibi,
        } = amount;
        Ok(())
    }

    /// Whether all amounts are 0.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The error that a change of shape is unknown or out of range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaceShapeError {
    /// There is no change of this name.
    #[error("there is no shape `{name}`{}: expected one of {}", meant(name),
            FaceShape::NAMES.map(|(name, _)| name).join(", "))]
    Unknown {
        /// The unknown name.
        name: String,
    },
    /// An amount is out of range.
    #[error("{name}={amount} is out of range: expected a number from {least} to {most}")]
    Amount {
        /// Name of the change.
        name: &'static str,
        /// The amount that was given.
        amount: f32,
        /// The smallest amount allowed.
        least: f32,
        /// The largest amount allowed.
        most: f32,
    },
}

/// The change whose name is spelled most like the given one.
fn meant(name: &str) -> String {
    let near = nearest(name, FaceShape::NAMES.iter().map(|(name, _)| *name));
    near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"))
}

/// Changes the shape of the faces in a picture. Faces whose eyes, mouth or chin are not found stay
/// as they are; returns `None` if that is true of all. Alpha is warped, too.
pub fn reshaped(
    picture: &AnyPicture,
    faces: &[FacePoints],
    shape: &FaceShape,
) -> Option<AnyPicture> {
    let warps: Vec<Warp> = faces
        .iter()
        .filter_map(|face| Warp::of(face, shape))
        .collect();
    if warps.is_empty() {
        return None;
    }
    Some(match picture {
        AnyPicture::Eight(picture) => AnyPicture::from(warped(picture, &warps)),
        AnyPicture::Sixteen(picture) => AnyPicture::from(warped(picture, &warps)),
    })
}

/// One smooth movement within a round part of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    centre: Point,
    radius: f32,
    movement: Movement,
}

#[derive(Clone, Copy, Debug)]
enum Movement {
    /// Scaling by factors at the centre, along an axis and across it; the round part is `high`
    /// times as high along the axis as across.
    Scaled {
        axis: Point,
        by: [f32; 2],
        high: f32,
    },
    /// A shift by so many pixels at the centre; towards `outwards`, out of the face, the round part
    /// reaches only a `share` as far.
    Shifted {
        by: Point,
        outwards: Point,
        share: f32,
    },
    /// Bending about the centre, like a mouth that smiles: points `half` pixels to either side move
    /// by so many pixels, the first number across and outwards, the second against `down`. In
    /// between the movement grows with the square of the distance, and a little farther out it has
    /// its maximum, so that a mouth wider than it was found has no hanging corners. The round part
    /// is `high` times as high as wide.
    Bent {
        down: Point,
        half: f32,
        by: [f32; 2],
        high: f32,
    },
}

/// Reach of a smile around the middle of a mouth, in half widths of the mouth.
const REACH_OF_SMILE: f32 = 4.0;
/// Largest reach of a smile to the sides, in widths of the face.
const WIDEST_SMILE: f32 = 0.5;
/// Reach of a smile above and below the mouth, in widths of the face.
const HIGH_SMILE: f32 = 0.26;
/// Half the width of a mouth whose corners are not found, in widths of the face, and the smallest
/// half width of any mouth.
const HALF_MOUTH: [f32; 2] = [0.2, 0.03];
/// Distance from the middle, in half widths of a mouth, beyond which a smile moves nothing farther
/// up than the corners.
const BEYOND_MOUTH: f32 = 1.4;
/// Smallest factor of a single scaling: with a smaller one the picture would fold.
const SMALLEST: f32 = 0.45;
/// Farthest shift of a centre, as a share of the movement's radius.
const FARTHEST: f32 = 0.6;
/// Share of their inward reach by which movements of chin and cheeks reach out of the face, so that
/// little of what is not the face moves along.
const OUTSIDE: f32 = 0.45;
/// Smallest reach of a blink above and below the lids, in widths of the face.
const LOWEST_BLINK: f32 = 0.1;

const LEFT_BROW: [Landmark; 2] = [Landmark::LeftBrowOuter, Landmark::LeftBrowInner];
const RIGHT_BROW: [Landmark; 2] = [Landmark::RightBrowOuter, Landmark::RightBrowInner];

/// Confidence below which a landmark is not used.
pub(super) const LEAST: f32 = 0.15;

impl Step {
    /// A shift by `by` pixels at the centre.
    pub(super) fn shifted(centre: Point, radius: f32, by: Point) -> Self {
        Self {
            centre,
            radius,
            movement: Movement::Shifted {
                by,
                outwards: [0.0; 2],
                share: 1.0,
            },
        }
    }

    /// Farthest distance from its centre at which the step moves anything, in pixels.
    fn reach(&self) -> f32 {
        match self.movement {
            Movement::Shifted { .. } => self.radius,
            Movement::Scaled { high, .. } | Movement::Bent { high, .. } => {
                self.radius * high.max(1.0)
            }
        }
    }

    /// The place from which a pixel of the result comes.
    pub(super) fn source(&self, place: Point) -> Point {
        let away = [place[0] - self.centre[0], place[1] - self.centre[1]];
        // Along the axis and across it.
        let parts = |axis: Point| {
            let across = [-axis[1], axis[0]];
            [axis, across].map(|it| it[0] * away[0] + it[1] * away[1])
        };
        let distance = match self.movement {
            Movement::Scaled { axis, high, .. } => {
                let [along, across] = parts(axis);
                (along / high).hypot(across)
            }
            Movement::Shifted {
                outwards, share, ..
            } => {
                let out = away[0] * outwards[0] + away[1] * outwards[1];
                let further = out.max(0.0) * (1.0 / share - 1.0);
                let away = [0, 1].map(|axis| away[axis] + outwards[axis] * further);
                away[0].hypot(away[1])
            }
            Movement::Bent { down, high, .. } => {
                let [along, across] = parts(down);
                (along / high).hypot(across)
            }
        };
        let distance = distance / self.radius;
        if distance >= 1.0 {
            return place;
        }
        let bell = (1.0 - distance * distance).powi(2);
        match self.movement {
            Movement::Scaled { axis, by, .. } => {
                let across = [-axis[1], axis[0]];
                let parts = parts(axis);
                let moved =
                    [0, 1].map(|index| parts[index] * bell * (1.0 - 1.0 / by[index].max(SMALLEST)));
                [0, 1].map(|index| place[index] - axis[index] * moved[0] - across[index] * moved[1])
            }
            Movement::Shifted { by, share, .. } => {
                let length = by[0].hypot(by[1]);
                let limit = (FARTHEST * share * self.radius / length.max(1e-6)).min(1.0);
                [0, 1].map(|index| place[index] - by[index] * limit * bell)
            }
            Movement::Bent { down, half, by, .. } => {
                let across = [down[1], -down[0]];
                let out = (away[0] * across[0] + away[1] * across[1]) / half;
                let fading = |out: f32| 1.0 / (1.0 + (out / BEYOND_MOUTH).powi(4));
                let at_corner = fading(1.0) * (1.0 - (half / self.radius).powi(2)).powi(2);
                let share = bell * fading(out) / at_corner;
                let [outwards, up] = [by[0] * out * share, by[1] * out * out * share];
                [0, 1].map(|index| place[index] - across[index] * outwards + down[index] * up)
            }
        }
    }
}

/// All movements of a face, the last first, and the part of the picture that they affect.
struct Warp {
    steps: Vec<Step>,
    /// Bounds of the affected part: left, top, right, bottom in pixels.
    bounds: [f32; 4],
}

impl Warp {
    fn of(face: &FacePoints, shape: &FaceShape) -> Option<Self> {
        let at = |landmark: Landmark| {
            let point = face.points[landmark.index()];
            (point.confidence >= LEAST).then_some([point.x, point.y])
        };
        let [left, right] = [at(Landmark::LeftEye)?, at(Landmark::RightEye)?];
        let (mouth, chin) = (at(Landmark::Mouth)?, at(Landmark::Chin)?);
        let nose = at(Landmark::Nose);
        let between = [0, 1].map(|axis| (left[axis] + right[axis]) / 2.0);
        let tall = (chin[0] - between[0]).hypot(chin[1] - between[1]);
        let wide = face.bounds[2].max(tall);
        if tall < 4.0 {
            return None;
        }
        let down = [0, 1].map(|axis| (chin[axis] - between[axis]) / tall);
        let across = [down[1], -down[0]];
        let along = |towards: Point, by: f32| towards.map(|it| it * by * wide);
        let mut steps = Vec::new();
        let mut scaled_in = |centre: Point, radius: f32, by: [f32; 2], high: f32| {
            steps.push(Step {
                centre,
                radius: radius * wide,
                movement: Movement::Scaled {
                    axis: down,
                    by,
                    high,
                },
            });
        };
        let FaceShape {
            age,
            eyes,
            face: round,
            smile,
            mouth: open,
            blink,
            chibi,
        } = *shape;
        let (young, old) = ((-age).max(0.0), age.max(0.0));
        let eye_size = 1.0 + 0.7 * eyes.max(0.0) + 0.35 * eyes.min(0.0);
        let eye_size = eye_size * (1.0 + 0.6 * chibi) * (1.0 + 0.35 * young - 0.15 * old);
        if eye_size != 1.0 {
            for eye in [left, right] {
                scaled_in(eye, 0.36, [eye_size; 2], 1.0);
            }
        }
        if blink > 0.0 {
            let lids = [
                (left, Landmark::LeftEyeLower, LEFT_BROW),
                (right, Landmark::RightEyeLower, RIGHT_BROW),
            ];
            for (eye, lower, brow) in lids {
                let lower = at(lower).unwrap_or(eye);
                let centre = [0, 1].map(|axis| 0.4 * eye[axis] + 0.6 * lower[axis]);
                // The lids and what is between them, but not the brow above.
                let above = |point: Point| {
                    let away = [centre[0] - point[0], centre[1] - point[1]];
                    (away[0] * down[0] + away[1] * down[1]) / wide
                };
                let brow = brow.into_iter().filter_map(at).map(above);
                let radius = 0.3 * eye_size;
                let high = brow.fold(radius, f32::min).max(LOWEST_BLINK) / radius;
                // Twice, since once must not go as far.
                for _ in 0..2 {
                    scaled_in(centre, radius, [1.0 - 0.55 * blink, 1.0], high);
                }
            }
        }
        let mut scaled = |centre: Point, radius: f32, by: [f32; 2]| {
            scaled_in(centre, radius, by, 1.0);
        };
        let nose_size = 1.0 - 0.3 * chibi - 0.2 * young + 0.18 * old;
        if let Some(nose) = nose.filter(|_| nose_size != 1.0) {
            scaled(nose, 0.28, [nose_size; 2]);
        }
        let mouth_size = 1.0 - 0.25 * chibi - 0.15 * young;
        if mouth_size != 1.0 || open > 0.0 {
            scaled(mouth, 0.34, [mouth_size * (1.0 + 0.9 * open), mouth_size]);
        }
        if chibi > 0.0 {
            scaled(between, 2.0, [1.0 + 0.35 * chibi; 2]);
        }
        let mut shifted = |centre: Point, radius: f32, by: Point, outwards: Point| {
            steps.push(Step {
                centre,
                radius: radius * wide,
                movement: Movement::Shifted {
                    by,
                    outwards,
                    share: OUTSIDE,
                },
            });
        };
        let chin_up = 0.16 * chibi + 0.1 * young - 0.08 * old + 0.14 * round - 0.06 * open;
        if chin_up != 0.0 {
            shifted(chin, 0.7, along(down, -chin_up), down);
        }
        let cheeks_out = 0.05 * round + 0.04 * young;
        if cheeks_out != 0.0 {
            for (jaw, side) in [(Landmark::JawLeft, -1.0), (Landmark::JawRight, 1.0)] {
                if let Some(jaw) = at(jaw) {
                    shifted(
                        jaw,
                        0.5,
                        along(across, side * cheeks_out),
                        across.map(|it| side * it),
                    );
                }
            }
        }
        let corners_up = 0.07 * smile - 0.03 * old;
        if corners_up != 0.0 {
            // Both as far from the middle and as high, by the mean of both: a corner that is badly
            // found makes no crooked smile.
            let sides = [(Landmark::MouthLeft, -1.0), (Landmark::MouthRight, 1.0)];
            let mut mean = [0.0; 3];
            for (corner, side) in sides {
                let Some(corner) = at(corner) else { continue };
                let away = [corner[0] - mouth[0], corner[1] - mouth[1]];
                let along = |axis: Point| away[0] * axis[0] + away[1] * axis[1];
                let parts = [side * along(across), along(down), 1.0];
                mean = [0, 1, 2].map(|index| mean[index] + parts[index]);
            }
            let [out, low] = match mean[2] {
                0.0 => [HALF_MOUTH[0] * wide, 0.0],
                count => [mean[0] / count, mean[1] / count],
            };
            let half = out.max(HALF_MOUTH[1] * wide);
            let radius = (REACH_OF_SMILE * half)
                .min(WIDEST_SMILE * wide)
                .max(1.5 * half);
            // A small mouth bends as much as a large one, and not more.
            let within = |by: f32, share: f32| by.clamp(-share * half, share * half);
            steps.push(Step {
                centre: [0, 1].map(|axis| mouth[axis] + down[axis] * low),
                radius,
                movement: Movement::Bent {
                    down,
                    half,
                    by: [
                        within(0.035 * smile * wide, 0.3),
                        within(corners_up * wide, 0.6),
                    ],
                    high: HIGH_SMILE * wide / radius,
                },
            });
        }
        if steps.is_empty() {
            return None;
        }
        let reach = |axis: usize, side: f32| {
            let ends = steps
                .iter()
                .map(|step| step.centre[axis] + side * step.reach());
            ends.fold(between[axis], if side < 0.0 { f32::min } else { f32::max })
        };
        let bounds = [reach(0, -1.0), reach(1, -1.0), reach(0, 1.0), reach(1, 1.0)];
        // What is done to the picture last decides first where a pixel comes from.
        steps.reverse();
        Some(Self { steps, bounds })
    }

    fn source(&self, place: Point) -> Point {
        self.steps
            .iter()
            .fold(place, |place, step| step.source(place))
    }
}

fn warped<P: Depth>(picture: &P, warps: &[Warp]) -> P {
    let mut warped = picture.clone();
    for warp in warps {
        let [width, height] = [warped.width(), warped.height()];
        let [left, top, right, bottom] = warp.bounds;
        let within = |at: f32, end: u32| at.clamp(0.0, end as f32) as u32;
        let columns = within(left, width)..within(right.ceil(), width);
        let rows = within(top, height)..within(bottom.ceil(), height);
        warped = resampled(&warped, columns, rows, |place| {
            from_inside(place, warp.source(place), [width, height])
        });
    }
    warped
}

#[cfg(test)]
mod tests;
