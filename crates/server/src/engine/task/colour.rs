//! Tasks of colouring line drawings.

use bytes::Bytes;
use std::path::Path;
use utsushi::creative::colour_lines;
use utsushi::{OutputDepth, OutputOptions, PartColours, SavedStyle, content_and_painting};
use utsushi_imaging::{AnyPicture, OutputFormat};

use super::look::{look, look_at_references};
use super::paint::check_output;
use super::{Kind, PIXEL_BYTES, Size};
use crate::engine::Shared;
use crate::engine::worker::{Worker, written};
use crate::{Painted, Subject, WorkError};

/// A task: to colour a line drawing after a painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColourLines {
    /// The bytes of a picture file: dark lines on light paper.
    pub content: Bytes,
    /// The bytes of the painting whose colours it gets, or of a saved style with its colours.
    pub reference: Bytes,
    /// Format of the result. One with layers gets two: the drawing, and the coloured one above it.
    pub format: OutputFormat,
    /// Quality, colours and metadata of the result, which has 8 bits a channel.
    pub output: OutputOptions,
}

impl Kind for ColourLines {
    fn check(&self, shared: &Shared) -> Result<Size, WorkError> {
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

    fn perform(&self, worker: &Worker<'_>) -> Result<Painted, WorkError> {
        worker.colour(self)
    }
}

/// The only reference, in errors.
const REFERENCE: Subject = Subject::Reference(0);

impl Worker<'_> {
    fn colour(&self, asked: &ColourLines) -> Result<Painted, WorkError> {
        let colours = self.part_colours(&asked.reference)?;
        let output = OutputOptions {
            depth: OutputDepth::Eight,
            ..asked.output
        };
        let decoded = self.read_any(&asked.content, Subject::Content)?;
        let (content, file) = output.prepared(decoded, asked.format)?.split();
        let drawing = content.eight();
        let anatomy = self.shared.anatomy.find_in_lines(&drawing)?;
        self.check()?;
        let coloured: AnyPicture = colour_lines(&drawing, &anatomy, &colours)?.into();
        let size = content.size();
        // No network painted it, so that it is not marked.
        let encoded = match asked.format.document() {
            Some(format) => {
                let layers = content_and_painting(content.clone(), coloured);
                output.encode_layers(layers, &file, format, None)
            }
            None => output.encode(coloured, &file, asked.format, None),
        };
        Ok(written(encoded?.bytes, asked.format, size))
    }

    /// Reads the colours of the reference's parts.
    fn part_colours(&self, reference: &[u8]) -> Result<PartColours, WorkError> {
        if SavedStyle::is_one(reference) {
            let style = SavedStyle::from_bytes(reference, Path::new(&REFERENCE.to_string()));
            let style = style.map_err(|error| WorkError::SavedStyle(error.to_string()))?;
            let colours = style.part_colours().cloned();
            return colours.ok_or(WorkError::NoPartColours { saved: true });
        }
        let shown = self.read(reference, REFERENCE)?;
        let anatomy = self.shared.anatomy.find(&shown)?;
        let colours = PartColours::of(&shown, &anatomy);
        colours.ok_or(WorkError::NoPartColours { saved: false })
    }
}
