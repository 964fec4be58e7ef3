//! Painters' search for parts of a picture.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use utsushi_anatomy::{Anatomy, AnatomyFinder};
use utsushi_imaging::{Picture, fit_within, resize};

use super::Painter;
use crate::PartColours;
use crate::backend::Extent;
use crate::faces::Face;

/// Largest longer side, in pixels, of the copy in which parts are found for their colours.
const REDUCED: u32 = 256;

/// The finder of parts, made when the first face comes.
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
    /// Finds the parts of a picture with these faces, and the landmarks, for painting: around the
    /// faces, or in the whole picture. `None` if there are no faces.
    pub(super) fn anatomy_with(
        &self,
        picture: &Picture,
        faces: &[Face],
        extent: Extent,
    ) -> Option<Anatomy> {
        if faces.is_empty() {
            return None;
        }
        let finder = self.parts.finder(&self.device)?;
        Some(match extent {
            Extent::Faces => finder.find_near(picture, &boxes(faces)),
            Extent::Whole => finder.find_roughly(picture, &boxes(faces)),
        })
    }

    /// Finds the colours of the parts of a painting with these faces, in a reduced copy of it;
    /// `None` if there are no faces.
    pub(super) fn part_colours(&self, painting: &Picture, faces: &[Face]) -> Option<PartColours> {
        if faces.is_empty() {
            return None;
        }
        let mut boxes = boxes(faces);
        let full = [painting.width(), painting.height()];
        let small = if full[0].max(full[1]) > REDUCED {
            let (width, height) = fit_within((full[0], full[1]), REDUCED, REDUCED);
            for own in &mut boxes {
                let scale = [
                    width as f32 / full[0] as f32,
                    height as f32 / full[1] as f32,
                ];
                *own = [0, 1, 2, 3].map(|index| own[index] * scale[index % 2]);
            }
            Cow::Owned(resize(painting, width, height))
        } else {
            Cow::Borrowed(painting)
        };
        let finder = self.parts.finder(&self.device)?;
        PartColours::of(&small, &finder.find_roughly(&small, &boxes))
    }

    /// Finds the faces of a picture with their landmarks, and the part that each of its pixels
    /// belongs to; `None` if no face is found.
    pub fn anatomy(&self, picture: &Picture) -> Option<Anatomy> {
        let mut faces = self.faces(picture);
        if faces.is_empty() {
            faces = self.face_finder()?.find_thoroughly(picture);
        }
        if faces.is_empty() {
            return None;
        }
        let finder = self.parts.finder(&self.device)?;
        Some(finder.find(picture, &boxes(&faces)))
    }
}

fn boxes(faces: &[Face]) -> Vec<[f32; 4]> {
    faces.iter().map(Face::bounds).collect()
}
