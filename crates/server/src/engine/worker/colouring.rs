//! Line drawings in the colours of a painting.

use std::path::Path;

use utsushi::creative::colour_lines;
use utsushi::{OutputDepth, OutputOptions, PartColours, SavedStyle, content_and_painting};
use utsushi_imaging::AnyPicture;

use super::{Subject, Worker, written};
use crate::{ColourLines, Painted, WorkError};

/// The reference, of which there is one.
const REFERENCE: Subject = Subject::Reference(0);

impl Worker<'_> {
    pub(super) fn colour(&self, asked: &ColourLines) -> Result<Painted, WorkError> {
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

    /// The colours of the reference's parts.
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
