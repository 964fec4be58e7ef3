//! Palettes, grey with alpha, and grey of few bits.

use std::borrow::Cow;
use std::io::Cursor;

use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageResult, Limits};
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use super::directory::without_palette;
use super::{damaged, from_tiff, unsupported};

/// A decoder for those TIFFs.
pub(super) struct PlainTiff<'a> {
    inner: Decoder<Cursor<Cow<'a, [u8]>>>,
    /// What decoding may allocate; taken up by the inner decoder as decoding starts.
    limits: tiff::decoder::Limits,
    size: (u32, u32),
    kind: Kind,
}

enum Kind {
    /// Grey, or places in a palette of that many colours, in 1…8 bits.
    Packed {
        bits: u8,
        palette: Option<Vec<[u8; 3]>>,
    },
    /// Grey with alpha, 8 or 16 bits each.
    GreyAlpha { bits: u8 },
}

impl<'a> PlainTiff<'a> {
    /// Nothing if the TIFF is of none of these kinds.
    pub(super) fn new(bytes: &'a [u8]) -> ImageResult<Option<Self>> {
        let (bytes, has_palette) = without_palette(bytes);
        let mut inner = Decoder::new(Cursor::new(bytes)).map_err(from_tiff)?;
        let size = inner.dimensions().map_err(from_tiff)?;
        let kind = match inner.colortype().map_err(from_tiff)? {
            tiff::ColorType::Gray(bits @ (1 | 2 | 4 | 8)) => {
                let palette = has_palette.then(|| palette(&mut inner, bits)).transpose()?;
                Kind::Packed { bits, palette }
            }
            tiff::ColorType::Multiband {
                bit_depth: bits @ (8 | 16),
                num_samples: 2,
            } => Kind::GreyAlpha { bits },
            _ => return Ok(None),
        };
        Ok(Some(Self {
            inner,
            limits: tiff::decoder::Limits::default(),
            size,
            kind,
        }))
    }
}

/// The colours, all reds first, then greens, then blues.
fn palette<R: std::io::Read + std::io::Seek>(
    decoder: &mut Decoder<R>,
    bits: u8,
) -> ImageResult<Vec<[u8; 3]>> {
    let values = decoder
        .find_tag_unsigned_vec::<u16>(Tag::ColorMap)
        .map_err(from_tiff)?
        .ok_or_else(|| damaged("the palette is missing"))?;
    let colours = 1 << bits;
    if values.len() < 3 * colours {
        return Err(damaged("the palette is too short"));
    }
    // Some writers put bytes where 16 bits belong; then no value reaches beyond a byte. Of 16 bits
    // the high byte counts, since writers disagree on the low one: it repeats the high or is zero.
    let narrow = values.iter().all(|&value| value < 256);
    let byte = |value: u16| {
        if narrow {
            value as u8
        } else {
            (value >> 8) as u8
        }
    };
    let colour = |place| [0, 1, 2].map(|channel| byte(values[channel * colours + place]));
    Ok((0..colours).map(colour).collect())
}

impl ImageDecoder for PlainTiff<'_> {
    fn dimensions(&self) -> (u32, u32) {
        self.size
    }

    fn color_type(&self) -> ColorType {
        match &self.kind {
            Kind::Packed {
                palette: Some(_), ..
            } => ColorType::Rgb8,
            Kind::Packed { palette: None, .. } => ColorType::L8,
            Kind::GreyAlpha { bits: 8 } => ColorType::La8,
            Kind::GreyAlpha { .. } => ColorType::La16,
        }
    }

    fn orientation(&mut self) -> ImageResult<Orientation> {
        let value = self
            .inner
            .find_tag_unsigned::<u8>(Tag::Orientation)
            .map_err(from_tiff)?;
        Ok(value
            .and_then(Orientation::from_exif)
            .unwrap_or(Orientation::NoTransforms))
    }

    fn set_limits(&mut self, limits: Limits) -> ImageResult<()> {
        let most = limits
            .max_alloc
            .map_or(usize::MAX, |most| most.try_into().unwrap_or(usize::MAX));
        self.limits.decoding_buffer_size = most;
        self.limits.intermediate_buffer_size = most;
        Ok(())
    }

    fn read_image(self, target: &mut [u8]) -> ImageResult<()> {
        let mut samples = DecodingResult::U8(Vec::new());
        let mut inner = self.inner.with_limits(self.limits);
        let layout = inner
            .read_image_to_buffer(&mut samples)
            .map_err(from_tiff)?;
        if layout.planes > 1 {
            return Err(unsupported("separate planes of grey and alpha"));
        }
        match (&self.kind, samples) {
            (Kind::Packed { bits, palette }, DecodingResult::U8(packed)) => unpack(
                &packed,
                self.size.0 as usize,
                *bits,
                palette.as_deref(),
                target,
            ),
            (Kind::GreyAlpha { bits: 8 }, DecodingResult::U8(values)) => copy(&values, target),
            (Kind::GreyAlpha { bits: 16 }, DecodingResult::U16(values)) => {
                let bytes: Vec<u8> = values
                    .iter()
                    .flat_map(|value| value.to_ne_bytes())
                    .collect();
                copy(&bytes, target)
            }
            _ => Err(unsupported("this type of samples")),
        }
    }

    fn read_image_boxed(self: Box<Self>, target: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(target)
    }
}

fn copy(values: &[u8], target: &mut [u8]) -> ImageResult<()> {
    let values = values
        .get(..target.len())
        .ok_or_else(|| damaged("samples are missing"))?;
    target.copy_from_slice(values);
    Ok(())
}

/// Samples of a few bits, packed from the high bit down with each row on whole bytes, to grey
/// bytes or to colours.
fn unpack(
    packed: &[u8],
    width: usize,
    bits: u8,
    palette: Option<&[[u8; 3]]>,
    target: &mut [u8],
) -> ImageResult<()> {
    let bits = usize::from(bits);
    let channels = if palette.is_some() { 3 } else { 1 };
    let row_bytes = (width * bits).div_ceil(8);
    let height = target.len() / (width * channels);
    if packed.len() < row_bytes * height {
        return Err(damaged("samples are missing"));
    }
    let most = (1usize << bits) - 1;
    let rows = packed
        .chunks_exact(row_bytes)
        .zip(target.chunks_exact_mut(width * channels));
    for (row, colours) in rows {
        for (column, colour) in colours.chunks_exact_mut(channels).enumerate() {
            let first = column * bits;
            let sample = usize::from(row[first / 8]) >> (8 - bits - first % 8) & most;
            match palette {
                Some(palette) => colour.copy_from_slice(&palette[sample]),
                None => colour[0] = (sample * 255 / most) as u8,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_unpack_row_by_row() {
        let mut grey = [0; 10];
        unpack(
            &[0b0001_1011, 0b0100_0000, 0b1111_1111, 0b1000_0000],
            5,
            2,
            None,
            &mut grey,
        )
        .unwrap();
        assert_eq!(grey, [0, 85, 170, 255, 85, 255, 255, 255, 255, 170]);
        let palette: Vec<[u8; 3]> = (0..16).map(|place| [place, 100, 200]).collect();
        let mut colour = [0; 9];
        unpack(&[0x3f, 0x20], 3, 4, Some(&palette), &mut colour).unwrap();
        assert_eq!(colour, [3, 100, 200, 15, 100, 200, 2, 100, 200]);
        assert!(unpack(&[0x3f], 3, 4, Some(&palette), &mut colour).is_err());
    }
}
