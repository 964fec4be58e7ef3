//! Training pictures: faces of many sizes on surroundings of many kinds.

use utsushi::faces::{Face, FaceTargetMaps};
use utsushi_imaging::{Filter, resize_with};

use crate::canvas::{Canvas, Mask, View};
use crate::clutter::clutter;
use crate::dice::Dice;
use crate::sample::Sample;

/// Side of a training picture in pixels.
pub const SIDE: usize = 128;

/// A picture with faces, and the faces in it.
pub struct Scene {
    pub canvas: Canvas,
    /// Each face with the number under which it was laid down.
    pub faces: Vec<(Face, u16)>,
}

impl Scene {
    /// Surroundings: a colour, two, something blurred, or (`enlarged`) parts of faces so large that
    /// they are none.
    pub fn background(side: usize, samples: &[&Sample], dice: &mut Dice, enlarged: bool) -> Self {
        let top = dice.colour();
        let bottom = if dice.chance(0.6) { top } else { dice.colour() };
        let mut scene = Self {
            canvas: Canvas::new(side, top, bottom),
            faces: Vec::new(),
        };
        let kind = dice.fraction();
        if kind < 0.25 {
            let sample = samples[dice.below(samples.len())];
            let few = dice.size(3.0, 12.0) as u32;
            let blurred = resize_with(&sample.picture, few, few, Filter::Box);
            let blurred = resize_with(&blurred, side as u32, side as u32, Filter::CatmullRom);
            let middle = side as f32 / 2.0;
            let view = View {
                scale: 1.0,
                angle: 0.0,
                anchor: [middle; 2],
                at: [middle; 2],
            };
            scene.canvas.lay(&blurred, view, Mask::Whole, 0);
        } else if kind < 0.6 && enlarged {
            let sample = samples[dice.below(samples.len())];
            let size = dice.size(115.0, 420.0);
            scene.part(sample, size, Mask::Whole, [side as f32 / 2.0; 2], dice);
        }
        scene
    }

    /// Lays a random part of a picture down, with a face of `size` pixels.
    fn part(&mut self, sample: &Sample, size: f32, mask: Mask, at: [f32; 2], dice: &mut Dice) {
        let (wide, high) = (
            sample.picture.width() as f32,
            sample.picture.height() as f32,
        );
        let anchor = [dice.between(0.1, 0.9) * wide, dice.between(0.1, 0.9) * high];
        let scale = size / sample.face.size();
        let view = View {
            scale,
            angle: dice.between(-0.5, 0.5),
            anchor,
            at,
        };
        self.lay(sample, view, mask);
    }

    /// Lays a picture down whose face has `size` pixels and its middle at a point.
    pub fn face(&mut self, sample: &Sample, size: f32, at: [f32; 2], dice: &mut Dice) {
        let scale = size / sample.face.size();
        let anchor = sample.face.centre();
        let head = sample.head.centre();
        let middle = [0, 1].map(|axis| at[axis] + (head[axis] - anchor[axis]) * scale);
        let half = [sample.head.width, sample.head.height].map(|length| length * scale * 0.52);
        let mask = if dice.chance(0.5) {
            Mask::Whole
        } else {
            Mask::Ellipse(middle, half)
        };
        let tilted = dice.chance(0.4);
        let angle = if tilted {
            dice.between(-0.35, 0.35)
        } else {
            0.0
        };
        let view = View {
            scale,
            angle,
            anchor,
            at,
        };
        self.lay(sample, view, mask);
    }

    fn lay(&mut self, sample: &Sample, view: View, mask: Mask) {
        let owner = self.faces.len() as u16 + 1;
        self.canvas.lay(&sample.picture, view, mask, owner);
        let centre = sample.face.centre();
        let (x, y) = (centre[0] - view.anchor[0], centre[1] - view.anchor[1]);
        let (sine, cosine) = view.angle.sin_cos();
        let (width, height) = (
            sample.face.width * view.scale,
            sample.face.height * view.scale,
        );
        let face = Face {
            x: view.at[0] + (x * cosine - y * sine) * view.scale - width / 2.0,
            y: view.at[1] + (x * sine + y * cosine) * view.scale - height / 2.0,
            width,
            height,
            score: 1.0,
        };
        self.faces.push((face, owner));
    }

    /// The targets of the network: faces that show are to be found, halves of faces are ignored.
    pub fn targets(&self) -> FaceTargetMaps {
        let mut maps = FaceTargetMaps::new(self.canvas.side, self.canvas.side);
        for (face, owner) in &self.faces {
            let shown = self.canvas.shown(face, *owner);
            if shown >= 0.75 {
                maps.add(face);
            } else if shown > 0.05 && face.size() < 112.0 {
                maps.ignore(face);
            }
        }
        maps
    }
}

/// A random training picture, `[SIDE, SIDE, 3]` in −1…1, with its targets.
pub fn draw(samples: &[&Sample], dice: &mut Dice) -> (Vec<f32>, FaceTargetMaps) {
    let side = SIDE as f32;
    let mut scene = Scene::background(SIDE, samples, dice, true);
    if dice.chance(0.5) {
        clutter(&mut scene.canvas, dice);
    }
    for _ in 0..dice.below(4) {
        let sample = samples[dice.below(samples.len())];
        let middle = [dice.between(0.0, side), dice.between(0.0, side)];
        let half = [dice.size(5.0, 45.0), dice.size(5.0, 45.0)];
        let mask = if dice.chance(0.5) {
            Mask::Rectangle(middle, half)
        } else {
            Mask::Ellipse(middle, half)
        };
        let size = dice.size(112.0, 350.0);
        scene.part(sample, size, mask, middle, dice);
    }
    let count = [0, 1, 1, 1, 1, 1, 2, 2][dice.below(8)];
    for _ in 0..count {
        let sample = samples[dice.below(samples.len())];
        let size = dice.size(11.0, 72.0).min(3.0 * sample.face.size());
        let at = [
            dice.between(-0.02, 1.02) * side,
            dice.between(-0.02, 1.02) * side,
        ];
        scene.face(sample, size, at, dice);
    }
    let mut targets = scene.targets();
    let mut values = scene.canvas.values;
    recolour(&mut values, dice);
    if dice.chance(0.15) {
        values = softened(&values, dice);
    }
    if dice.chance(0.5) {
        for row in values.chunks_exact_mut(SIDE) {
            row.reverse();
        }
        targets = mirrored(&scene.canvas.owners, &scene.faces);
    }
    let values = values
        .iter()
        .flatten()
        .map(|value| value.clamp(0.0, 255.0) / 127.5 - 1.0);
    (values.collect(), targets)
}

/// The targets of the mirrored picture.
fn mirrored(owners: &[u16], faces: &[(Face, u16)]) -> FaceTargetMaps {
    let mut canvas = Canvas::new(SIDE, [0.0; 3], [0.0; 3]);
    for (row, own) in canvas
        .owners
        .chunks_exact_mut(SIDE)
        .zip(owners.chunks_exact(SIDE))
    {
        row.copy_from_slice(own);
        row.reverse();
    }
    let mirror = |face: &Face| Face {
        x: SIDE as f32 - face.x - face.width,
        ..*face
    };
    let faces = faces.iter().map(|(face, owner)| (mirror(face), *owner));
    Scene {
        canvas,
        faces: faces.collect(),
    }
    .targets()
}

/// Other light, other tints, greys, grain.
fn recolour(values: &mut [[f32; 3]], dice: &mut Dice) {
    let gain = dice.between(0.6, 1.3);
    let tint = [0; 3].map(|_| gain * dice.between(0.85, 1.15));
    let lift = dice.between(-30.0, 30.0);
    let grey = if dice.chance(0.2) {
        dice.between(0.5, 1.0)
    } else {
        0.0
    };
    let grain = if dice.chance(0.2) {
        dice.between(2.0, 14.0)
    } else {
        0.0
    };
    for value in values {
        let brightness = 0.3 * value[0] + 0.59 * value[1] + 0.11 * value[2];
        for channel in 0..3 {
            let colour = value[channel] + (brightness - value[channel]) * grey;
            let noise = if grain > 0.0 {
                dice.between(-grain, grain)
            } else {
                0.0
            };
            value[channel] = (colour - 128.0) * tint[channel] + 128.0 + lift + noise;
        }
    }
}

/// As a picture that was enlarged.
fn softened(values: &[[f32; 3]], dice: &mut Dice) -> Vec<[f32; 3]> {
    let canvas = Canvas {
        side: SIDE,
        values: values.to_vec(),
        owners: Vec::new(),
    };
    let side = (SIDE as f32 / dice.between(1.2, 2.5)) as u32;
    let small = resize_with(&canvas.picture(), side, side, Filter::Bilinear);
    let soft = resize_with(&small, SIDE as u32, SIDE as u32, Filter::CatmullRom);
    soft.rgb()
        .as_chunks::<3>()
        .0
        .iter()
        .map(|colour| colour.map(f32::from))
        .collect()
}
