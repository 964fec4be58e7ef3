//! Encoding of JPEG XL, lossless.

use zune_core::bit_depth::BitDepth;
use zune_core::colorspace::ColorSpace;
use zune_core::options::EncoderOptions;
use zune_jpegxl::JxlSimpleEncoder;

use crate::container::put_box;

/// The first two boxes of a JPEG XL container.
pub(crate) const START: [u8; 32] = *b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ";

/// Encodes `[height, width, channels]` samples of 8 or 16 bits (in native byte order): three
/// channels, or four with alpha.
pub(super) fn encode(
    samples: &[u8],
    (width, height): (u32, u32),
    sixteen: bool,
    has_alpha: bool,
) -> Result<Vec<u8>, String> {
    let depth = if sixteen {
        BitDepth::Sixteen
    } else {
        BitDepth::Eight
    };
    let colours = if has_alpha {
        ColorSpace::RGBA
    } else {
        ColorSpace::RGB
    };
    let options = EncoderOptions::new(width as usize, height as usize, colours, depth);
    let mut bytes = Vec::new();
    JxlSimpleEncoder::new(samples, options)
        .encode(&mut bytes)
        .map_err(|error| format!("{error:?}"))?;
    if !sixteen {
        return Ok(bytes);
    }
    // Without a container, decoders may take it for one of level 5, which has no samples of 16
    // bits.
    let mut whole = START.to_vec();
    put_box(&mut whole, b"jxll", &[10]);
    put_box(&mut whole, b"jxlc", &bytes);
    Ok(whole)
}
