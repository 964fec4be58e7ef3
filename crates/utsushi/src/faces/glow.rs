//! Glowing eyes: a fault of paintings that is measured here.

use utsushi_imaging::{Picture, lightness};

use super::Face;
use crate::blotches::means;

/// Radius of the box filter that averages a pixel's surroundings, at the size that faces have in
/// training.
const AROUND: usize = 12;
/// Radius of the box filter that smooths the redness of a pixel itself.
const OWN: usize = 2;
/// Radius of the box filter that smooths the brightness of a pixel itself.
const FINE: usize = 1;

/// Difference, in levels of 255, by which eyes, brows and lashes are darker than their
/// surroundings.
const DARKER: f64 = 8.0;

/// Share of a face's height, from its top, in which eyes are looked for.
const UPPER: f32 = 0.6;

/// Share of the dark pixels, the reddest ones, by which the glow is measured.
const PART: f64 = 0.02;

/// Measures how much redder (red minus blue, in levels of 255) the reddest dark pixels about the
/// eyes of a face are in a painting than their surroundings. Both pictures have the same size, with
/// a face as large as is usual in training; 0 if the face has no dark eyes.
pub(crate) fn glow(picture: &Picture, painted: &Picture, face: &Face) -> f64 {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let above = |values: &[f32], own: usize| -> Vec<f64> {
        let own = means(values, width, height, own);
        let around = means(values, width, height, AROUND);
        own.iter().zip(around).map(|(own, it)| own - it).collect()
    };
    let light = above(&lightness(picture), FINE);
    let colours = painted.rgb().as_chunks::<3>().0.iter();
    let red: Vec<f32> = colours
        .map(|&[red, _, blue]| f32::from(red) - f32::from(blue))
        .collect();
    let red = above(&red, OWN);
    // What is below 0 becomes 0.
    let column = |x: f32| (x as usize).min(width);
    let row = |y: f32| (y as usize).min(height);
    let columns = column(face.x)..column(face.x + face.width);
    let mut dark = Vec::new();
    for row in row(face.y)..row(face.y + UPPER * face.height) {
        // Hair beside the face is dark as well, and may be red.
        let is_inside = |column: &usize| {
            let across = (*column as f32 + 0.5 - face.x) / face.width.max(1.0);
            let down = (row as f32 + 0.5 - face.y) / face.height.max(1.0);
            (2.0 * across - 1.0).hypot(2.0 * down - 1.0) <= 1.0
        };
        let places = columns.clone().filter(is_inside);
        let places = places.map(|column| row * width + column);
        let places = places.filter(|place| light[*place] < -DARKER);
        dark.extend(places.map(|place| red[place]));
    }
    dark.sort_by(f64::total_cmp);
    let counted = (dark.len() as f64 * PART).ceil() as usize;
    let reddest = &dark[dark.len() - counted..];
    reddest.iter().sum::<f64>() / counted.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face {
        x: 30.0,
        y: 30.0,
        width: 60.0,
        height: 60.0,
        score: 1.0,
    };

    /// A test picture: a grey face with eyes of the given colour.
    fn eyes(colour: [u8; 3]) -> Picture {
        let mut picture = Picture::filled(128, 128, [180; 3]);
        for (index, pixel) in picture
            .rgb_mut()
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .enumerate()
        {
            let (column, row) = (index % 128, index / 128);
            let in_eye = |left| (left..left + 9).contains(&column) && (48..56).contains(&row);
            if in_eye(42) || in_eye(70) {
                *pixel = colour;
            }
        }
        picture
    }

    #[test]
    fn red_in_dark_eyes_glows() {
        let face = eyes([40; 3]);
        assert_eq!(glow(&face, &face, &FACE), 0.0);
        assert!(glow(&face, &eyes([200, 90, 40]), &FACE) > 60.0);
        assert!(glow(&face, &eyes([40, 60, 140]), &FACE) < 0.0);
        // Red hair at the temple does not.
        let hair = |colour: [u8; 3]| {
            let mut picture = eyes([40; 3]);
            for row in 30..38 {
                picture.rgb_mut().as_chunks_mut::<3>().0[row * 128 + 30..row * 128 + 36]
                    .fill(colour);
            }
            picture
        };
        assert!(glow(&hair([40; 3]), &hair([200, 60, 40]), &FACE) < 1.0);
        // All of a red painting is red.
        let red = Picture::filled(128, 128, [200, 40, 40]);
        assert!(glow(&face, &red, &FACE).abs() < 1e-9);
    }

    #[test]
    fn without_dark_eyes_nothing_glows_wherever_the_face_is() {
        let even = Picture::filled(128, 128, [180; 3]);
        let far = Face {
            x: -40.0,
            y: 120.0,
            ..FACE
        };
        for face in [FACE, far] {
            assert_eq!(glow(&even, &eyes([255, 0, 0]), &face), 0.0);
        }
    }
}
