//! Opening: from bytes to a decoder that has read its header and passed the limits.

use std::io::Cursor;

use image::codecs::{bmp, gif, png, webp};
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult, Limits};

use super::avif::Avif;
use super::fault::Fault;
#[cfg(feature = "heic")]
use super::heic::Heic;
use super::jpeg::{Colours, Jpeg};
use super::jpeg_xl::JpegXl;
use super::raster::Raster;
use super::tiff::Tiff;
use super::{gif_blocks, mended, samples};
use crate::document::{Psd, open_raster_merged};
use crate::metadata::{Exif, Metadata};
use crate::{DecodeError, DecodeLimits, Format};

/// A decoder that has read the header and is ready to decode the pixels.
pub(crate) struct Opened<'a> {
    source: Source<'a>,
    /// Width and height as stored.
    pub(crate) size: (u32, u32),
    /// Largest number of bytes that decoding takes at a time.
    memory: u64,
    pub(crate) orientation: Orientation,
    pub(crate) more_frames: bool,
}

enum Source<'a> {
    General(Box<dyn ImageDecoder + 'a>),
    Jpeg(Box<Jpeg<'a>>),
    Tiff(Tiff<'a>),
    Avif(Avif<'a>),
    JpegXl(Box<JpegXl<'a>>),
    Psd(Psd<'a>),
    /// The PNG that was taken out of an OpenRaster.
    OpenRaster {
        png: Vec<u8>,
        memory: u64,
        deep: bool,
    },
    #[cfg(feature = "heic")]
    Heic(Heic<'a>),
}

/// Recognises the format of the bytes.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Format, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    Format::from_content(bytes).ok_or_else(|| DecodeError::unknown(bytes))
}

/// Reads the header and checks it against the limits; no pixel is allocated yet.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    metadata: &Metadata,
    limits: &DecodeLimits,
) -> Result<Opened<'a>, DecodeError> {
    let failed = |error| DecodeError::from_decoder(error, format, limits.max_bytes);
    let fault = |fault: Fault| fault.of(format, limits.max_bytes);
    if format == Format::Png {
        let size = png_size(bytes).map_err(fault)?;
        check_size(size, format, limits)?;
    }
    let (source, more_frames) = match format {
        Format::Jpeg => {
            let jpeg = Jpeg::open(bytes, None).map_err(fault)?;
            (Source::Jpeg(Box::new(jpeg)), false)
        }
        Format::Tiff => {
            let tiff = Tiff::open(bytes).map_err(fault)?;
            let more = tiff.more_pages();
            (Source::Tiff(tiff), more)
        }
        Format::Avif => {
            let avif = Avif::open(bytes).map_err(fault)?;
            let more = avif.moves();
            (Source::Avif(avif), more)
        }
        Format::JpegXl => {
            let picture = JpegXl::open(bytes).map_err(fault)?;
            let more = picture.moves();
            (Source::JpegXl(Box::new(picture)), more)
        }
        Format::Psd => (Source::Psd(Psd::open(bytes).map_err(fault)?), false),
        Format::OpenRaster => {
            let png = open_raster_merged(bytes, limits).map_err(fault)?;
            if Format::from_content(&png) != Some(Format::Png) {
                return Err(fault(Fault::damaged("mergedimage.png is no PNG")));
            }
            let size = png_size(&png).map_err(fault)?;
            check_size(size, format, limits)?;
            let (decoder, _) = construct(&png, Format::Png).map_err(failed)?;
            let (memory, deep) = (decoder.total_bytes(), is_deep(&*decoder));
            drop(decoder);
            (Source::OpenRaster { png, memory, deep }, false)
        }
        #[cfg(feature = "heic")]
        Format::Heic => (Source::Heic(Heic::open(bytes).map_err(fault)?), false),
        _ => {
            let (decoder, more) = construct(bytes, format).map_err(failed)?;
            (Source::General(decoder), more)
        }
    };
    let size = match &source {
        Source::General(decoder) => decoder.dimensions(),
        Source::Jpeg(jpeg) => jpeg.size(),
        Source::Tiff(tiff) => tiff.size().map_err(fault)?,
        Source::Avif(avif) => avif.size().map_err(fault)?,
        Source::JpegXl(picture) => picture.size(),
        Source::Psd(psd) => psd.size(),
        Source::OpenRaster { png, .. } => png_size(png).map_err(fault)?,
        #[cfg(feature = "heic")]
        Source::Heic(picture) => picture.size(),
    };
    check_size(size, format, limits)?;
    let memory = match &source {
        Source::General(decoder) => decoder.total_bytes(),
        Source::Jpeg(jpeg) => jpeg.memory(),
        Source::Tiff(tiff) => tiff.memory().map_err(fault)?,
        Source::Avif(avif) => avif.memory().map_err(fault)?,
        Source::JpegXl(picture) => picture.memory(),
        Source::Psd(psd) => psd.memory(),
        Source::OpenRaster { memory, .. } => *memory,
        #[cfg(feature = "heic")]
        Source::Heic(picture) => picture.memory(),
    };
    if memory > limits.max_bytes {
        return Err(fault(Fault::TooLarge));
    }
    // Metadata that cannot be read says nothing about the pixels: no reason to refuse them.
    let by_exif = |stored| Orientation::from_exif(stored).unwrap_or(Orientation::NoTransforms);
    let orientation = match &source {
        Source::Tiff(tiff) => by_exif(tiff.orientation()),
        // What the container says counts, and EXIF repeats it at best.
        Source::Avif(avif) => avif.orientation().map_err(fault)?,
        Source::JpegXl(_) | Source::Psd(_) | Source::OpenRaster { .. } => Orientation::NoTransforms,
        #[cfg(feature = "heic")]
        Source::Heic(_) => Orientation::NoTransforms,
        Source::General(_) | Source::Jpeg(_) => {
            let exif = metadata.exif.as_deref().and_then(Exif::new);
            by_exif(exif.map_or(1, |exif| exif.orientation()))
        }
    };
    let mut opened = Opened {
        source,
        size,
        memory,
        orientation,
        more_frames,
    };
    if let Source::General(decoder) = &mut opened.source {
        decoder.set_limits(decoder_limits(limits)).map_err(failed)?;
    }
    Ok(opened)
}

impl Opened<'_> {
    /// Decodes the pixels.
    pub(super) fn raster(
        self,
        format: Format,
        limits: &DecodeLimits,
    ) -> Result<Raster, DecodeError> {
        let fault = |fault: Fault| fault.of(format, limits.max_bytes);
        match self.source {
            Source::General(decoder) => samples::read(decoder, format, limits),
            Source::Jpeg(jpeg) => jpeg.decode(Colours::Marked).map_err(fault),
            Source::Tiff(tiff) => tiff.decode().map_err(fault),
            Source::Avif(avif) => avif.decode().map_err(fault),
            Source::JpegXl(picture) => picture.decode(limits).map_err(fault),
            Source::Psd(psd) => psd.merged().map_err(fault),
            Source::OpenRaster { png, .. } => {
                let failed = |error| DecodeError::from_decoder(error, format, limits.max_bytes);
                let (mut decoder, _) = construct(&png, Format::Png).map_err(failed)?;
                decoder.set_limits(decoder_limits(limits)).map_err(failed)?;
                samples::read(decoder, format, limits)
            }
            #[cfg(feature = "heic")]
            Source::Heic(picture) => picture.decode().map_err(fault),
        }
    }

    /// Largest number of bytes that the picture takes during decoding and afterwards: three
    /// channels and alpha, of 8 or 16 bits.
    pub(crate) fn bytes(&self) -> u64 {
        let deep = match &self.source {
            Source::General(decoder) => is_deep(&**decoder),
            Source::Jpeg(_) => false,
            Source::Tiff(tiff) => tiff.is_deep(),
            Source::Avif(_) | Source::JpegXl(_) => self.bits().is_some_and(|bits| bits > 8),
            Source::Psd(psd) => psd.is_deep(),
            Source::OpenRaster { deep, .. } => *deep,
            #[cfg(feature = "heic")]
            Source::Heic(picture) => picture.is_deep(),
        };
        let (width, height) = self.size;
        let pixels = u64::from(width) * u64::from(height);
        let picture = pixels.saturating_mul(if deep { 8 } else { 4 });
        picture.max(self.memory)
    }

    /// Bits of each colour channel, if the size of samples does not tell.
    pub(super) fn bits(&self) -> Option<u8> {
        match &self.source {
            Source::JpegXl(picture) => Some(picture.bits().max(8)),
            Source::Avif(avif) => avif.bits(),
            _ => None,
        }
    }
}

/// Whether samples have more than 8 bits.
fn is_deep(decoder: &dyn ImageDecoder) -> bool {
    let kind = decoder.color_type();
    kind.bytes_per_pixel() > kind.channel_count()
}

/// Reads the size in the header of a PNG, whose decoder would read further before it tells the
/// size.
fn png_size(bytes: &[u8]) -> Result<(u32, u32), Fault> {
    match bytes.get(12..16) {
        Some(b"IHDR") => {}
        Some(b"CgBI") => {
            return Err(Fault::not_supported("a PNG optimised for iPhones, CgBI"));
        }
        Some(_) => return Err(Fault::damaged("it does not begin with its header")),
        None => return Err(Fault::CutShort),
    }
    let side = |start: usize| {
        let word = bytes
            .get(start..start + 4)
            .and_then(|word| word.first_chunk::<4>());
        word.map(|word| u32::from_be_bytes(*word))
            .ok_or(Fault::CutShort)
    };
    Ok((side(16)?, side(20)?))
}

/// Checks that a canvas of the given size is within the limits.
pub(crate) fn check_pixels(
    (width, height): (u32, u32),
    limits: &DecodeLimits,
) -> Result<(), Fault> {
    let pixels = u64::from(width) * u64::from(height);
    if (1..=limits.max_pixels).contains(&pixels) && pixels.saturating_mul(16) <= limits.max_bytes {
        Ok(())
    } else {
        Err(Fault::TooLarge)
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

type Constructed<'a> = (Box<dyn ImageDecoder + 'a>, bool);

fn construct<'a>(bytes: &'a [u8], format: Format) -> ImageResult<Constructed<'a>> {
    let reader = Cursor::new(bytes);
    Ok(match format {
        Format::Png => {
            let reader = Cursor::new(mended::png(bytes));
            let decoder = png::PngDecoder::with_limits(reader, png_limits(bytes))?;
            let animated = decoder.is_apng()?;
            (Box::new(decoder), animated)
        }
        Format::WebP => {
            let decoder = webp::WebPDecoder::new(reader)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        Format::Gif => (
            Box::new(gif::GifDecoder::new(reader)?),
            gif_blocks::has_second_frame(bytes),
        ),
        _ => {
            let reader = Cursor::new(mended::bmp(bytes));
            (Box::new(bmp::BmpDecoder::new(reader)?), false)
        }
    })
}

/// Limits for decoders, which may allocate as many bytes again besides the pixels.
fn decoder_limits(limits: &DecodeLimits) -> Limits {
    let mut inner = Limits::no_limits();
    inner.max_alloc = Some(limits.max_bytes.saturating_mul(2));
    inner
}

/// Limits for reading a PNG up to its pixels: one row, and 64 MiB for compressed data beside them,
/// of which a few kilobytes may claim to be gigabytes.
fn png_limits(bytes: &[u8]) -> Limits {
    const BESIDE: u64 = 64 << 20;
    const MOST_BYTES_A_PIXEL: u64 = 8;
    const LONGEST_ROW: u64 = 1 << 30;
    let (width, _) = png_size(bytes).unwrap_or_default();
    let row = (u64::from(width) * MOST_BYTES_A_PIXEL).min(LONGEST_ROW);
    let mut inner = Limits::no_limits();
    inner.max_alloc = Some(BESIDE + row);
    inner
}
