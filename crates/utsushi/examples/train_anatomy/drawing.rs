//! Training pictures with their targets.

use utsushi_anatomy::{Landmark, PointTarget, TargetMaps};
use utsushi_imaging::{Filter, Picture, resize_with};

use crate::dice::Dice;
use crate::disturbance::disturb;
use crate::sample::{Sample, UNKNOWN};
use crate::sampling::between;
use crate::view::{SIDE, View};

/// A picture as the network sees it, and what is known of it.
pub struct Drawing {
    /// Colours 0…255, perhaps a little beyond.
    pub values: Vec<[f32; 3]>,
    pub classes: Vec<u8>,
    pub points: [PointTarget; Landmark::COUNT],
}

/// What lies behind a figure, or around a picture.
enum Ground {
    /// At the top and at the bottom.
    Colours([f32; 3], [f32; 3]),
    /// Some few pixels, enlarged to the square.
    Blurred(Picture),
}

impl Ground {
    fn random(samples: &[&Sample], dice: &mut Dice) -> Self {
        let top = dice.colour();
        match dice.below(4) {
            0 => Self::Colours(top, dice.colour()),
            1 => {
                let sample = samples[dice.below(samples.len())];
                Self::blurred(&sample.picture, dice.size(3.0, 24.0) as u32)
            }
            _ => Self::Colours(top, top),
        }
    }

    fn blurred(picture: &Picture, few: u32) -> Self {
        let picture = picture.clone().without_alpha();
        Self::Blurred(resize_with(&picture, few, few, Filter::Box))
    }

    /// The colour at a point given in shares of the sides.
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 3] {
        match self {
            Self::Colours(top, bottom) => {
                let share = y.clamp(0.0, 1.0);
                std::array::from_fn(|it| top[it] + (bottom[it] - top[it]) * share)
            }
            Self::Blurred(picture) => {
                let [wide, high] = [picture.width() as usize, picture.height() as usize];
                let place = [x * wide as f32 - 0.5, y * high as f32 - 0.5];
                between(picture.rgb(), wide, high, place[0], place[1])
            }
        }
    }
}

impl Drawing {
    /// A picture in a view on white, as it is measured.
    pub fn plain(sample: &Sample, view: View) -> Self {
        let white = Ground::Colours([255.0; 3], [255.0; 3]);
        let border = Ground::blurred(&sample.picture, 8);
        Self::laid(sample, view, &white, &border)
    }

    /// A random training picture, of one of the samples.
    pub fn random(samples: &[&Sample], sample: &Sample, dice: &mut Dice) -> Self {
        let view = View::random(sample, dice);
        let ground = Ground::random(samples, dice);
        let border = if dice.chance(0.5) {
            Ground::blurred(&sample.picture, 12)
        } else {
            let colour = dice.colour();
            Ground::Colours(colour, colour)
        };
        let mut drawing = Self::laid(sample, view, &ground, &border);
        disturb(&mut drawing, dice);
        drawing
    }

    fn laid(sample: &Sample, view: View, ground: &Ground, border: &Ground) -> Self {
        let own = &sample.picture;
        let (own_wide, own_high) = (own.width() as f32, own.height() as f32);
        let shrunk;
        // Shrinking takes a filter, enlarging does not.
        let shown = if view.scale < 0.95 {
            let side = |length: f32| ((length * view.scale).round() as u32).max(1);
            shrunk = resize_with(own, side(own_wide), side(own_high), Filter::Bilinear);
            &shrunk
        } else {
            own
        };
        let (wide, high) = (shown.width() as usize, shown.height() as usize);
        let alpha = shown.alpha().map(|alpha| alpha.to_eight());
        let mut values = Vec::with_capacity(SIDE * SIDE);
        let mut classes = Vec::with_capacity(SIDE * SIDE);
        for at in 0..SIDE * SIDE {
            let point = [at % SIDE, at / SIDE].map(|it| it as f32 + 0.5);
            let [x, y] = view.source(point);
            let inside = (0.0..own_wide).contains(&x) && (0.0..own_high).contains(&y);
            let shares = [x / own_wide, y / own_high];
            let (across, down) = (shares[0] * wide as f32 - 0.5, shares[1] * high as f32 - 0.5);
            let behind = || ground.at(point.map(|it| it / SIDE as f32));
            let (colour, class) = match &alpha {
                Some(_) if !inside => (behind(), 0),
                None if !inside => (border.at(shares), UNKNOWN),
                _ => {
                    let colour: [f32; 3] = between(shown.rgb(), wide, high, across, down);
                    let class = sample.classes[y as usize * own.width() as usize + x as usize];
                    let colour = match &alpha {
                        Some(alpha) => {
                            let [share] = between(alpha, wide, high, across, down);
                            let behind = behind();
                            std::array::from_fn(|it| {
                                behind[it] + (colour[it] - behind[it]) * share / 255.0
                            })
                        }
                        None => colour,
                    };
                    (colour, class)
                }
            };
            values.push(colour);
            classes.push(class);
        }
        Self {
            values,
            classes,
            points: points(sample, view),
        }
    }

    /// `[SIDE, SIDE, 3]` in −1…1.
    pub fn numbers(&self) -> impl Iterator<Item = f32> {
        let values = self.values.iter().flatten();
        values.map(|value| value.clamp(0.0, 255.0) / 127.5 - 1.0)
    }

    pub fn targets(&self) -> TargetMaps {
        TargetMaps::new(SIDE, SIDE, &self.classes, self.points)
    }

    pub fn picture(&self) -> Picture {
        let bytes = self.values.iter().flatten();
        let bytes = bytes.map(|value| value.round().clamp(0.0, 255.0) as u8);
        Picture::new(SIDE as u32, SIDE as u32, bytes.collect()).expect("a colour for each pixel")
    }
}

fn points(sample: &Sample, view: View) -> [PointTarget; Landmark::COUNT] {
    let mut points = [PointTarget::Unknown; Landmark::COUNT];
    if !view.shows_landmarks(sample) {
        return points;
    }
    if sample.face.is_none() {
        return [PointTarget::Absent; Landmark::COUNT];
    }
    for landmark in Landmark::ALL {
        let shown = if view.mirrored {
            landmark.mirrored()
        } else {
            landmark
        };
        if let Some(place) = sample.points[landmark.index()] {
            points[shown.index()] = PointTarget::At(view.target(place));
        }
    }
    points
}
