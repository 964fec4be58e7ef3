//! A decoder's samples, of whatever kind, to 8-bit colours and an alpha channel.

use image::{ColorType, ImageDecoder};

use crate::picture::sixteen_to_eight;
use crate::{Alpha, DecodeError, DecodeLimits, Format, Picture};

/// Decodes the pixels. Also says how many bits a channel had.
pub(super) fn read(
    decoder: Box<dyn ImageDecoder + '_>,
    format: Format,
    limits: &DecodeLimits,
) -> Result<(Picture, u8), DecodeError> {
    let (width, height) = decoder.dimensions();
    let kind = decoder.color_type();
    let too_large = || DecodeError::TooManyBytes {
        format,
        limit: limits.max_bytes,
    };
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| too_large())?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| too_large())?;
    bytes.resize(length, 0);
    decoder
        .read_image_boxed(&mut bytes)
        .map_err(|error| DecodeError::from_decoder(error, format, limits.max_bytes))?;
    let (rgb, alpha) = separate(bytes, kind).ok_or_else(|| DecodeError::NotSupported {
        format,
        detail: format!("samples of type {kind:?}"),
    })?;
    let damaged = |error: crate::ShapeError| DecodeError::Damaged {
        format,
        detail: error.to_string(),
    };
    let mut picture = Picture::new(width, height, rgb).map_err(damaged)?;
    if let Some(alpha) = alpha {
        picture = picture.with_alpha(alpha).map_err(damaged)?;
    }
    let bits = (kind.bytes_per_pixel() / kind.channel_count()).saturating_mul(8);
    Ok((picture, bits))
}

/// Colours and alpha out of interleaved samples in the machine's byte order.
fn separate(bytes: Vec<u8>, kind: ColorType) -> Option<(Vec<u8>, Option<Alpha>)> {
    let eight = |first: &[u8; 1]| first[0];
    Some(match kind {
        ColorType::Rgb8 => (bytes, None),
        ColorType::L8 => (colours::<1, 1>(&bytes, eight), None),
        ColorType::La8 => (
            colours::<1, 2>(&bytes, eight),
            Some(alpha_eight::<2>(&bytes)),
        ),
        ColorType::Rgba8 => (
            colours::<1, 4>(&bytes, eight),
            Some(alpha_eight::<4>(&bytes)),
        ),
        ColorType::L16 => (colours::<2, 1>(&bytes, sixteen), None),
        ColorType::La16 => (
            colours::<2, 2>(&bytes, sixteen),
            Some(alpha_sixteen::<2>(&bytes)),
        ),
        ColorType::Rgb16 => (colours::<2, 3>(&bytes, sixteen), None),
        ColorType::Rgba16 => (
            colours::<2, 4>(&bytes, sixteen),
            Some(alpha_sixteen::<4>(&bytes)),
        ),
        ColorType::Rgb32F => (colours::<4, 3>(&bytes, unit), None),
        ColorType::Rgba32F => (colours::<4, 4>(&bytes, unit), Some(alpha_unit(&bytes))),
        _ => return None,
    })
}

/// Three bytes a pixel from `CHANNELS` samples of `WIDE` bytes each: one or two channels are grey
/// (and alpha), three or four are colour (and alpha).
fn colours<const WIDE: usize, const CHANNELS: usize>(
    bytes: &[u8],
    to_byte: impl Fn(&[u8; WIDE]) -> u8,
) -> Vec<u8> {
    let samples = bytes.as_chunks::<WIDE>().0;
    let mut rgb = Vec::with_capacity(samples.len() / CHANNELS * 3);
    for pixel in samples.as_chunks::<CHANNELS>().0 {
        if CHANNELS < 3 {
            rgb.extend([to_byte(&pixel[0]); 3]);
        } else {
            rgb.extend([to_byte(&pixel[0]), to_byte(&pixel[1]), to_byte(&pixel[2])]);
        }
    }
    rgb
}

fn sixteen(sample: &[u8; 2]) -> u8 {
    sixteen_to_eight(u16::from_ne_bytes(*sample))
}

/// Floating point 0…1; the cast clamps, and takes what is not a number for 0.
fn unit(sample: &[u8; 4]) -> u8 {
    (f32::from_ne_bytes(*sample) * 255.0).round() as u8
}

fn alpha_eight<const CHANNELS: usize>(bytes: &[u8]) -> Alpha {
    let pixels = bytes.as_chunks::<CHANNELS>().0;
    Alpha::Eight(pixels.iter().map(|pixel| pixel[CHANNELS - 1]).collect())
}

fn alpha_sixteen<const CHANNELS: usize>(bytes: &[u8]) -> Alpha {
    let pixels = bytes.as_chunks::<2>().0.as_chunks::<CHANNELS>().0;
    Alpha::Sixteen(
        pixels
            .iter()
            .map(|pixel| u16::from_ne_bytes(pixel[CHANNELS - 1]))
            .collect(),
    )
}

fn alpha_unit(bytes: &[u8]) -> Alpha {
    let pixels = bytes.as_chunks::<4>().0.as_chunks::<4>().0;
    let wide = |pixel: &[[u8; 4]; 4]| (f32::from_ne_bytes(pixel[3]) * 65535.0).round() as u16;
    Alpha::Sixteen(pixels.iter().map(wide).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_sample_is_brought_to_bytes() {
        let wide = |values: &[u16]| {
            values
                .iter()
                .flat_map(|v| v.to_ne_bytes())
                .collect::<Vec<_>>()
        };
        let float = |values: &[f32]| {
            values
                .iter()
                .flat_map(|v| v.to_ne_bytes())
                .collect::<Vec<_>>()
        };
        let (rgb, alpha) = separate(vec![7, 9], ColorType::La8).unwrap();
        assert_eq!((rgb, alpha), (vec![7; 3], Some(Alpha::Eight(vec![9]))));
        let (rgb, alpha) = separate(wide(&[257, 5]), ColorType::La16).unwrap();
        assert_eq!((rgb, alpha), (vec![1; 3], Some(Alpha::Sixteen(vec![5]))));
        let (rgb, _) = separate(wide(&[65535, 0, 514]), ColorType::Rgb16).unwrap();
        assert_eq!(rgb, [255, 0, 2]);
        let (rgb, alpha) = separate(float(&[0.5, 2.0, f32::NAN, 1.0]), ColorType::Rgba32F).unwrap();
        assert_eq!(
            (rgb, alpha),
            (vec![128, 255, 0], Some(Alpha::Sixteen(vec![65535])))
        );
    }
}
