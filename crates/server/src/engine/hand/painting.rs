//! Pictures in a style.

use utsushi::Style;

use super::palette::Palette;
use super::{Hand, Scene, Subject};
use crate::{Painted, Work, WorkError};

impl Hand<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        let content = self.read(&work.content, Subject::Content)?;
        let style = match self.shared.model.steered() {
            Some(painter) => {
                let own = || painter.style_of(&content);
                let mut palette = Palette::new(self, &work.references);
                palette.mix(&work.styles, work.path, &own)?.into()
            }
            None => Style::Only,
        };
        let strength = work.strength;
        let scene = Scene::Painting {
            content,
            style,
            strength,
        };
        self.finish(scene, work.format)
    }
}
