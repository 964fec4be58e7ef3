//! How large the face of a picture is.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::faces::finder::main_of;
use crate::faces::{Face, FaceFinder};
use crate::pipeline::octaves::Sizing;
use burn::tensor::Device;
use utsushi_imaging::Picture;
use utsushi_model::Surface;

use super::Painter;

/// Pictures of up to so many times the pixels that the model was trained on are painted at their
/// own size whatever they show: tones are right there, and smaller ones would lose detail. As
/// references they are taken for heads already.
const FEW: u64 = 6;

/// Faces that are not found at half the size are looked for in pictures of up to this longer side, in pixels.
const SMALLEST: u32 = 192;

/// A hash of a picture and its faces; nothing before the first.
type Last = Option<(u64, Vec<Face>)>;

/// Looks for faces; made when the first picture comes.
#[derive(Clone, Debug, Default)]
pub(super) struct LargeFaces {
    finder: Arc<OnceLock<Option<FaceFinder>>>,
    /// The picture that was looked at last, by a hash of it, and its faces: whoever paints a picture, tells
    /// notes on it or tries styles on it asks anew.
    last: Arc<Mutex<Last>>,
}

impl LargeFaces {
    fn finder(&self, device: &Device) -> Option<&FaceFinder> {
        // Weights that cannot be read have been exchanged; a painting needs no face finder.
        let made = || FaceFinder::builtin(device).ok();
        self.finder.get_or_init(made).as_ref()
    }

    /// The faces of a picture, found by `find` unless it is the one that was looked at last.
    fn of(&self, picture: &Picture, find: impl FnOnce() -> Vec<Face>) -> Vec<Face> {
        let mut hasher = DefaultHasher::new();
        picture.hash(&mut hasher);
        let hash = hasher.finish();
        // A thread that panicked while it held the lock left nothing half done.
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, faces)) = last().as_ref().filter(|(own, _)| *own == hash) {
            return faces.clone();
        }
        let faces = find();
        *last() = Some((hash, faces.clone()));
        faces
    }
}

impl Painter {
    /// The face finder, if its weights can be read.
    pub(super) fn face_finder(&self) -> Option<&FaceFinder> {
        self.large_faces.finder(&self.device)
    }

    /// Whether a picture may show more than a head of the size that the model was trained on.
    pub(super) fn is_large(&self, picture: &Picture) -> bool {
        let native = self.config().native_size;
        picture.pixels() > FEW * (native * native) as u64
    }

    /// The number of octaves that a picture is best painted with
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)): as many halvings as bring its
    /// main face nearest to the size of those that the model was trained on, which is larger where
    /// it has seen windows of larger pictures. None where no face is found, and in pictures of
    /// little more pixels than the model's own.
    pub fn octaves(&self, picture: &Picture) -> u32 {
        if self.may_have_octaves(picture) {
            self.octaves_for(picture, &self.faces(picture))
        } else {
            0
        }
    }

    /// [`Painter::octaves`] of a picture with these faces.
    fn octaves_for(&self, picture: &Picture, faces: &[Face]) -> u32 {
        if !self.may_have_octaves(picture) {
            return 0;
        }
        let native = self.largest_native();
        main_of(faces).map_or(0, |face| crate::faces::octaves(extent(&face), native))
    }

    /// At which sizes a picture with these faces is best painted in a style of that surface.
    pub(crate) fn sizing(&self, picture: &Picture, faces: &[Face], surface: &Surface) -> Sizing {
        let native = self.largest_native();
        let halvings = main_of(faces).map(|face| crate::faces::halvings(extent(&face), native));
        Sizing::in_style(halvings, self.may_have_octaves(picture), surface, picture)
    }

    /// Whether a face of the picture could be larger than those that the model was trained on.
    pub(super) fn may_have_octaves(&self, picture: &Picture) -> bool {
        let longer = picture.width().max(picture.height());
        self.is_large(picture)
            && crate::faces::octaves(f64::from(longer), self.largest_native()) > 0
    }

    fn largest_native(&self) -> usize {
        let config = self.config();
        config.native_size.max(config.largest_seen / 2)
    }

    /// The faces in a picture, the surest first. Small pictures, in which no face is far away, are
    /// looked at in a copy of half the size, which takes a quarter of the time; the smallest as they are too, where
    /// that shows none.
    pub(crate) fn faces(&self, picture: &Picture) -> Vec<Face> {
        let Some(finder) = self.face_finder() else {
            return Vec::new();
        };
        self.large_faces
            .of(picture, || self.looked_for(picture, finder))
    }

    fn looked_for(&self, picture: &Picture, finder: &FaceFinder) -> Vec<Face> {
        if self.is_large(picture) {
            return finder.find(picture);
        }
        let (width, height) = (picture.width(), picture.height());
        let [wide, high] = [width, height].map(|side| side.div_ceil(2));
        let faces = finder.find_in_copy(picture, [wide, high]);
        if faces.is_empty() && width.max(height) <= SMALLEST {
            return finder.find(picture);
        }
        faces
    }
}

/// The geometric mean of a face's sides, in pixels.
fn extent(face: &Face) -> f64 {
    (f64::from(face.width) * f64::from(face.height)).sqrt()
}

/// The part of a painting with these faces around its main one, with the face as large and where it is in
/// the pictures that models are trained on, as far as the painting reaches. Nothing where there are no faces.
pub(super) fn around_face(picture: &Picture, faces: &[Face]) -> Option<Picture> {
    Some(main_of(faces)?.frame().cut(picture))
}
