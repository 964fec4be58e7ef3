//! Interleaving of colours and alpha for encoders.

use std::borrow::Cow;

use crate::Picture;

/// Interleaves 8-bit colours and alpha: `[pixels, 4]` bytes.
pub(crate) fn rgba_eight(rgb: &[u8], alpha: &[u8]) -> Vec<u8> {
    let mut samples = Vec::with_capacity(alpha.len() * 4);
    for (&[red, green, blue], &alpha) in rgb.as_chunks::<3>().0.iter().zip(alpha) {
        samples.extend([red, green, blue, alpha]);
    }
    samples
}

/// Interleaves 8-bit colours and 16-bit alpha: `[pixels, 4]` 16-bit samples in native byte order. A
/// byte times 257 spans the full range and rounds back to the byte.
pub(super) fn rgba_sixteen(rgb: &[u8], alpha: &[u16]) -> Vec<u8> {
    let mut samples = Vec::with_capacity(alpha.len() * 8);
    for (colour, &alpha) in rgb.as_chunks::<3>().0.iter().zip(alpha) {
        for &byte in colour {
            samples.extend((u16::from(byte) * 257).to_ne_bytes());
        }
        samples.extend(alpha.to_ne_bytes());
    }
    samples
}

/// The colours of a picture as it looks on white paper, `[height, width, 3]`.
pub fn over_white(picture: &Picture) -> Cow<'_, [u8]> {
    let Some(alpha) = picture.alpha() else {
        return Cow::Borrowed(picture.rgb());
    };
    let mut flat = picture.rgb().to_vec();
    for (index, colour) in flat.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let share = u32::from(alpha.at(index));
        for byte in colour {
            let sum = u32::from(*byte) * share + 255 * (65535 - share);
            // A weighted mean of bytes, hence a byte.
            *byte = ((sum + 32767) / 65535) as u8;
        }
    }
    Cow::Owned(flat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    #[test]
    fn white_shows_through() {
        let picture = Picture::new(3, 1, vec![10, 20, 30, 10, 20, 30, 10, 20, 30]).unwrap();
        let alpha = Alpha::Sixteen(vec![0, 65535, 32768]);
        let picture = picture.with_alpha(alpha).unwrap();
        assert_eq!(
            &over_white(&picture)[..],
            [255, 255, 255, 10, 20, 30, 132, 137, 142]
        );
    }
}
