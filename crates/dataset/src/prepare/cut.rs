//! Cutting: from the bytes of a file to one training picture.

use utsushi_imaging::{
    Alpha, DecodeLimits, EncodeOptions, OutputFormat, Picture, Rectangle, catmull_rom, decode,
    encode, figure_square, resize,
};

use super::journal::Usable;
use super::settings::CutSettings;
use crate::crop::PixelBox;
use crate::perceptual_hash::{PerceptualHash, brightness};
use crate::{ContentHash, Crop, DropReason, FaceCrop, FindFace};

/// Smallest share of the ground for [`Crop::Figure`]: a picture with less is painted to its edges.
const LEAST_GROUND: f64 = 0.15;

/// A training picture that was cut from a file.
pub(super) struct CutPicture {
    pub png: Vec<u8>,
    pub noted: Usable,
}

/// Decodes, crops, checks, scales and encodes the file with this content hash.
pub(super) fn cut(
    bytes: &[u8],
    content: &ContentHash,
    settings: &CutSettings,
    faces: Option<&dyn FindFace>,
) -> Result<CutPicture, DropReason> {
    let unreadable = |detail: String| DropReason::Unreadable { detail };
    let limits = DecodeLimits {
        max_pixels: settings.max_pixels,
        ..DecodeLimits::default()
    };
    let decoded = decode(bytes, &limits).map_err(|error| unreadable(error.to_string()))?;
    let (picture, more_frames) = (decoded.picture, decoded.more_frames);
    let (width, height) = (picture.width(), picture.height());
    // What counts is what the picture holds: a square continued beyond it does not gain detail.
    let held = |square: PixelBox| square.side.min(width).min(height);
    let face = match (settings.crop, faces) {
        (Crop::Face, Some(faces)) => faces.crop(&picture),
        _ => None,
    };
    // A face too small to be learned from is none: what lies around it may be one after all.
    let face = face.filter(|face| held(face.square) >= settings.min_size);
    let found = match settings.crop {
        Crop::Face => face.map(|face| face.square),
        Crop::Figure => figure_square(&picture, LEAST_GROUND)
            .map(PixelBox::from)
            .filter(|&found| held(found) >= settings.min_size),
        _ => None,
    };
    let faceless = settings.crop == Crop::Face && found.is_none();
    let square = found.unwrap_or_else(|| settings.crop.square(width, height));
    if held(square) < settings.min_size {
        let (width, height) = (square.side.min(width), square.side.min(height));
        return Err(DropReason::TooSmall {
            width,
            height,
            min_size: settings.min_size,
        });
    }
    let part = match face {
        Some(face) if face.turn != 0.0 => upright(&picture, &face),
        _ => cropped(&picture, square),
    };
    let whole = settings.ground.below(part, content);
    let scaled = resize(&whole, settings.size, settings.size);
    let deviation = brightness_deviation(&scaled);
    if deviation < settings.min_deviation {
        return Err(DropReason::Blank {
            deviation_hundredths: (deviation * 100.0) as u32,
        });
    }
    let png = encode(&scaled, OutputFormat::Png, EncodeOptions::default())
        .map_err(|error| unreadable(error.to_string()))?;
    // Of the picture before scaling, so that sets of every size leave out the same pictures.
    Ok(CutPicture {
        png,
        noted: Usable {
            fingerprint: PerceptualHash::of(&whole),
            width,
            height,
            faceless,
            more_frames,
        },
    })
}

/// Cuts a square out of a picture, extended by its edge pixels where it reaches beyond.
fn cropped(picture: &Picture, square: PixelBox) -> Picture {
    let (wide, high) = (i64::from(picture.width()), i64::from(picture.height()));
    let PixelBox { left, top, side } = square;
    let end = i64::from(side);
    if left >= 0 && top >= 0 && left + end <= wide && top + end <= high {
        let (left, top) = (left as u32, top as u32);
        return picture.crop(Rectangle {
            left,
            top,
            width: side,
            height: side,
        });
    }
    let mut rgb = Vec::with_capacity(side as usize * side as usize * 3);
    let mut alpha = Vec::new();
    for y in (top..top + end).map(|y| y.clamp(0, high - 1)) {
        for x in (left..left + end).map(|x| x.clamp(0, wide - 1)) {
            let index = (y * wide + x) as usize;
            rgb.extend_from_slice(&picture.rgb()[3 * index..3 * index + 3]);
            alpha.extend(picture.alpha().map(|alpha| alpha.at(index)));
        }
    }
    square_of(side, rgb, alpha)
}

/// Cuts a square out of a picture after rotating it so that the eyes of its face are level. Beyond
/// the border the picture is mirrored, since repeated edge pixels would be streaks.
fn upright(picture: &Picture, face: &FaceCrop) -> Picture {
    let [wide, high] = [picture.width(), picture.height()].map(|side| side as usize);
    let PixelBox { left, top, side } = face.square;
    let (sine, cosine) = face.turn.sin_cos();
    let mirrored = |at: i64, length: usize| {
        let at = at.rem_euclid(2 * length as i64) as usize;
        at.min(2 * length - 1 - at)
    };
    let opacity = |index: usize| match picture.alpha() {
        Some(alpha) => f32::from(alpha.at(index)),
        None => 65535.0,
    };
    let mut rgb = Vec::with_capacity(side as usize * side as usize * 3);
    let mut alpha = Vec::new();
    for row in 0..i64::from(side) {
        for column in 0..i64::from(side) {
            let [x, y] = [
                (left + column) as f32 + 0.5 - face.middle[0],
                (top + row) as f32 + 0.5 - face.middle[1],
            ];
            let from = [
                face.middle[0] + cosine * x - sine * y - 0.5,
                face.middle[1] + sine * x + cosine * y - 0.5,
            ];
            let (mut colour, mut opaque) = ([0.0; 3], 0.0);
            let [across, down] = from.map(|at| catmull_rom(at - at.floor()));
            for (dy, down) in (-1..).zip(down) {
                let y = mirrored(from[1].floor() as i64 + dy, high);
                for (dx, across) in (-1..).zip(across) {
                    let x = mirrored(from[0].floor() as i64 + dx, wide);
                    let index = y * wide + x;
                    // What is transparent has no say in the colour.
                    let weight = down * across * opacity(index);
                    opaque += weight;
                    let pixel = &picture.rgb()[3 * index..3 * index + 3];
                    for (colour, &byte) in colour.iter_mut().zip(pixel) {
                        *colour += weight * f32::from(byte);
                    }
                }
            }
            let weight = opaque.max(1.0);
            rgb.extend(colour.map(|value| (value / weight).round().clamp(0.0, 255.0) as u8));
            if picture.alpha().is_some() {
                alpha.push(opaque.round().clamp(0.0, 65535.0) as u16);
            }
        }
    }
    square_of(side, rgb, alpha)
}

/// Makes a square picture from colours and alpha; opaque if `alpha` is empty.
fn square_of(side: u32, rgb: Vec<u8>, alpha: Vec<u16>) -> Picture {
    let whole = Picture::new(side, side, rgb).expect("a colour for each pixel was pushed");
    if alpha.is_empty() {
        return whole;
    }
    whole
        .with_alpha(Alpha::Sixteen(alpha))
        .expect("an alpha for each pixel was pushed")
}

/// Standard deviation of the brightness, in levels of 0…255.
fn brightness_deviation(picture: &Picture) -> f64 {
    let values = picture
        .rgb()
        .chunks_exact(3)
        .map(|pixel| f64::from(brightness(pixel)) / 1000.0);
    let count = picture.pixels() as f64;
    let (sum, squares) = values.fold((0.0, 0.0), |(sum, squares), it| {
        (sum + it, squares + it * it)
    });
    let mean = sum / count;
    (squares / count - mean * mean).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uncropped_picture_is_continued_by_its_edges() {
        let rgb = vec![1, 1, 1, 2, 2, 2, 3, 3, 3];
        let picture = Picture::new(3, 1, rgb.clone()).unwrap();
        let square = crate::Crop::None.square(3, 1);
        assert_eq!(
            cropped(&picture, square).rgb(),
            [rgb.clone(), rgb.clone(), rgb].concat()
        );
    }

    #[test]
    fn a_turned_face_is_cut_with_level_eyes() {
        // Two dark eyes on a line that falls to the right by 30 degrees.
        let middle = [50.0, 46.0];
        let turn = 30f32.to_radians();
        let eyes = [-1.0, 1.0].map(|side| {
            let out = 12.0 * side;
            [middle[0] + out * turn.cos(), middle[1] + out * turn.sin()]
        });
        let mut picture = Picture::filled(100, 90, [220; 3]);
        for (index, pixel) in picture.rgb_mut().chunks_exact_mut(3).enumerate() {
            let [x, y] = [index % 100, index / 100].map(|at| at as f32 + 0.5);
            if eyes.iter().any(|eye| (x - eye[0]).hypot(y - eye[1]) < 3.0) {
                pixel.fill(20);
            }
        }
        let square = PixelBox {
            left: 20,
            top: 16,
            side: 60,
        };
        let cut = upright(
            &picture,
            &FaceCrop {
                square,
                middle,
                turn,
            },
        );
        // The middle of what is dark to either side of the face.
        let dark = |right: bool| {
            let pixels = cut.rgb().chunks_exact(3).enumerate();
            let dark =
                pixels.filter(|(index, pixel)| pixel[0] < 100 && (index % 60 >= 30) == right);
            let places: Vec<_> = dark
                .map(|(index, _)| [index % 60, index / 60].map(|at| at as f32 + 0.5))
                .collect();
            [0, 1].map(|axis| places.iter().map(|at| at[axis]).sum::<f32>() / places.len() as f32)
        };
        let [left, right] = [dark(false), dark(true)];
        for (found, expected) in [(left, [18.0, 30.0]), (right, [42.0, 30.0])] {
            let off = (found[0] - expected[0]).hypot(found[1] - expected[1]);
            assert!(off < 0.3, "{found:?} is not {expected:?}");
        }
        // Corners that reach beyond the picture show it mirrored.
        for at in [0, 59, 60 * 59, 60 * 60 - 1] {
            assert_eq!(cut.rgb()[3 * at..3 * at + 3], [220; 3], "{at}");
        }
    }

    #[test]
    fn the_deviation_of_two_levels_is_half_their_difference() {
        let picture = Picture::new(2, 1, vec![100, 100, 100, 110, 110, 110]).unwrap();
        assert!((brightness_deviation(&picture) - 5.0).abs() < 1e-6);
        assert!(brightness_deviation(&Picture::filled(9, 9, [33, 66, 99])) < 1e-3);
    }
}
