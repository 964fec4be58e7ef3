//! What a picture shows, part by part.

use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use utsushi_anatomy::{Anatomy, AnatomyFinder};
use utsushi_imaging::Picture;

use super::Painter;
use crate::faces::Face;

/// Finds parts; made when the first face comes.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts(Arc<OnceLock<Option<AnatomyFinder>>>);

impl Parts {
    fn finder(&self, device: &Device) -> Option<&AnatomyFinder> {
        // Weights that cannot be read have been exchanged; a painting needs no parts.
        let made = || AnatomyFinder::builtin(device).ok();
        self.0.get_or_init(made).as_ref()
    }
}

impl Painter {
    /// The parts around these faces, and their landmarks, as they are needed to paint; nothing where
    /// there are no faces.
    pub(super) fn anatomy_around(&self, picture: &Picture, faces: &[Face]) -> Option<Anatomy> {
        if faces.is_empty() {
            return None;
        }
        Some(
            self.parts
                .finder(&self.device)?
                .find_near(picture, &boxes(faces)),
        )
    }

    /// The faces of a picture with their landmarks, and the part that each of its pixels belongs to;
    /// nothing where no face is found.
    pub fn anatomy(&self, picture: &Picture) -> Option<Anatomy> {
        let faces = self.faces(picture);
        if faces.is_empty() {
            return None;
        }
        Some(
            self.parts
                .finder(&self.device)?
                .find(picture, &boxes(&faces)),
        )
    }
}

fn boxes(faces: &[Face]) -> Vec<[f32; 4]> {
    let boxes = faces
        .iter()
        .map(|face| [face.x, face.y, face.width, face.height]);
    boxes.collect()
}
