//! Pictures moved along directions.

use super::{Hand, Scene, Subject};
use crate::{Edit, Painted, WorkError};

impl Hand<'_> {
    pub(super) fn edit(&self, edit: &Edit) -> Result<Painted, WorkError> {
        let content = self.read(&edit.content, Subject::Content)?;
        let known = self.shared.directions()?;
        let mut directions = Vec::new();
        for &(index, amount) in &edit.amounts {
            let found = known.get(index).ok_or(WorkError::Fault)?;
            directions.push((found.direction.clone(), amount));
        }
        let scene = Scene::Edit {
            content,
            directions,
            mode: edit.mode,
            strength: edit.strength,
        };
        self.finish(scene, edit.format)
    }
}
