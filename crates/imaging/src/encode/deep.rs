//! Pictures of 16 bits a channel to the bytes of a PNG or TIFF.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use super::EncodeError;
use crate::{DeepPicture, OutputFormat};

/// A format that holds 16 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeepFormat {
    /// Lossless.
    Png,
    /// Lossless, compressed with deflate.
    Tiff,
}

/// Encodes a picture with all of its 16 bits.
///
/// # Errors
/// More than the format can hold, or a failure of the encoder.
pub fn encode_deep(picture: &DeepPicture, format: DeepFormat) -> Result<Vec<u8>, EncodeError> {
    match format {
        DeepFormat::Png => png(picture),
        DeepFormat::Tiff => tiff(picture),
    }
}

/// Colours and alpha together.
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

fn png(picture: &DeepPicture) -> Result<Vec<u8>, EncodeError> {
    let kind = match picture.alpha() {
        None => ExtendedColorType::Rgb16,
        Some(_) => ExtendedColorType::Rgba16,
    };
    let samples: Vec<u8> = samples(picture)
        .into_iter()
        .flat_map(u16::to_ne_bytes)
        .collect();
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(&samples, picture.width(), picture.height(), kind)
        .map_err(|error| EncodeError::Encoder {
            format: OutputFormat::Png,
            detail: error.to_string(),
        })?;
    Ok(bytes)
}

/// One strip behind the directory, of differences along rows (TIFF 6.0, sections 14 and 18).
fn tiff(picture: &DeepPicture) -> Result<Vec<u8>, EncodeError> {
    let channels = if picture.alpha().is_some() { 4 } else { 3 };
    let mut samples = samples(picture);
    for row in samples.chunks_exact_mut(picture.width() as usize * channels) {
        for place in (channels..row.len()).rev() {
            row[place] = row[place].wrapping_sub(row[place - channels]);
        }
    }
    let failed = |detail: String| EncodeError::DeepTiff { detail };
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in samples.chunks(1 << 15) {
        let bytes: Vec<u8> = row.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        encoder
            .write_all(&bytes)
            .map_err(|error| failed(error.to_string()))?;
    }
    let packed = encoder
        .finish()
        .map_err(|error| failed(error.to_string()))?;

    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    let mut entries: Vec<(u16, u16, u32, u32)> = vec![
        (256, LONG, 1, picture.width()),
        (257, LONG, 1, picture.height()),
        (258, SHORT, channels as u32, 0),
        (259, SHORT, 1, 8),
        (262, SHORT, 1, 2),
        (273, LONG, 1, 0),
        (277, SHORT, 1, channels as u32),
        (278, LONG, 1, picture.height()),
        (279, LONG, 1, 0),
        (317, SHORT, 1, 2),
    ];
    if channels == 4 {
        entries.push((338, SHORT, 1, 2));
    }
    let depths = 8 + 2 + 12 * entries.len() + 4;
    let start = depths + 2 * channels;
    let length = u32::try_from(packed.len());
    let length = length.map_err(|_| failed("more than 4 GiB".to_owned()))?;
    if start as u64 + u64::from(length) > u64::from(u32::MAX) {
        return Err(failed("more than 4 GiB".to_owned()));
    }
    for entry in &mut entries {
        match entry.0 {
            258 => entry.3 = depths as u32,
            273 => entry.3 = start as u32,
            279 => entry.3 = length,
            _ => {}
        }
    }
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend([16, 0].repeat(channels));
    bytes.extend(packed);
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
            for format in [DeepFormat::Png, DeepFormat::Tiff] {
                let bytes = encode_deep(&picture, format).unwrap();
                let decoded = decode_deep(&bytes, &DecodeLimits::default()).unwrap();
                assert_eq!(decoded.picture, picture, "{format:?}");
                assert_eq!(decoded.bits, 16);
            }
        }
    }
}
