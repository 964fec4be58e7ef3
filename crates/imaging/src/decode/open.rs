//! From bytes to a decoder that has read its header and passed the limits.

use std::io::Cursor;

use image::codecs::{bmp, gif, jpeg, png, webp};
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult, Limits};

use super::{gif_blocks, tiff, whole};
use crate::{DecodeError, DecodeLimits, Format};

/// A decoder at the brink of its pixels.
pub(crate) struct Opened<'a> {
    pub(crate) decoder: Box<dyn ImageDecoder + 'a>,
    pub(crate) orientation: Orientation,
    pub(crate) more_frames: bool,
}

/// Which format the bytes are in.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Format, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    Format::from_content(bytes).ok_or_else(|| DecodeError::UnknownFormat {
        start: bytes
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .join(" "),
    })
}

/// Reads the header and holds it against the limits; no pixel is allocated yet.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &DecodeLimits,
) -> Result<Opened<'a>, DecodeError> {
    let failed = |error| DecodeError::from_decoder(error, format, limits.max_bytes);
    if let Some(size) = claimed_size(bytes, format) {
        check_size(size, format, limits)?;
    }
    let (mut decoder, more_frames) = construct(bytes, format).map_err(failed)?;
    check_size(decoder.dimensions(), format, limits)?;
    if decoder.total_bytes() > limits.max_bytes {
        return Err(DecodeError::TooManyBytes {
            format,
            limit: limits.max_bytes,
        });
    }
    decoder.set_limits(decoder_limits(limits)).map_err(failed)?;
    let orientation = match format {
        Format::Png => png_orientation(bytes),
        // Metadata that cannot be read says nothing about the pixels: no reason to refuse them.
        _ => decoder.orientation().unwrap_or(Orientation::NoTransforms),
    };
    Ok(Opened {
        decoder,
        orientation,
        more_frames,
    })
}

/// The size in the header, for the formats whose decoders read on before they tell it.
fn claimed_size(bytes: &[u8], format: Format) -> Option<(u32, u32)> {
    match format {
        Format::Png => {
            let side = |start| {
                let word = bytes.get(start..start + 4)?.try_into().ok()?;
                Some(u32::from_be_bytes(word))
            };
            Some((side(16)?, side(20)?))
        }
        Format::Tiff => tiff::claimed_size(bytes),
        _ => None,
    }
}

fn check_size(
    (width, height): (u32, u32),
    format: Format,
    limits: &DecodeLimits,
) -> Result<(), DecodeError> {
    if width == 0 || height == 0 {
        return Err(DecodeError::NoPixels {
            format,
            width,
            height,
        });
    }
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        let limit = limits.max_pixels;
        return Err(DecodeError::TooManyPixels {
            format,
            width,
            height,
            limit,
        });
    }
    Ok(())
}

/// A PNG may keep its orientation behind the pixels, where its decoder has not been yet.
fn png_orientation(bytes: &[u8]) -> Orientation {
    whole::png_chunk(bytes, b"eXIf")
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms)
}

type Constructed<'a> = (Box<dyn ImageDecoder + 'a>, bool);

fn construct<'a>(bytes: &'a [u8], format: Format) -> ImageResult<Constructed<'a>> {
    let reader = Cursor::new(bytes);
    Ok(match format {
        Format::Png => {
            let decoder = png::PngDecoder::with_limits(reader, png_limits(bytes))?;
            let animated = decoder.is_apng()?;
            (Box::new(decoder), animated)
        }
        Format::Jpeg => (Box::new(jpeg::JpegDecoder::new(reader)?), false),
        Format::WebP => {
            let decoder = webp::WebPDecoder::new(reader)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        Format::Gif => (
            Box::new(gif::GifDecoder::new(reader)?),
            gif_blocks::has_second_frame(bytes),
        ),
        Format::Bmp => (Box::new(bmp::BmpDecoder::new(reader)?), false),
        Format::Tiff => (tiff::decoder(bytes)?, tiff::traits(bytes).more_pages),
    })
}

/// What the decoders may allocate besides the pixels is bounded by the same number of bytes.
fn decoder_limits(limits: &DecodeLimits) -> Limits {
    let mut inner = Limits::no_limits();
    inner.max_alloc = Some(limits.max_bytes.saturating_mul(2));
    inner
}

/// What a PNG may take before its pixels: one row, and 64 MiB for what is packed beside them, of
/// which a few kilobytes can claim gigabytes.
fn png_limits(bytes: &[u8]) -> Limits {
    const BESIDE: u64 = 64 << 20;
    const MOST_BYTES_A_PIXEL: u64 = 8;
    const LONGEST_ROW: u64 = 1 << 30;
    let (width, _) = claimed_size(bytes, Format::Png).unwrap_or_default();
    let row = (u64::from(width) * MOST_BYTES_A_PIXEL).min(LONGEST_ROW);
    let mut inner = Limits::no_limits();
    inner.max_alloc = Some(BESIDE + row);
    inner
}
