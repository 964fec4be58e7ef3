//! Likeness: whether a face in a painting is still that of the content.

use utsushi_imaging::{Picture, lightness};

use super::Face;
use crate::blotches::means;
use crate::mask::grow;

/// Usual size of faces in training, in pixels.
const USUAL: f32 = 77.0;
/// Radii of the two box filters between which eyes, nose and mouth are seen, in faces of [`USUAL`]
/// size.
const FEATURES: [f32; 2] = [1.0, 4.0];
/// Radius of the box filter from which lines and cracks stand out: they are about a pixel wide in
/// any face.
const LINES: usize = 3;
/// Largest distance in pixels between a line of the content and the same line in the painting.
const NEAR: usize = 4;
/// Contrast of a crack in levels of 255: a pixel of the painting is a crack if it stands out by
/// more than this, and by more than [`FARTHER`] times anything near it in the content.
const CRACK: f64 = 10.0;
/// Factor by which a crack of the painting stands out more than anything near it in the content.
const FARTHER: f64 = 3.0;

/// Likeness of a painted face to that of the content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likeness {
    /// Correlation of the painted face's features with the content's, −1…1, where features are
    /// differences in brightness from the surroundings.
    pub(crate) features: f64,
    /// Share of the face's pixels that are cracks, streaks or spots.
    pub(crate) cracks: f64,
}

/// Compares a face in a picture and in its painting, which has the same size.
pub(crate) fn likeness(content: &Picture, painted: &Picture, face: &Face) -> Likeness {
    let (width, height) = (content.width() as usize, content.height() as usize);
    let [own, other] = [content, painted].map(lightness);
    let band = |values: &[f32], fine: usize, coarse: usize| -> Vec<f64> {
        let fine = means(values, width, height, fine);
        let coarse = means(values, width, height, coarse);
        fine.iter()
            .zip(coarse)
            .map(|(fine, it)| fine - it)
            .collect()
    };
    let inside: Vec<usize> = (0..width * height)
        .filter(|at| face.holds([(at % width) as f32, (at / width) as f32]))
        .collect();
    let scale = (face.size() / USUAL).clamp(1.0, 8.0);
    let [fine, coarse] = FEATURES.map(|radius| (radius * scale).round() as usize);
    let [given, found] = [&own, &other].map(|values| band(values, fine, coarse));
    let (mut common, mut squares) = (0.0, [0.0; 2]);
    for &at in &inside {
        common += given[at] * found[at];
        squares[0] += given[at].powi(2);
        squares[1] += found[at].powi(2);
    }
    let lines = band(&own, 0, LINES).into_iter();
    let mut near: Vec<f32> = lines.map(|line| line.abs() as f32).collect();
    grow(&mut near, width, height, NEAR);
    let lines = band(&other, 0, LINES);
    let is_crack = |at: &&usize| lines[**at].abs() > CRACK + FARTHER * f64::from(near[**at]);
    let cracks = inside.iter().filter(is_crack).count();
    Likeness {
        features: common / (squares[0] * squares[1]).sqrt().max(1e-9),
        cracks: cracks as f64 / inside.len().max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::{DecodeLimits, decode};

    use crate::faces::SAMPLE_PORTRAIT;

    const FACE: Face = Face {
        x: 26.0,
        y: 30.0,
        width: 76.0,
        height: 76.0,
        score: 1.0,
    };

    fn portrait() -> Picture {
        let decoded = decode(SAMPLE_PORTRAIT, &DecodeLimits::default());
        decoded.unwrap().picture
    }

    fn changed(change: impl Fn(usize, usize, u8) -> u8) -> Picture {
        let mut picture = portrait();
        let width = picture.width() as usize;
        for (at, byte) in picture.rgb_mut().iter_mut().enumerate() {
            *byte = change(at / 3 % width, at / 3 / width, *byte);
        }
        picture
    }

    #[test]
    fn a_face_with_other_tones_is_like_itself() {
        let darker = changed(|_, _, byte| byte / 2 + 20);
        let found = likeness(&portrait(), &darker, &FACE);
        assert!(found.features > 0.98, "{found:?}");
        assert_eq!(found.cracks, 0.0);
    }

    #[test]
    fn cracks_are_counted_and_lost_features_are_missed() {
        // Every ninth row of an even face, as streaks of scenery are.
        let even = Picture::filled(128, 128, [180; 3]);
        let mut streaked = even.clone();
        for (at, byte) in streaked.rgb_mut().iter_mut().enumerate() {
            *byte -= if at / 3 / 128 % 9 == 0 { 90 } else { 0 };
        }
        assert_eq!(likeness(&even, &even, &FACE).cracks, 0.0);
        let found = likeness(&even, &streaked, &FACE);
        assert!(found.cracks > 0.05, "{found:?}");
        // What is a line in the content too is no crack.
        assert_eq!(likeness(&streaked, &streaked, &FACE).cracks, 0.0);
        let upside_down = changed(|_, _, byte| 255 - byte);
        let found = likeness(&portrait(), &upside_down, &FACE);
        assert!(found.features < -0.9, "{found:?}");
        let empty = Picture::filled(128, 128, [128; 3]);
        let found = likeness(&portrait(), &empty, &FACE);
        assert_eq!((found.features, found.cracks), (0.0, 0.0));
    }

    #[test]
    fn a_face_beyond_the_picture_is_no_reason_to_fail() {
        let far = Face { x: 900.0, ..FACE };
        let found = likeness(&portrait(), &portrait(), &far);
        assert_eq!((found.features, found.cracks), (0.0, 0.0));
    }
}
