//! What a picture shows, part by part.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use utsushi_anatomy::{Anatomy, AnatomyFinder, Part, PartsMap};
use utsushi_imaging::{Picture, fit_within, resize};

use super::Painter;
use crate::PartColours;
use crate::backend::Extent;
use crate::faces::Face;

/// The longer side of the copy in which parts are told for their colours, at most.
const REDUCED: u32 = 256;

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
    /// The parts of a picture with these faces, and their landmarks, as they are needed to paint:
    /// around the faces, or of the whole. Nothing where there are no faces.
    pub(super) fn anatomy_with(
        &self,
        picture: &Picture,
        faces: &[Face],
        extent: Extent,
    ) -> Option<Anatomy> {
        if faces.is_empty() {
            return None;
        }
        let near = self
            .parts
            .finder(&self.device)?
            .find_near(picture, &boxes(faces));
        match extent {
            Extent::Faces => Some(near),
            Extent::Whole => {
                let rest = self.reduced_anatomy(picture, faces)?.1.parts;
                Some(Anatomy {
                    parts: completed(&near.parts, &rest)?,
                    ..near
                })
            }
        }
    }

    /// A picture and its parts at a size at which they are soon told.
    fn reduced_anatomy<'a>(
        &self,
        picture: &'a Picture,
        faces: &[Face],
    ) -> Option<(Cow<'a, Picture>, Anatomy)> {
        let mut boxes = boxes(faces);
        let full = [picture.width(), picture.height()];
        let small = if full[0].max(full[1]) > REDUCED {
            let (width, height) = fit_within((full[0], full[1]), REDUCED, REDUCED);
            for own in &mut boxes {
                let scale = [
                    width as f32 / full[0] as f32,
                    height as f32 / full[1] as f32,
                ];
                *own = [0, 1, 2, 3].map(|index| own[index] * scale[index % 2]);
            }
            Cow::Owned(resize(picture, width, height))
        } else {
            Cow::Borrowed(picture)
        };
        let anatomy = self.parts.finder(&self.device)?.find(&small, &boxes);
        Some((small, anatomy))
    }

    /// The colours of the parts of a painting; nothing where no face is found.
    pub(super) fn part_colours(&self, painting: &Picture) -> Option<PartColours> {
        let faces = self.faces(painting);
        if faces.is_empty() {
            return None;
        }
        let (painting, anatomy) = self.reduced_anatomy(painting, &faces)?;
        PartColours::of(&painting, &anatomy)
    }

    /// The faces of a picture with their landmarks, and the part that each of its pixels belongs to;
    /// nothing where no face is found.
    pub fn anatomy(&self, picture: &Picture) -> Option<Anatomy> {
        let faces = self.faces(picture);
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

/// The parts of a picture, with those of a copy of it in place of what is background.
fn completed(parts: &PartsMap, copy: &PartsMap) -> Option<PartsMap> {
    let (width, height) = (parts.width(), parts.height());
    let place = |at: u32, end: u32, own: u32| {
        (u64::from(at) * u64::from(own) / u64::from(end.max(1))) as u32
    };
    let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let whole = all.map(|(x, y)| match parts.at(x, y) {
        Part::Background => {
            let (x, y) = (
                place(x, width, copy.width()),
                place(y, height, copy.height()),
            );
            copy.at(x, y).index() as u8
        }
        known => known.index() as u8,
    });
    PartsMap::new(width, height, whole.collect())
}
