//! Octaves: how much smaller a picture must be for its face to have the size that a model knows.

use crate::faces::face::SHARE;

/// Number of times, 0…5, that a picture's sides are to be halved for its face, of `face` pixels, to
/// come as near as possible to the size of faces in the pictures that a model of `native` pixels
/// was trained on: the binary logarithm of `face / (0.6 · native)`, rounded.
///
/// The face is then 0.7 to 1.4 times as large as in training. Without halving, faces of up to twice
/// the size had red rims around their eyes and cracks in their skin; at half the size tones bleed
/// into each other.
///
/// `face` is a width or height in pixels. Anything but a positive number gives 0.
pub fn octaves(face: f64, native: usize) -> u32 {
    // A cast of what is below 0, or not a number, gives 0.
    (halvings(face, native).round() as u32).min(5)
}

/// Number of halvings, as a fraction, between a face of that many pixels and one in the pictures
/// that a model of `native` pixels was trained on: the binary logarithm of `face / (0.6 · native)`,
/// negative if it is smaller.
pub(crate) fn halvings(face: f64, native: usize) -> f64 {
    (face / (f64::from(SHARE) * native as f64)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_is_brought_nearest_to_its_size_in_training() {
        // At 128 pixels a face is trained with 76.8: √2 times as much lies between two octaves.
        for (face, expected) in [
            (10.0, 0),
            (76.8, 0),
            (108.0, 0),
            (109.0, 1),
            (153.6, 1),
            (217.0, 1),
            (218.0, 2),
            (307.2, 2),
            (614.4, 3),
            (1228.8, 4),
            (2457.6, 5),
            (1e9, 5),
        ] {
            assert_eq!(octaves(face, 128), expected, "{face}");
        }
        assert_eq!(octaves(76.8, 64), 1);
    }

    #[test]
    fn what_is_no_size_changes_nothing() {
        for wrong in [0.0, -5.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(octaves(wrong, 128), 0);
        }
        assert_eq!(octaves(f64::INFINITY, 128), 5);
        assert_eq!(octaves(50.0, 0), 5);
    }
}
