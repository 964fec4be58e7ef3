//! Why a picture cannot be encoded.

use thiserror::Error;

use crate::{AnimationFormat, OutputFormat, Picture};

/// Why [`crate::encode`] failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is longer than the format can express.
    #[error(
        "{width}×{height} pixels do not fit into a {format}, whose sides end at {limit}; \
         write a PNG"
    )]
    TooLarge {
        /// The format asked for.
        format: OutputFormat,
        /// The picture's width.
        width: u32,
        /// The picture's height.
        height: u32,
        /// The format's longest side.
        limit: u32,
    },
    /// The encoder failed.
    #[error("the {format} encoder failed: {detail}")]
    Encoder {
        /// The format asked for.
        format: OutputFormat,
        /// What the encoder said.
        detail: String,
    },
    /// A TIFF of 16 bits cannot be written.
    #[error("the TIFF cannot be written: {detail}")]
    DeepTiff {
        /// What is wrong.
        detail: String,
    },
    /// An animation cannot be written.
    #[error("the {format} animation cannot be written: {detail}")]
    Animation {
        /// The format asked for.
        format: AnimationFormat,
        /// What is wrong.
        detail: String,
    },
}

impl EncodeError {
    pub(crate) fn check_size(picture: &Picture, format: OutputFormat) -> Result<(), Self> {
        let limit = match format {
            OutputFormat::Png => i32::MAX as u32,
            OutputFormat::Jpeg | OutputFormat::Gif => 65_535,
            OutputFormat::WebP => 16_383,
        };
        let (width, height) = (picture.width(), picture.height());
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
