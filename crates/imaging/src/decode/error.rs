//! Errors of decoding a picture.

use image::ImageError;
use thiserror::Error;

use super::OtherFormat;
use crate::Format;

/// The error that bytes cannot be decoded. It has no path: [`crate::ReadError`] adds it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The first bytes are not those of any format that is read.
    #[error(
        "not a picture that can be read: its first bytes ({start}) are none of PNG, JPEG, WebP, \
         GIF, BMP, TIFF, AVIF, JPEG XL, PSD or OpenRaster"
    )]
    UnknownFormat {
        /// The first bytes in hexadecimal.
        start: String,
    },
    /// The file is of a known format that is not read.
    #[error("this is {}, which cannot be read; {}", other.name, other.advice)]
    OtherFormat {
        /// The format, and what to do about it.
        other: OtherFormat,
    },
    /// The format is read, but not this variety of it.
    #[error("this {format} is of a kind that cannot be read ({detail}); save it as an 8-bit PNG")]
    NotSupported {
        /// Format of the picture, by its content.
        format: Format,
        /// The variety that is not supported.
        detail: String,
    },
    /// The picture has no layers, although layers are asked for.
    #[error("this {format} has no layers; paint it as one picture, without --layers")]
    NoLayers {
        /// Format of the picture, by its content.
        format: Format,
    },
    /// The header claims a side of zero.
    #[error("the {format} header says {width}×{height} pixels: there is nothing in it")]
    NoPixels {
        /// Format of the picture, by its content.
        format: Format,
        /// The width in the header.
        width: u32,
        /// The height in the header.
        height: u32,
    },
    /// The header claims more pixels than allowed; nothing was allocated for them.
    #[error(
        "the {format} header says {width}×{height} pixels, more than the limit of {limit} pixels; \
         make the picture smaller or raise the limit"
    )]
    TooManyPixels {
        /// Format of the picture, by its content.
        format: Format,
        /// The width in the header.
        width: u32,
        /// The height in the header.
        height: u32,
        /// The limit, [`crate::DecodeLimits::max_pixels`].
        limit: u64,
    },
    /// Decoding would take more memory than allowed, or than is available.
    #[error(
        "decoding this {format} would take more than the limit of {limit} bytes; \
         make the picture smaller or raise the limit"
    )]
    TooManyBytes {
        /// Format of the picture, by its content.
        format: Format,
        /// The limit, [`crate::DecodeLimits::max_bytes`].
        limit: u64,
    },
    /// The bytes end before the picture does.
    #[error("the {format} is cut short: the file ends before the picture does; fetch it again")]
    CutShort {
        /// Format of the picture, by its content.
        format: Format,
    },
    /// The bytes contradict themselves or violate their format.
    #[error("the {format} is damaged: {detail}")]
    Damaged {
        /// Format of the picture, by its content.
        format: Format,
        /// The decoder's message.
        detail: String,
    },
}

impl DecodeError {
    /// The error for bytes that are not of any format that is read.
    pub(crate) fn unknown(bytes: &[u8]) -> Self {
        match OtherFormat::from_content(bytes) {
            Some(other) => Self::OtherFormat { other },
            None => Self::UnknownFormat {
                start: bytes
                    .iter()
                    .take(8)
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<Vec<_>>()
                    .join(" "),
            },
        }
    }

    /// Converts a decoder's error to this crate's.
    pub(crate) fn from_decoder(error: ImageError, format: Format, limit: u64) -> Self {
        match error {
            ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::CutShort { format }
            }
            ImageError::Limits(_) => Self::TooManyBytes { format, limit },
            ImageError::Unsupported(error) => Self::NotSupported {
                format,
                detail: tidy(&error.to_string()),
            },
            other => Self::from_detail(tidy(&other.to_string()), format),
        }
    }

    /// Makes the error for a decoder's message: some decoders report the end of the file in errors
    /// of their own, which only their words reveal.
    fn from_detail(detail: String, format: Format) -> Self {
        let words = detail.to_ascii_lowercase();
        let ended = [
            "unexpected end",
            "unexpected eof",
            "failed to fill whole buffer",
            "not enough bytes",
        ];
        if ended.iter().any(|end| words.contains(end)) {
            Self::CutShort { format }
        } else {
            Self::Damaged { format, detail }
        }
    }
}

/// Shortens a decoder's message to one line that fits a report.
fn tidy(message: &str) -> String {
    const LONGEST: usize = 200;
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_file_is_recognised_in_words() {
        let short = DecodeError::from_detail("Unexpected EOF in chunk".into(), Format::Png);
        assert_eq!(
            short,
            DecodeError::CutShort {
                format: Format::Png
            }
        );
        let bad = DecodeError::from_detail("bad checksum".into(), Format::Png);
        assert_eq!(bad.to_string(), "the PNG is damaged: bad checksum");
        assert_eq!(tidy(" a\n  b "), "a b");
        assert_eq!(tidy(&"x".repeat(500)).len(), 200);
    }
}
