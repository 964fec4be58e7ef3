//! Line drawings to be coloured.

use bytes::Bytes;
use utsushi::OutputOptions;
use utsushi_imaging::OutputFormat;

use super::look::{look, look_at_references};
use super::work::check_output;
use super::{PIXEL_BYTES, Shared, Size, Subject, WorkError};

/// A line drawing to be coloured after a painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColourLines {
    /// The bytes of a picture file: dark lines on light paper.
    pub content: Bytes,
    /// The bytes of the painting whose colours it takes, or of a saved style that knows them.
    pub reference: Bytes,
    /// The format of the result: in one that holds layers, the drawing and what is coloured are two.
    pub format: OutputFormat,
    /// Quality, colours and metadata of the result, which has 8 bits a channel.
    pub output: OutputOptions,
}

impl ColourLines {
    pub(super) fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
        let limit = shared.options.limits.pixels;
        check_output(self.format, &self.output)?;
        let content = look(&self.content, Subject::Content, limit)?;
        let reference = look_at_references([&self.reference[..]], limit)?;
        // The drawing, the same in 8 bits, the map of its parts, and what is coloured.
        let maps = content.pixels().saturating_mul(3 * PIXEL_BYTES);
        Ok(Size {
            painted: content.pixels(),
            held: content.bytes.saturating_add(maps).max(2 * reference),
        })
    }
}
