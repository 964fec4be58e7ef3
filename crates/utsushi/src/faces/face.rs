//! Faces, and the frame in which the models know faces.

use utsushi_imaging::{Picture, Rectangle};

/// Share of a training picture's width that its face takes.
pub(crate) const SHARE: f32 = 0.6;

/// Height of the middle of a face in a training picture, as a share of the picture's height. The
/// chin is then at five sixths, and the eyes are half way down.
const MIDDLE: f32 = 5.0 / 6.0 - SHARE / 2.0;

/// A face in a picture: from the forehead to the chin, without the hair.
///
/// The box is in pixels from the picture's top left. It includes parts of the face that the
/// picture's border cuts off, so it may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// Left side of the box, in pixels.
    pub x: f32,
    /// Upper side of the box, in pixels.
    pub y: f32,
    /// Width of the box in pixels, above 0.
    pub width: f32,
    /// Height of the box in pixels, above 0.
    pub height: f32,
    /// The finder's confidence, 0…1.
    pub score: f32,
}

/// A square part of a picture, in whole pixels; it may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// First column of the frame.
    pub left: i64,
    /// First row of the frame.
    pub top: i64,
    /// Side of the frame in pixels, at least 1.
    pub side: u32,
}

impl Face {
    /// The face's box: left, top, width and height in pixels.
    pub fn bounds(&self) -> [f32; 4] {
        [self.x, self.y, self.width, self.height]
    }

    /// This face in a copy of the picture that is scaled by these factors, across and down.
    pub(crate) fn scaled(&self, [across, down]: [f32; 2]) -> Self {
        Self {
            x: self.x * across,
            y: self.y * down,
            width: self.width * across,
            height: self.height * down,
            score: self.score,
        }
    }

    /// Centre of the face, across and down, in pixels.
    pub fn centre(&self) -> [f32; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// Size of the face: the side of a square with the box's area, in pixels.
    pub fn size(&self) -> f32 {
        (self.width * self.height).sqrt()
    }

    /// Overlap of this face with another: intersection over union of their boxes, 0…1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let common = |low: f32, length: f32, other_low: f32, other_length: f32| {
            ((low + length).min(other_low + other_length) - low.max(other_low)).max(0.0)
        };
        let shared = common(self.x, self.width, other.x, other.width)
            * common(self.y, self.height, other.y, other.height);
        let together = self.width * self.height + other.width * other.height - shared;
        if together > 0.0 {
            shared / together
        } else {
            0.0
        }
    }

    /// Whether a point of the picture lies in the face's box.
    pub fn holds(&self, [x, y]: [f32; 2]) -> bool {
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }

    /// The square frame around the face as it is in training pictures: the face takes six tenths of
    /// the width, the eyes are half way down and the chin is at five sixths.
    pub fn frame(&self) -> Frame {
        let side = (self.size() / SHARE).max(1.0);
        let [x, y] = self.centre();
        Frame {
            left: (x - side / 2.0).round() as i64,
            top: (y - side * MIDDLE).round() as i64,
            side: side.round() as u32,
        }
    }
}

impl Frame {
    /// Cuts this frame out of a picture, after moving it [`inside`](Self::inside).
    pub fn cut(self, picture: &Picture) -> Picture {
        let Self { left, top, side } = self.inside(picture.width(), picture.height());
        picture.crop(Rectangle {
            left: left as u32,
            top: top as u32,
            width: side,
            height: side,
        })
    }

    /// Moves the frame into a picture of `width`×`height`: by as little as needed, and made smaller
    /// only if the picture is.
    pub fn inside(self, width: u32, height: u32) -> Self {
        let side = self.side.min(width).min(height).max(1);
        let shrunk = i64::from(self.side) - i64::from(side);
        let placed = |start: i64, length: u32| {
            let room = (i64::from(length) - i64::from(side)).max(0);
            (start + shrunk / 2).clamp(0, room)
        };
        Self {
            left: placed(self.left, width),
            top: placed(self.top, height),
            side,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, width: f32, height: f32) -> Face {
        Face {
            x,
            y,
            width,
            height,
            score: 1.0,
        }
    }

    #[test]
    fn overlap_is_shared_over_covered() {
        let one = face(0.0, 0.0, 4.0, 2.0);
        assert_eq!(one.overlap(&one), 1.0);
        // Two of eight cells each are shared: 2 / (8 + 8 − 2).
        assert!((one.overlap(&face(3.0, 0.0, 4.0, 2.0)) - 2.0 / 14.0).abs() < 1e-6);
        assert_eq!(one.overlap(&face(4.0, 0.0, 4.0, 2.0)), 0.0);
        assert_eq!(one.overlap(&face(9.0, 9.0, 4.0, 2.0)), 0.0);
        assert_eq!(
            face(1.0, 1.0, 0.0, 0.0).overlap(&face(1.0, 1.0, 0.0, 0.0)),
            0.0
        );
    }

    #[test]
    fn a_framed_face_is_where_training_pictures_have_it() {
        let found = face(130.0, 70.0, 60.0, 60.0);
        let frame = found.frame();
        assert_eq!(frame.side, 100);
        let share = |value: f32, start: i64| (value - start as f32) / 100.0;
        assert!((share(found.x, frame.left) - 0.2).abs() < 0.01);
        assert!((share(found.x + found.width, frame.left) - 0.8).abs() < 0.01);
        assert!((share(found.y + found.height, frame.top) - 5.0 / 6.0).abs() < 0.01);
    }

    #[test]
    fn a_frame_is_brought_into_the_picture() {
        let frame = |left, top, side| Frame { left, top, side };
        assert_eq!(frame(5, 6, 10).inside(100, 50), frame(5, 6, 10));
        assert_eq!(frame(-5, 46, 10).inside(100, 50), frame(0, 40, 10));
        // Smaller around its own middle, then moved.
        assert_eq!(frame(10, -10, 80).inside(100, 60), frame(20, 0, 60));
        assert_eq!(frame(-900, 900, 80).inside(1, 4000), frame(0, 939, 1));
    }
}
