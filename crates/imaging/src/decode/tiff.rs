//! The kinds of TIFF that the general decoder does not take: palettes, grey with alpha, and grey
//! of two or four bits. Also what must be known about any TIFF before its pixels.

mod directory;
mod plain;

use plain::PlainTiff;

pub(super) use directory::claimed_size;

use std::io::Cursor;

use image::ImageResult;
use image::error::{DecodingError, LimitError, LimitErrorKind};
use image::error::{ImageError, ImageFormatHint, UnsupportedError, UnsupportedErrorKind};
use image::{ImageFormat, codecs};
use tiff::TiffError;
use tiff::decoder::Decoder;
use tiff::tags::{ExtraSamples, Tag};

/// A decoder for whatever kind this TIFF is of.
pub(super) fn decoder(bytes: &[u8]) -> ImageResult<Box<dyn image::ImageDecoder + '_>> {
    match codecs::tiff::TiffDecoder::new(Cursor::new(bytes)) {
        Ok(decoder) => Ok(Box::new(decoder)),
        Err(general @ ImageError::Unsupported(_)) => match PlainTiff::new(bytes)? {
            Some(plain) => Ok(Box::new(plain)),
            // The general decoder's words say best what is not supported.
            None => Err(general),
        },
        Err(other) => Err(other),
    }
}

/// What a TIFF says besides its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// Whether colours are stored multiplied by alpha.
    pub(super) premultiplied: bool,
    /// Whether there are further pages.
    pub(super) more_pages: bool,
}

/// Reads the directory alone. One that cannot be read will say so when the pixels are decoded.
pub(super) fn traits(bytes: &[u8]) -> Traits {
    let Ok(mut decoder) = Decoder::new(Cursor::new(bytes)) else {
        return Traits::default();
    };
    let extra = decoder
        .find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)
        .ok()
        .flatten();
    let associated = ExtraSamples::AssociatedAlpha.to_u16();
    Traits {
        premultiplied: extra.is_some_and(|extra| extra.first() == Some(&associated)),
        more_pages: decoder.more_images(),
    }
}

fn unsupported(detail: &str) -> ImageError {
    ImageError::Unsupported(UnsupportedError::from_format_and_kind(
        ImageFormatHint::Exact(ImageFormat::Tiff),
        UnsupportedErrorKind::GenericFeature(detail.into()),
    ))
}

fn damaged(detail: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ImageError {
    ImageError::Decoding(DecodingError::new(
        ImageFormatHint::Exact(ImageFormat::Tiff),
        detail,
    ))
}

fn from_tiff(error: TiffError) -> ImageError {
    match error {
        TiffError::IoError(error) => ImageError::IoError(error),
        TiffError::LimitsExceeded => {
            ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
        }
        TiffError::UnsupportedError(error) => unsupported(&error.to_string()),
        other => damaged(other),
    }
}
