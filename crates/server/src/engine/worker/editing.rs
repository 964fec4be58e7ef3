//! Pictures moved along directions, or to labels.

use utsushi::creative::Direction;
use utsushi_imaging::Mark;

use super::{PaintTask, Subject, Worker, marked};
use crate::{Edit, Painted, WorkError};

impl Worker<'_> {
    pub(super) fn edit(&self, edit: &Edit) -> Result<Painted, WorkError> {
        let content = self.read(&edit.content, Subject::Content)?;
        let mut directions = Vec::new();
        if !edit.amounts.is_empty() {
            let known = self.shared.directions()?;
            for &(index, amount) in &edit.amounts {
                let found = known.get(index).ok_or(WorkError::Fault)?;
                directions.push((found.direction.clone(), amount));
            }
        }
        if !edit.labels.is_empty() {
            let painter = self.shared.painter()?;
            let own = painter.style_of(&content)?;
            for label in &edit.labels {
                let way = Direction::to_label(painter, &own, &label.label, &label.value)?;
                directions.push((way, label.amount));
            }
        }
        let paint_task = PaintTask::Edit {
            content,
            directions,
            mode: edit.mode,
            strength: edit.strength,
            octaves: edit.octaves,
        };
        self.finish(paint_task, (edit.format, marked(Mark::Repainted)))
    }
}
