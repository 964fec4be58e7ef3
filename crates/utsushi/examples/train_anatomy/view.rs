//! How a picture comes to lie on the square that the network sees.

use crate::dice::Dice;
use crate::sample::Sample;

/// Side of a training picture in pixels.
pub const SIDE: usize = 192;

/// The size of a face in the middle of a training picture, in pixels.
pub const FACE: f32 = 64.0;

/// Faces smaller than this, in pixels, have no landmarks that could be told.
const LEAST: f32 = 36.0;

/// Enlarged more than so, a face is a blur.
const ENLARGED: f32 = 2.0;

/// A place of a picture on the square.
#[derive(Clone, Copy)]
pub struct View {
    /// Pixels of the square for one of the picture.
    pub scale: f32,
    /// Turned by so many radians.
    angle: f32,
    /// The point of the picture, in its pixels…
    anchor: [f32; 2],
    /// …that comes to lie at this point of the square, before that is mirrored.
    at: [f32; 2],
    /// Left and right change places.
    pub mirrored: bool,
}

impl View {
    /// The face in the middle, as the network is shown faces.
    pub fn of_face(centre: [f32; 2], size: f32) -> Self {
        Self {
            scale: FACE / size,
            angle: 0.0,
            anchor: centre,
            at: [SIDE as f32 / 2.0; 2],
            mirrored: false,
        }
    }

    /// The whole picture, as large as it fits times `scale`.
    pub fn whole(sample: &Sample, scale: f32) -> Self {
        let [width, height] = [sample.picture.width(), sample.picture.height()];
        Self {
            scale: SIDE as f32 / width.max(height) as f32 * scale,
            angle: 0.0,
            anchor: [width as f32 / 2.0, height as f32 / 2.0],
            at: [SIDE as f32 / 2.0; 2],
            mirrored: false,
        }
    }

    /// A random one: mostly of the face with what is around it, sometimes of the whole picture.
    pub fn random(sample: &Sample, dice: &mut Dice) -> Self {
        let near = dice.chance(0.75);
        let face = sample
            .face
            .filter(|face| near && face.size * ENLARGED >= FACE);
        let mut view = match face {
            Some(face) => {
                let mut view = Self::of_face(face.centre, face.size);
                view.scale *= (0.25 * normal(dice)).clamp(-0.6, 0.6).exp2();
                view.at = view.at.map(|at| at + dice.between(-12.0, 12.0));
                view.angle = dice.between(-25.0, 25.0).to_radians();
                view
            }
            None => {
                let mut view = Self::whole(sample, dice.between(0.5, 1.1));
                view.at = view.at.map(|at| at + dice.between(-24.0, 24.0));
                if dice.chance(0.3) {
                    view.angle = dice.between(-15.0, 15.0).to_radians();
                }
                view
            }
        };
        view.mirrored = dice.chance(0.5);
        view
    }

    /// The point of the picture that lies at a point of the square.
    pub fn source(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let x = if self.mirrored { SIDE as f32 - x } else { x };
        let [x, y] = [(x - self.at[0]) / self.scale, (y - self.at[1]) / self.scale];
        let (sine, cosine) = self.angle.sin_cos();
        [
            self.anchor[0] + x * cosine + y * sine,
            self.anchor[1] - x * sine + y * cosine,
        ]
    }

    /// Where a point of the picture comes to lie.
    pub fn target(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (x, y) = (x - self.anchor[0], y - self.anchor[1]);
        let (sine, cosine) = self.angle.sin_cos();
        let x_turned = self.at[0] + (x * cosine - y * sine) * self.scale;
        let y_turned = self.at[1] + (x * sine + y * cosine) * self.scale;
        if self.mirrored {
            [SIDE as f32 - x_turned, y_turned]
        } else {
            [x_turned, y_turned]
        }
    }

    /// Whether the face is large enough for its landmarks to be told, or there is none.
    pub fn shows_landmarks(&self, sample: &Sample) -> bool {
        sample
            .face
            .is_none_or(|face| face.size * self.scale >= LEAST)
    }
}

/// A standard normal number (Box and Muller 1958).
pub fn normal(dice: &mut Dice) -> f32 {
    let radius = (-2.0 * (1.0 - dice.fraction()).ln()).sqrt();
    radius * (std::f32::consts::TAU * dice.fraction()).cos()
}
