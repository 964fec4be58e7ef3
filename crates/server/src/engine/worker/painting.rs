//! Pictures in a style.

use utsushi::{Mask, RegionStyle, Style, StyleRegion};
use utsushi_imaging::Mark;

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker};
use crate::{KeptPart, Painted, Work, WorkError};

impl Worker<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        let content = self.read(&work.content, Subject::Content)?;
        let style = match self.shared.model.steered() {
            Some(painter) => {
                let own = || painter.style_of(&content);
                let mut style_reader = StyleReader::new(self, &work.references, work.framing);
                style_reader.mix(&work.styles, work.path, &own)?.into()
            }
            None => Style::Only,
        };
        let regions = match &work.keep {
            Some(kept) => vec![self.kept(kept)?],
            None => Vec::new(),
        };
        let strength = work.strength;
        let paint_task = PaintTask::Painting {
            content,
            style,
            regions,
            strength,
            octaves: work.octaves,
        };
        // At strength 0 the picture is what it was.
        let mark = (strength != 0.0).then_some(Mark::Repainted);
        self.finish(paint_task, (work.format, mark))
    }

    /// The region that stays as it is.
    fn kept(&self, kept: &KeptPart) -> Result<StyleRegion, WorkError> {
        let mask = self.read(&kept.mask, Subject::Mask)?;
        let mask = Mask::new(mask, kept.feather);
        let style = RegionStyle::Keep;
        match mask.shows_anything() {
            true => Ok(StyleRegion { mask, style }),
            false => Err(WorkError::EmptyMask),
        }
    }
}
