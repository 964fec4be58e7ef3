//! A face as a picture.

use utsushi_imaging::Picture;

use crate::face::{Age, Colour, Face, Role, Style, mixed};

/// Samples a side of a pixel.
const SAMPLES: u32 = 4;

/// The part of a drawing that a point belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Background,
    Hair,
    Skin,
    Cloth,
    Trim,
    /// Eyes, mouth, outlines: of no label.
    Detail,
}

/// The parts whose mean colours tell the labels.
pub const TELLING: [Part; 4] = [Part::Hair, Part::Skin, Part::Cloth, Part::Trim];

/// A drawn face.
pub struct Drawing {
    pub picture: Picture,
    /// The part that covers most of each pixel; details where parts meet.
    pub parts: Vec<Part>,
}

/// Draws a face of so many pixels a side.
pub fn draw(face: &Face, side: u32) -> Drawing {
    let (mut rgb, mut parts) = (Vec::new(), Vec::new());
    let fine = (side * SAMPLES) as f32;
    for y in 0..side {
        for x in 0..side {
            let mut sum = [0.0f32; 3];
            let first = part_at(face, [x, y].map(|v| (v * SAMPLES) as f32 / fine));
            let mut is_one = true;
            for sample in 0..SAMPLES * SAMPLES {
                let column = x * SAMPLES + sample % SAMPLES;
                let row = y * SAMPLES + sample / SAMPLES;
                let point = [column, row].map(|v| (v as f32 + 0.5) / fine);
                let part = part_at(face, point);
                is_one &= part == first;
                let colour = colour_at(face, point, part);
                for (sum, value) in sum.iter_mut().zip(colour) {
                    *sum += value;
                }
            }
            let scale = 255.0 / (SAMPLES * SAMPLES) as f32;
            rgb.extend(sum.map(|value| (value * scale).round() as u8));
            parts.push(if is_one { first } else { Part::Detail });
        }
    }
    Drawing {
        picture: Picture::new(side, side, rgb).expect("three bytes a pixel"),
        parts,
    }
}

/// A point as seen from the middle of an ellipse: below 1 inside.
fn within(point: [f32; 2], centre: [f32; 2], radii: [f32; 2]) -> f32 {
    let [x, y] = [0, 1].map(|axis| (point[axis] - centre[axis]) / radii[axis]);
    (x * x + y * y).sqrt()
}

fn part_at(face: &Face, point: [f32; 2]) -> Part {
    let [cx, cy] = face.centre;
    let [width, height] = face.head;
    let [x, y] = [point[0] - cx, point[1] - cy];
    let head = within(point, face.centre, face.head);
    let crown = within(point, [cx, cy - 0.05], [width + 0.07, height + 0.06]);
    let brow = cy - height * 0.45 + face.fringe + face.fringe_slant * x;
    if (crown < 1.0 || head < 1.0) && (y + height * 0.62).abs() < 0.045 {
        return Part::Trim;
    }
    if head < 1.0 && point[1] > brow {
        return if is_detail(face, [x, y]) {
            Part::Detail
        } else {
            Part::Skin
        };
    }
    let sides = x.abs() < width + 0.06 && y > 0.0 && y < face.hair_length;
    if (crown < 1.0 && y < 0.12) || (sides && head >= 1.0 && x.abs() > width * 0.72) {
        return Part::Hair;
    }
    let shoulders = within(point, [cx, 1.12], [0.46, 0.33]);
    if x.abs() < 0.09
        && y > 0.0
        && point[1] < 0.9
        && within(point, [cx, 0.8], [0.13, 0.07]) >= 1.0
        && shoulders >= 0.92
    {
        return Part::Skin;
    }
    if shoulders < 1.0 {
        // The collar and a seam have the trim's colour.
        let is_trim = shoulders > 0.88 || x.abs() < 0.025;
        return if is_trim { Part::Trim } else { Part::Cloth };
    }
    Part::Background
}

/// Eyes, brows, nose and mouth, from the middle of the face.
fn is_detail(face: &Face, [x, y]: [f32; 2]) -> bool {
    let eye = within([x.abs(), y], [face.eye_gap, 0.0], face.eye);
    let [mouth_width, bend] = face.mouth;
    let share = x / mouth_width;
    let mouth = share.abs() < 1.0 && (y - 0.16 + bend * share * share).abs() < 0.011;
    let nose = x.abs() < 0.008 && (0.05..0.09).contains(&y);
    eye < 1.0 || mouth || nose
}

fn colour_at(face: &Face, point: [f32; 2], part: Part) -> Colour {
    let [x, y] = [point[0] - face.centre[0], point[1] - face.centre[1]];
    let is_ink = face.labels.style == Style::Ink;
    if is_ink && is_outline(face, point, part) {
        return [0.13, 0.11, 0.13];
    }
    let plain = match part {
        Part::Background => face.background,
        Part::Hair => mixed(face.hair, [0.0; 3], 0.25 * (y + 0.1).clamp(0.0, 1.0)),
        Part::Skin => wrinkled(face, [x, y]),
        Part::Cloth => woven(face, point),
        Part::Trim => face.trim,
        Part::Detail => {
            let eye = within([x.abs(), y], [face.eye_gap, 0.0], face.eye);
            match eye {
                eye if eye < 0.35 => [0.08; 3],
                eye if eye < 0.62 => face.iris,
                eye if eye < 1.0 => [0.97; 3],
                _ => mixed(face.skin, [0.35, 0.1, 0.1], 0.7),
            }
        }
    };
    let is_hatched = is_ink && matches!(part, Part::Hair | Part::Cloth | Part::Background);
    if is_hatched && ((point[0] + point[1]) * 26.0).fract() < 0.3 {
        mixed(plain, [0.0; 3], 0.22)
    } else {
        plain
    }
}

/// Whether another part is so near that a line is drawn.
fn is_outline(face: &Face, point: [f32; 2], part: Part) -> bool {
    const REACH: f32 = 0.009;
    let near = [[REACH, 0.0], [-REACH, 0.0], [0.0, REACH], [0.0, -REACH]];
    let other = |[right, down]: [f32; 2]| part_at(face, [point[0] + right, point[1] + down]);
    near.into_iter().any(|step| other(step) != part)
}

fn wrinkled(face: &Face, [x, y]: [f32; 2]) -> Colour {
    let forehead = x.abs() < 0.12 && ((y + 0.115).abs() < 0.007 || (y + 0.085).abs() < 0.006);
    let cheek = (x.abs() - 0.105 - 0.3 * (y - 0.1)).abs() < 0.008 && (0.07..0.17).contains(&y);
    if face.labels.age == Age::Old && (forehead || cheek) {
        mixed(face.skin, [0.25, 0.15, 0.12], 0.35)
    } else {
        face.skin
    }
}

/// Steel shines, the mage's cloth is plain, homespun has checks.
fn woven(face: &Face, point: [f32; 2]) -> Colour {
    let [x, y] = point;
    match face.labels.role {
        Role::Knight => {
            let shine = (1.0 - ((x - 0.34).abs().min((x - 0.7).abs()) / 0.08)).clamp(0.0, 1.0);
            mixed(face.cloth, [1.0; 3], 0.6 * shine)
        }
        Role::Mage => face.cloth,
        Role::Villager => {
            if ((x * 18.0) as u32 + (y * 18.0) as u32).is_multiple_of(2) {
                mixed(face.cloth, [0.0; 3], 0.25)
            } else {
                face.cloth
            }
        }
    }
}
