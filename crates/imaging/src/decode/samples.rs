//! Conversion of the output of the `image` crate's decoders to a [`Raster`].

use image::{ColorType, ImageDecoder};

use super::fault::{Fault, zeros};
use super::raster::{Channels, Raster, Samples};
use crate::{DecodeError, DecodeLimits, Format};

/// Decodes the pixels of a picture to a raster.
pub(super) fn read(
    decoder: Box<dyn ImageDecoder + '_>,
    format: Format,
    limits: &DecodeLimits,
) -> Result<Raster, DecodeError> {
    let (width, height) = decoder.dimensions();
    let kind = decoder.color_type();
    let fault = |fault: Fault| fault.of(format, limits.max_bytes);
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| fault(Fault::TooLarge))?;
    let mut bytes = zeros(length).map_err(fault)?;
    decoder
        .read_image_boxed(&mut bytes)
        .map_err(|error| DecodeError::from_decoder(error, format, limits.max_bytes))?;
    let channels = match kind {
        ColorType::L8 | ColorType::L16 => Channels::Grey,
        ColorType::La8 | ColorType::La16 => Channels::GreyAlpha,
        ColorType::Rgb8 | ColorType::Rgb16 | ColorType::Rgb32F => Channels::Rgb,
        ColorType::Rgba8 | ColorType::Rgba16 | ColorType::Rgba32F => Channels::Rgba,
        _ => {
            return Err(fault(Fault::not_supported(format!(
                "samples of type {kind:?}"
            ))));
        }
    };
    let wide = |bytes: Vec<u8>| {
        let samples = bytes.as_chunks::<2>().0;
        samples
            .iter()
            .map(|sample| u16::from_ne_bytes(*sample))
            .collect()
    };
    let samples = match kind.bytes_per_pixel() / kind.channel_count() {
        1 => Samples::Eight(bytes),
        2 => Samples::Sixteen(wide(bytes)),
        _ => {
            let samples = bytes.as_chunks::<4>().0;
            Samples::Float(
                samples
                    .iter()
                    .map(|sample| f32::from_ne_bytes(*sample))
                    .collect(),
            )
        }
    };
    Ok(Raster {
        width,
        height,
        channels,
        samples,
    })
}
