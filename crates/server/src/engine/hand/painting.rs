//! Pictures in a style.

use utsushi_transfer::StyleCode;

use super::palette::Palette;
use super::{Hand, Scene, Subject};
use crate::{Painted, Work, WorkError};

impl Hand<'_> {
    pub(super) fn paint(&self, work: &Work) -> Result<Painted, WorkError> {
        let content = self.read(&work.content, Subject::Content)?;
        let style = match self.shared.artist.painter() {
            Some(painter) => {
                let own = || painter.style_of(&content);
                Palette::new(self, &work.references, work.framing).mix(
                    &work.styles,
                    work.path,
                    &own,
                )?
            }
            // The one way has an empty code.
            None => StyleCode::new(Vec::new())?,
        };
        let strength = work.strength;
        let scene = Scene::Painting {
            content,
            style,
            strength,
            octaves: work.octaves,
        };
        self.finish(scene, work.format)
    }
}
