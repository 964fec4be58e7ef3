//! A square that pictures are laid on.

use std::ops::Range;

use utsushi::faces::Face;
use utsushi_imaging::{Filter, Picture, resize_with};

use crate::sampling::between;

/// Colours 0…255, and who painted each pixel last.
pub struct Canvas {
    pub side: usize,
    pub values: Vec<[f32; 3]>,
    pub owners: Vec<u16>,
}

/// The place of a picture on the canvas.
#[derive(Clone, Copy)]
pub struct View {
    /// Pixels of the canvas for one of the picture.
    pub scale: f32,
    /// Turned by so many radians.
    pub angle: f32,
    /// The point of the picture, in its pixels…
    pub anchor: [f32; 2],
    /// …that comes to lie at this point of the canvas.
    pub at: [f32; 2],
}

/// The part of a picture that is laid down: a part of the canvas around a middle, with its half
/// width and half height.
#[derive(Clone, Copy)]
pub enum Mask {
    Whole,
    Rectangle([f32; 2], [f32; 2]),
    Ellipse([f32; 2], [f32; 2]),
}

impl Mask {
    /// The columns and rows of a canvas in which the picture may show.
    fn reach(&self, side: usize) -> [Range<usize>; 2] {
        let (middle, half) = match self {
            Self::Whole => return [0..side, 0..side],
            Self::Rectangle(middle, half) | Self::Ellipse(middle, half) => (middle, half),
        };
        [0, 1].map(|axis| {
            // An ellipse fades out beyond its outline.
            let reach = half[axis] * 1.1 + 1.0;
            let [start, end] = [middle[axis] - reach, middle[axis] + reach];
            start.max(0.0) as usize..(end.max(0.0) as usize).min(side)
        })
    }

    /// The share of the picture that shows at a point, 0…1.
    fn at(&self, [x, y]: [f32; 2]) -> f32 {
        match self {
            Self::Whole => 1.0,
            Self::Rectangle(middle, half) => {
                let within = (x - middle[0]).abs() <= half[0] && (y - middle[1]).abs() <= half[1];
                f32::from(u8::from(within))
            }
            Self::Ellipse(middle, half) => {
                let distance = ((x - middle[0]) / half[0]).hypot((y - middle[1]) / half[1]);
                ((1.1 - distance) / 0.2).clamp(0.0, 1.0)
            }
        }
    }
}

impl Canvas {
    /// One colour at the top, another at the bottom.
    pub fn new(side: usize, top: [f32; 3], bottom: [f32; 3]) -> Self {
        let values = (0..side * side).map(|index| {
            let share = (index / side) as f32 / side as f32;
            [0, 1, 2].map(|channel| top[channel] + (bottom[channel] - top[channel]) * share)
        });
        Self {
            side,
            values: values.collect(),
            owners: vec![0; side * side],
        }
    }

    /// Lays a picture down; what it covers is `owner`'s.
    pub fn lay(&mut self, picture: &Picture, view: View, mask: Mask, owner: u16) {
        let View {
            scale,
            angle,
            anchor,
            at,
        } = view;
        let shrunk;
        // Shrinking takes a filter, enlarging does not.
        let shown = if scale < 0.95 {
            let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
            let (width, height) = (side(picture.width()), side(picture.height()));
            shrunk = resize_with(picture, width, height, Filter::Bilinear);
            &shrunk
        } else {
            picture
        };
        let (wide, high) = (shown.width() as usize, shown.height() as usize);
        let ratio = [
            wide as f32 / picture.width() as f32,
            high as f32 / picture.height() as f32,
        ];
        let (sine, cosine) = angle.sin_cos();
        let [columns, rows] = mask.reach(self.side);
        for row in rows {
            for column in columns.clone() {
                let point = [column as f32 + 0.5, row as f32 + 0.5];
                let weight = mask.at(point);
                if weight <= 0.0 {
                    continue;
                }
                let (x, y) = ((point[0] - at[0]) / scale, (point[1] - at[1]) / scale);
                let across = (anchor[0] + x * cosine + y * sine) * ratio[0];
                let down = (anchor[1] - x * sine + y * cosine) * ratio[1];
                if !(0.0..wide as f32).contains(&across) || !(0.0..high as f32).contains(&down) {
                    continue;
                }
                let colour: [f32; 3] = between(shown.rgb(), wide, high, across - 0.5, down - 0.5);
                let index = row * self.side + column;
                for channel in 0..3 {
                    let value = &mut self.values[index][channel];
                    *value += (colour[channel] - *value) * weight;
                }
                if weight > 0.5 {
                    self.owners[index] = owner;
                }
            }
        }
    }

    /// The share of a box that shows what its owner laid there.
    pub fn shown(&self, part: &Face, owner: u16) -> f32 {
        let range = |start: f32, length: f32| {
            let end = (start + length).round().clamp(0.0, self.side as f32);
            start.round().clamp(0.0, self.side as f32) as usize..end as usize
        };
        let mut count = 0;
        for row in range(part.y, part.height) {
            for column in range(part.x, part.width) {
                count += usize::from(self.owners[row * self.side + column] == owner);
            }
        }
        count as f32 / (part.width * part.height).max(1.0)
    }

    pub fn picture(&self) -> Picture {
        let bytes = self
            .values
            .iter()
            .flatten()
            .map(|&value| value.round() as u8);
        let side = self.side as u32;
        Picture::new(side, side, bytes.collect()).expect("a colour for each pixel")
    }
}
