//! Metadata: data of a file besides its pixels, namely EXIF, XMP, IPTC, resolution and the colour
//! profile.

mod containers;
mod exif;
mod gif;
mod ifd;
mod jpeg;
mod png;
mod psd;
mod tiff;
mod webp;

pub(crate) use exif::Exif;
pub(crate) use gif::XMP as GIF_XMP;
pub(crate) use ifd::{Ifd, Value};
pub(crate) use png::chunks as png_chunks;
pub(crate) use tiff::OF_CAMERAS;
pub(crate) use webp::chunks as webp_chunks;

use crate::decode::{guarded, sniff};
use crate::document::open_raster_merged;
use crate::{DecodeError, DecodeLimits, Format};

/// A resolution in pixels per inch, across and down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution {
    /// Pixels per inch in a row.
    pub across: f64,
    /// Pixels per inch in a column.
    pub down: f64,
}

/// The metadata of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// EXIF, as a small TIFF without the prefix that some formats add.
    pub exif: Option<Vec<u8>>,
    /// XMP, as XML text.
    pub xmp: Option<Vec<u8>>,
    /// IPTC-IIM records.
    pub iptc: Option<Vec<u8>>,
    /// Resolution in pixels per inch.
    pub resolution: Option<Resolution>,
    /// Bytes of an ICC colour profile.
    pub profile: Option<Vec<u8>>,
}

/// Largest size in bytes of a profile or a text after decompression.
const LARGEST: usize = 16 << 20;

impl Metadata {
    /// Reads the metadata of a file, without looking at its pixels. Metadata that cannot be read
    /// count as missing.
    ///
    /// # Errors
    /// The bytes are not a picture of a format that is read.
    pub fn of(bytes: &[u8]) -> Result<Self, DecodeError> {
        let format = sniff(bytes)?;
        guarded(format, || Ok(read(bytes, format)))
    }
}

/// Reads the metadata of a file. Those that cannot be read count as missing: they are no reason to
/// refuse the pixels.
pub(crate) fn read(bytes: &[u8], format: Format) -> Metadata {
    match format {
        Format::Jpeg => jpeg::read(bytes),
        Format::Png => png::read(bytes),
        Format::WebP => webp::read(bytes),
        Format::Tiff => tiff::read(bytes),
        Format::Avif | Format::Heic => containers::heif(bytes),
        Format::JpegXl => containers::jpeg_xl(bytes),
        Format::Psd => psd::read(bytes),
        Format::OpenRaster => match open_raster_merged(bytes, &DecodeLimits::default()) {
            Ok(png) => png::read(&png),
            Err(_) => Metadata::default(),
        },
        Format::Gif => gif::read(bytes),
        Format::Bmp => Metadata::default(),
    }
}

/// Strips from EXIF the six-byte prefix that belongs to it in a JPEG, and that some programs write
/// elsewhere, too.
fn bare_exif(bytes: &[u8]) -> Vec<u8> {
    bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes).to_vec()
}

const PER_METRE: f64 = 0.0254;
const PER_CENTIMETRE: f64 = 2.54;
