//! What can be wrong with the bytes of a picture.

use image::ImageError;
use thiserror::Error;

use super::OtherFormat;
use crate::Format;

/// Error returned when bytes cannot be decoded. Carries no path: [`crate::ReadError`] adds it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The first bytes belong to no format that is read.
    #[error(
        "not a picture that can be read: its first bytes ({start}) are none of PNG, JPEG, WebP, \
         GIF, BMP, TIFF, AVIF, JPEG XL, PSD or OpenRaster"
    )]
    UnknownFormat {
        /// The first bytes, in hexadecimal.
        start: String,
    },
    /// A file that is known and not read.
    #[error("this is {}, which cannot be read; {}", other.name, other.advice)]
    OtherFormat {
        /// The format, and the remedy.
        other: OtherFormat,
    },
    /// The format is known, but not this variety of it.
    #[error("this {format} is of a kind that cannot be read ({detail}); save it as an 8-bit PNG")]
    NotSupported {
        /// The format.
        format: Format,
        /// The variety.
        detail: String,
    },
    /// A picture without layers where layers are wanted.
    #[error("this {format} has no layers; paint it as one picture, without --layers")]
    NoLayers {
        /// The format.
        format: Format,
    },
    /// The header claims a side of zero.
    #[error("the {format} header says {width}×{height} pixels: there is nothing in it")]
    NoPixels {
        /// The format.
        format: Format,
        /// The width in the header.
        width: u32,
        /// The height in the header.
        height: u32,
    },
    /// The header claims more pixels than allowed. Nothing was allocated for them.
    #[error(
        "the {format} header says {width}×{height} pixels, more than the limit of {limit} pixels; \
         make the picture smaller or raise the limit"
    )]
    TooManyPixels {
        /// The format.
        format: Format,
        /// The width in the header.
        width: u32,
        /// The height in the header.
        height: u32,
        /// [`crate::DecodeLimits::max_pixels`].
        limit: u64,
    },
    /// Decoding would take more memory than allowed, or than there is.
    #[error(
        "decoding this {format} would take more than the limit of {limit} bytes; \
         make the picture smaller or raise the limit"
    )]
    TooManyBytes {
        /// The format.
        format: Format,
        /// [`crate::DecodeLimits::max_bytes`].
        limit: u64,
    },
    /// The bytes end before the picture does.
    #[error("the {format} is cut short: the file ends before the picture does; fetch it again")]
    CutShort {
        /// The format.
        format: Format,
    },
    /// The bytes contradict themselves or their format.
    #[error("the {format} is damaged: {detail}")]
    Damaged {
        /// The format.
        format: Format,
        /// The decoder's finding.
        detail: String,
    },
}

impl DecodeError {
    /// The error for bytes that are no picture of a format that is read.
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

    /// The decoder's error in this crate's words.
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

    /// Some decoders wrap the end of the file in errors of their own, and only the words tell.
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

/// A decoder's message on one line and of a length that fits a report.
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
