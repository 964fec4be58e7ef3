//! Pictures moved along directions, to labels, or to another shape of their faces.

use utsushi::content_and_painting;
use utsushi::creative::{Direction, reshaped};
use utsushi_imaging::Mark;

use super::{PaintTask, Subject, Worker, written};
use crate::{Edit, Painted, WorkError};

impl Worker<'_> {
    pub(super) fn edit(&self, edit: &Edit) -> Result<Painted, WorkError> {
        let decoded = self.read_any(&edit.content, Subject::Content)?;
        let (content, file) = edit.output.prepared(decoded, edit.format)?.split();
        let before = edit
            .format
            .document()
            .map(|format| (format, content.clone()));
        let shape = edit.shape()?;
        let content = if shape.is_none() {
            content
        } else {
            let anatomy = self.shared.anatomy.find(&content.eight())?;
            reshaped(&content, &anatomy.faces, &shape).ok_or(WorkError::NoFace)?
        };
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
            let own = painter.style_of(&content.eight())?;
            for label in &edit.labels {
                let way = Direction::to_label(painter, &own, &label.label, &label.value)?;
                directions.push((way, label.amount));
            }
        }
        let size = content.size();
        let edited = self.painted(PaintTask::Edit {
            content,
            directions,
            mode: edit.mode,
            strength: edit.strength,
            octaves: edit.octaves,
        })?;
        let mark = self.mark(Mark::Repainted, edit.strength);
        let encoded = match before {
            Some((format, content)) => {
                let layers = content_and_painting(content, edited);
                edit.output.encode_layers(layers, &file, format, mark)
            }
            None => edit.output.encode(edited, &file, edit.format, mark),
        };
        Ok(written(encoded?.bytes, edit.format, size))
    }
}
