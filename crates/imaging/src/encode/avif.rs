//! AVIF.

use ravif::{AlphaColorMode, Encoder, Img, RGB8, RGBA8};

use crate::Picture;

/// From 1, slow and small, to 10. Without the assembly of other encoders, 7 takes about two seconds a
/// megapixel; 5 takes three times as long for files of nearly the same size.
const SPEED: u8 = 7;

/// Encodes a picture: 10 bits, colours in full resolution.
pub(super) fn encode(picture: &Picture, quality: u8) -> Result<Vec<u8>, String> {
    let quality = f32::from(quality.clamp(1, 100));
    // Transparency shows its steps at once, and takes few bytes.
    let encoder = Encoder::new()
        .with_quality(quality)
        .with_alpha_quality(quality.max(90.0))
        .with_speed(SPEED)
        .with_alpha_color_mode(AlphaColorMode::UnassociatedDirty);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let colours = picture.rgb().as_chunks::<3>().0.iter();
    let encoded = match picture.alpha() {
        None => {
            let pixels: Vec<RGB8> = colours
                .map(|&[red, green, blue]| RGB8::new(red, green, blue))
                .collect();
            encoder.encode_rgb(Img::new(&pixels, width, height))
        }
        Some(alpha) => {
            let pixels: Vec<RGBA8> = colours
                .zip(alpha.to_eight())
                .map(|(&[red, green, blue], alpha)| RGBA8::new(red, green, blue, alpha))
                .collect();
            encoder.encode_rgba(Img::new(&pixels, width, height))
        }
    };
    encoded
        .map(|encoded| encoded.avif_file)
        .map_err(|error| error.to_string())
}
