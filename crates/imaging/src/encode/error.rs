//! Errors of encoding a picture.

use thiserror::Error;

use crate::{AnimationFormat, DocumentFormat, OutputFormat};

/// The error that [`crate::encode`] failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is longer than the format supports.
    #[error(
        "{width}×{height} pixels do not fit into a {format}, whose sides end at {limit}; \
         write a PNG"
    )]
    TooLarge {
        /// The format asked for.
        format: OutputFormat,
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
        /// The format's longest side.
        limit: u32,
    },
    /// The encoder failed.
    #[error("the {format} encoder failed: {detail}")]
    Encoder {
        /// The format asked for.
        format: OutputFormat,
        /// The encoder's message.
        detail: String,
    },
    /// A side is shorter than the encoder accepts.
    #[error(
        "{width}×{height} pixels are too few for the encoder of {format}, which takes no side of one; \
         write a PNG"
    )]
    TooSmall {
        /// The format asked for.
        format: OutputFormat,
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
    },
    /// The format does not support 16 bits a channel.
    #[error(
        "a {format} does not hold 16 bits a channel (JPEG XL only without transparency); write a \
         PNG or TIFF"
    )]
    NotDeep {
        /// The format asked for.
        format: OutputFormat,
    },
    /// A document with layers cannot be written.
    #[error("the {format} cannot be written: {detail}")]
    Document {
        /// The format asked for.
        format: DocumentFormat,
        /// The fault that prevents writing the document.
        detail: String,
    },
    /// An animation cannot be written.
    #[error("the {format} animation cannot be written: {detail}")]
    Animation {
        /// The format asked for.
        format: AnimationFormat,
        /// The fault that prevents writing the animation.
        detail: String,
    },
}

impl EncodeError {
    pub(crate) fn check_size(
        (width, height): (u32, u32),
        format: OutputFormat,
    ) -> Result<(), Self> {
        let limit = match format {
            OutputFormat::Png | OutputFormat::Tiff | OutputFormat::OpenRaster => i32::MAX as u32,
            OutputFormat::Jpeg | OutputFormat::Gif | OutputFormat::Avif => 65_535,
            OutputFormat::JpegXl => 1 << 30,
            OutputFormat::WebP => 16_383,
            OutputFormat::Psd => 30_000,
        };
        if format == OutputFormat::JpegXl && width.min(height) < 2 {
            return Err(Self::TooSmall {
                format,
                width,
                height,
            });
        }
        if width.max(height) > limit {
            return Err(Self::TooLarge {
                format,
                width,
                height,
                limit,
            });
        }
        Ok(())
    }
}
