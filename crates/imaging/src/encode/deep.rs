//! Encoding of pictures with 16 bits a channel.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use super::{EncodeError, jpeg_xl, tiff};
use crate::{DeepPicture, Document, Extras, OutputFormat};

/// Encodes a picture with all of its 16 bits, in PNG, TIFF, PSD or OpenRaster, or in JPEG XL where
/// it has no alpha.
///
/// # Errors
/// The format has 8 bits only ([`OutputFormat::holds_sixteen`]), the picture is larger than it
/// supports, or the encoder fails.
pub fn encode_deep(picture: &DeepPicture, format: OutputFormat) -> Result<Vec<u8>, EncodeError> {
    let (size, has_alpha) = (
        (picture.width(), picture.height()),
        picture.alpha().is_some(),
    );
    EncodeError::check_size(size, format)?;
    if !format.holds_sixteen(has_alpha) {
        return Err(EncodeError::NotDeep { format });
    }
    if let Some(document) = format.document() {
        return Document::single(picture.clone()).encode(document, &Extras::default());
    }
    let samples = samples(picture);
    let outcome = match format {
        OutputFormat::Png => png(&bytes(samples), size, has_alpha),
        OutputFormat::Tiff => tiff::encode(&samples, size, has_alpha),
        OutputFormat::JpegXl => jpeg_xl::encode(&bytes(samples), size, true, has_alpha),
        _ => return Err(EncodeError::NotDeep { format }),
    };
    outcome.map_err(|detail| EncodeError::Encoder { format, detail })
}

/// Interleaves colours and alpha.
fn samples(picture: &DeepPicture) -> Vec<u16> {
    match picture.alpha() {
        None => picture.rgb().to_vec(),
        Some(alpha) => {
            let colours = picture.rgb().as_chunks::<3>().0.iter();
            colours
                .zip(alpha)
                .flat_map(|(&[red, green, blue], &alpha)| [red, green, blue, alpha])
                .collect()
        }
    }
}

/// Converts samples to bytes in native byte order.
fn bytes(samples: Vec<u16>) -> Vec<u8> {
    samples.into_iter().flat_map(u16::to_ne_bytes).collect()
}

fn png(samples: &[u8], (width, height): (u32, u32), has_alpha: bool) -> Result<Vec<u8>, String> {
    let kind = if has_alpha {
        ExtendedColorType::Rgba16
    } else {
        ExtendedColorType::Rgb16
    };
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(samples, width, height, kind)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DecodeLimits, decode_deep};

    #[test]
    fn sixteen_bits_come_back() {
        let rgb: Vec<u16> = (0..7 * 5 * 3u32)
            .map(|value| (value * 40_503) as u16)
            .collect();
        let alpha: Vec<u16> = (0..35u32).map(|value| (value * 1_873) as u16).collect();
        for alpha in [None, Some(alpha)] {
            let picture = DeepPicture::new(7, 5, rgb.clone(), alpha).unwrap();
            for format in [OutputFormat::Png, OutputFormat::Tiff, OutputFormat::JpegXl] {
                if !format.holds_sixteen(picture.alpha().is_some()) {
                    assert!(encode_deep(&picture, format).is_err());
                    continue;
                }
                let bytes = encode_deep(&picture, format).unwrap();
                let decoded = decode_deep(&bytes, &DecodeLimits::default()).unwrap();
                assert_eq!(decoded.picture, picture, "{format}");
                assert_eq!(decoded.bits, 16, "{format}");
            }
            let narrow = encode_deep(&picture, OutputFormat::Jpeg).unwrap_err();
            assert!(narrow.to_string().contains("16 bits"), "{narrow}");
        }
    }
}
