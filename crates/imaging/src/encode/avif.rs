//! Encoding of AVIF.

use ravif::{AlphaColorMode, Encoder, Img, RGBA8};

use crate::{Alpha, Picture};

/// Speed of the encoder from 1, slow with small files, to 10. In this encoder, which lacks the
/// assembly of others, 7 takes about two seconds per megapixel; 5 takes three times as long for
/// files of nearly the same size.
const SPEED: u8 = 7;

/// Encodes a picture as AVIF, with 10 bits and colours in full resolution.
pub(super) fn encode(picture: &Picture, quality: u8) -> Result<Vec<u8>, String> {
    let quality = f32::from(quality.clamp(1, 100));
    // Transparency shows its steps at once, and takes few bytes.
    let encoder = Encoder::new()
        .with_quality(quality)
        .with_alpha_quality(quality.max(90.0))
        .with_speed(SPEED)
        .with_alpha_color_mode(AlphaColorMode::UnassociatedDirty);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    // With alpha in any case: it is left out where all of it is opaque, and the other way is
    // compiled anew in every crate that uses it.
    let alpha = picture.alpha().map(Alpha::to_eight);
    let pixels = picture.rgb().as_chunks::<3>().0.iter().enumerate();
    let pixels: Vec<RGBA8> = pixels
        .map(|(index, &[red, green, blue])| {
            let alpha = alpha.as_ref().map_or(u8::MAX, |alpha| alpha[index]);
            RGBA8::new(red, green, blue, alpha)
        })
        .collect();
    let encoded = encoder.encode_rgba(Img::new(&pixels, width, height));
    encoded
        .map(|encoded| encoded.avif_file)
        .map_err(|error| error.to_string())
}
