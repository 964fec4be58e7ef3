//! The pyramid: a picture at repeatedly halved sizes, as the face network takes it.

use burn::tensor::{Device, Tensor, TensorData};
use utsushi_imaging::{Filter, Picture, over_white, resize_with};

use crate::faces::Face;
use crate::faces::network::STRIDE;

/// Longer side of the largest level, in pixels. There, a face that takes a fortieth of a picture's
/// longer side is large enough to be found.
const LARGEST: u32 = 512;

/// Longer side in pixels to which smaller pictures are enlarged.
const SMALLEST: u32 = 64;

/// Longer side in pixels below which no further level is made.
const LAST: u32 = 32;

/// Width of the grey margin around the picture in pixels, so that a face at the border has
/// surroundings.
const MARGIN: usize = 16;

/// A level of the pyramid: the picture at one size.
pub(crate) struct Level {
    /// Pixels of the level, `[height, width, 3]` in −1…1, including the margin.
    values: Vec<f32>,
    width: usize,
    height: usize,
    /// Number of pixels of the picture for each pixel of the level, across and down.
    scale: [f32; 2],
}

impl Level {
    fn new(picture: &Picture, original: (u32, u32)) -> Self {
        let [wide, high] = [picture.width(), picture.height()].map(|side| side as usize);
        let framed = |side: usize| (side + 2 * MARGIN).next_multiple_of(STRIDE);
        let (width, height) = (framed(wide), framed(high));
        let mut values = vec![0.0; width * height * 3];
        for (row, line) in picture.to_floats().chunks_exact(wide * 3).enumerate() {
            let start = ((row + MARGIN) * width + MARGIN) * 3;
            values[start..start + line.len()].copy_from_slice(line);
        }
        Self {
            values,
            width,
            height,
            scale: [
                original.0 as f32 / wide as f32,
                original.1 as f32 / high as f32,
            ],
        }
    }

    /// The level as a tensor `[1, height, width, 3]`, whose sides are multiples of the network's
    /// stride.
    pub(crate) fn tensor(&self, device: &Device) -> Tensor<4> {
        let shape = [1, self.height, self.width, 3];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }

    /// Converts a face in the level to one in the picture.
    pub(crate) fn enlarged(&self, face: Face) -> Face {
        let [across, down] = self.scale;
        Face {
            x: (face.x - MARGIN as f32) * across,
            y: (face.y - MARGIN as f32) * down,
            width: face.width * across,
            height: face.height * down,
            score: face.score,
        }
    }
}

/// Makes the levels at which faces are looked for, the largest first. Transparent pixels are white.
pub(crate) fn levels(picture: &Picture) -> Vec<Level> {
    let (wide, high) = (picture.width(), picture.height());
    let long = wide.max(high);
    let mut side = long.clamp(SMALLEST, LARGEST);
    let mut levels = Vec::new();
    let mut shown = flat(at(picture, side));
    loop {
        levels.push(Level::new(&shown, (wide, high)));
        side /= 2;
        if side < LAST {
            return levels;
        }
        shown = at(&shown, side);
    }
}

/// Resizes the picture to a longer side of `side` pixels.
fn at(picture: &Picture, side: u32) -> Picture {
    let (wide, high) = (picture.width(), picture.height());
    let long = u64::from(wide.max(high));
    let scaled = |length: u32| {
        let length = (u64::from(length) * u64::from(side) + long / 2) / long;
        length.max(1) as u32
    };
    resize_with(picture, scaled(wide), scaled(high), Filter::Bilinear)
}

fn flat(picture: Picture) -> Picture {
    if picture.alpha().is_none() {
        return picture;
    }
    let colours = over_white(&picture).into_owned();
    Picture::new(picture.width(), picture.height(), colours).expect("the colours of this picture")
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::Alpha;

    fn sides(width: u32, height: u32) -> Vec<(usize, usize)> {
        let picture = Picture::filled(width, height, [9; 3]);
        let levels = levels(&picture);
        levels
            .iter()
            .map(|level| (level.width, level.height))
            .collect()
    }

    #[test]
    fn sizes_halve_and_have_a_margin() {
        assert_eq!(
            sides(1024, 512),
            [(544, 288), (288, 160), (160, 96), (96, 64), (64, 48)]
        );
        assert_eq!(sides(96, 96), [(128, 128), (80, 80)]);
        // Enlarged.
        assert_eq!(sides(3, 3), [(96, 96), (64, 64)]);
        assert_eq!(sides(1, 1), [(96, 96), (64, 64)]);
        assert_eq!(sides(1, 4000)[0], (40, 544));
    }

    #[test]
    fn faces_come_back_in_pixels_of_the_picture() {
        let picture = Picture::filled(1024, 512, [9; 3]);
        let levels = levels(&picture);
        let face = Face {
            x: 26.0,
            y: 16.0,
            width: 20.0,
            height: 30.0,
            score: 0.5,
        };
        let expected = Face {
            x: 40.0,
            y: 0.0,
            width: 80.0,
            height: 120.0,
            score: 0.5,
        };
        assert_eq!(levels[1].enlarged(face), expected);
    }

    #[test]
    fn nothing_is_white_and_around_the_picture_is_grey() {
        let black = Picture::filled(64, 64, [0; 3]);
        let clear = black.with_alpha(Alpha::Eight(vec![0; 64 * 64])).unwrap();
        let level = &levels(&clear)[0];
        let at = |row: usize, column: usize| level.values[(row * level.width + column) * 3];
        assert_eq!((at(0, 0), at(40, 40), at(15, 40)), (0.0, 1.0, 0.0));
    }
}
