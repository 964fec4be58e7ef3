//! Pictures in a style.

use utsushi::jobs::OutputDepth;
use utsushi::{Mask, RegionStyle, Style, StyleRegion};
use utsushi_imaging::{AnyPicture, Extras, Mark, Metadata};

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker};
use crate::{Painted, PartMask, Work, WorkError};

impl Worker<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        let decoded = self.read_any(&work.content, Subject::Content)?;
        let metadata = decoded.metadata;
        // As the command line decides it.
        let (bits, has_alpha) = (decoded.bits, decoded.picture.has_alpha());
        let content = if OutputDepth::Auto.is_deep(bits, has_alpha, work.format) {
            AnyPicture::from(decoded.picture.into_sixteen())
        } else {
            AnyPicture::from(decoded.picture.into_eight())
        };
        let style = match self.shared.model.steered() {
            Some(painter) => {
                let own = || match &content {
                    AnyPicture::Eight(picture) => painter.style_of(picture),
                    AnyPicture::Sixteen(picture) => painter.style_of(&picture.to_picture()),
                };
                let mut style_reader = StyleReader::new(self, &work.references, work.framing);
                style_reader.mix(&work.styles, work.path, &own)?.into()
            }
            None => Style::Only,
        };
        let mut regions = Vec::new();
        if let Some(part) = &work.mask {
            regions.push(kept(self.mask(part, "mask")?.inverted()));
        }
        if let Some(part) = &work.keep {
            regions.push(kept(self.mask(part, "keep")?));
        }
        let strength = work.strength;
        let paint_task = PaintTask::Painting {
            content,
            style,
            regions,
            strength,
            octaves: work.octaves,
        };
        let extras = Extras {
            metadata: if work.metadata {
                metadata
            } else {
                Metadata::default()
            },
            profile: None,
            // At strength 0 the picture is what it was.
            mark: (strength != 0.0).then_some(Mark::Repainted),
        };
        self.finish(paint_task, (work.format, extras))
    }

    /// The mask that was sent in a field.
    fn mask(&self, part: &PartMask, field: &str) -> Result<Mask, WorkError> {
        let picture = self.read(&part.bytes, Subject::Mask)?;
        let mask = Mask::new(picture, part.feather).named(format!("`{field}`"));
        if mask.shows_anything() {
            Ok(mask)
        } else {
            Err(WorkError::EmptyMask)
        }
    }
}

/// A region that stays as it is.
fn kept(mask: Mask) -> StyleRegion {
    let style = RegionStyle::Keep;
    StyleRegion { mask, style }
}
