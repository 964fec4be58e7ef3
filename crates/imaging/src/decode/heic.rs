//! Decoding of HEIC: pictures coded with HEVC in a HEIF container.

use heic_decoder::{HeifError, decode, probe};

use super::fault::Fault;
use super::raster::{Channels, Raster, Samples};

/// A HEIC whose header has been read.
pub(super) struct Heic<'a> {
    bytes: &'a [u8],
    size: (u32, u32),
    stored: u64,
    wide: bool,
    has_alpha: bool,
}

impl<'a> Heic<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let info = probe(bytes).map_err(fault)?;
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        let most = info.bit_depth_luma.max(info.bit_depth_chroma);
        Ok(Self {
            bytes,
            size: (side(info.width), side(info.height)),
            stored: (info.coded_width as u64).saturating_mul(info.coded_height as u64),
            wide: most > 8 || info.alpha_bit_depth.is_some_and(|bits| bits > 8),
            has_alpha: info.alpha_bit_depth.is_some(),
        })
    }

    /// Width and height as the picture is meant to be shown: the decoder rotates the pixels.
    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Whether samples have more than 8 bits.
    pub(super) fn is_deep(&self) -> bool {
        self.wide
    }

    /// Largest number of bytes that decoding takes at a time: planes of 32 bits, twice during
    /// rotation.
    pub(super) fn memory(&self) -> u64 {
        self.stored.saturating_mul(4 * 4 * 2 + 8)
    }

    /// Decodes the pixels.
    pub(super) fn decode(&self) -> Result<Raster, Fault> {
        let image = decode(self.bytes).map_err(fault)?;
        let (width, height) = (image.width as u32, image.height as u32);
        let (mut samples, multiplied) = if self.wide {
            let found = image.to_rgba16().map_err(fault)?;
            (Samples::Sixteen(found.data), found.premultiplied)
        } else {
            let found = image.to_rgba8().map_err(fault)?;
            (Samples::Eight(found.data), found.premultiplied)
        };
        if multiplied {
            return Err(Fault::not_supported("colours multiplied by transparency"));
        }
        let channels = if self.has_alpha {
            Channels::Rgba
        } else {
            samples = match samples {
                Samples::Eight(samples) => Samples::Eight(colours(&samples)),
                Samples::Sixteen(samples) => Samples::Sixteen(colours(&samples)),
                other => other,
            };
            Channels::Rgb
        };
        Ok(Raster {
            width,
            height,
            channels,
            samples,
        })
    }
}

fn colours<T: Copy>(samples: &[T]) -> Vec<T> {
    let pixels = samples.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[red, green, blue, _]| [red, green, blue])
        .collect()
}

fn fault(error: HeifError) -> Fault {
    match error {
        HeifError::Truncated { .. } => Fault::CutShort,
        HeifError::Unsupported(detail) => Fault::not_supported(detail),
        HeifError::LimitExceeded(_) => Fault::TooLarge,
        other => Fault::damaged(other.to_string()),
    }
}
