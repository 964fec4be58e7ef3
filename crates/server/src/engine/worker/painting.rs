//! Pictures in a style.

use utsushi::Style;

use super::style_reader::StyleReader;
use super::{PaintTask, Subject, Worker};
use crate::{Painted, Work, WorkError};

impl Worker<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        let content = self.read(&work.content, Subject::Content)?;
        let style = match self.shared.model.steered() {
            Some(painter) => {
                let own = || painter.style_of(&content);
                let mut style_reader = StyleReader::new(self, &work.references);
                style_reader.mix(&work.styles, work.path, &own)?.into()
            }
            None => Style::Only,
        };
        let strength = work.strength;
        let paint_task = PaintTask::Painting {
            content,
            style,
            strength,
        };
        self.finish(paint_task, work.format)
    }
}
