//! Search for faces that are larger than those in training.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::faces::finder::main_of;
use crate::faces::{Face, FaceFinder};
use crate::pipeline::octaves::Sizing;
use burn::tensor::Device;
use utsushi_imaging::Picture;
use utsushi_model::Surface;

use super::Painter;

/// Multiple of the model's number of pixels up to which pictures are painted at their own size
/// whatever they show: their tones are right, and a smaller size would lose detail. As references
/// they are taken for heads without a search.
const FEW: u64 = 6;

/// Longer side in pixels up to which pictures are searched at full size, too, if no face is found
/// at half the size.
const SMALLEST: u32 = 192;

/// A hash of the last picture, and its faces; none before the first.
type Last = Option<(u64, Vec<Face>)>;

/// The face finder, made when the first picture comes, and the faces of the last picture.
#[derive(Clone, Debug, Default)]
pub(super) struct LargeFaces {
    finder: Arc<OnceLock<Option<FaceFinder>>>,
    /// Hash of the last picture that was searched, and its faces: painting a picture, notes on it
    /// and trial of styles all ask for the same faces.
    last: Arc<Mutex<Last>>,
}

impl LargeFaces {
    fn finder(&self, device: &Device) -> Option<&FaceFinder> {
        // Weights that cannot be read have been exchanged; a painting needs no face finder.
        let made = || FaceFinder::builtin(device).ok();
        self.finder.get_or_init(made).as_ref()
    }

    /// Returns the faces of a picture, found by `find` unless it is the last picture.
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

    /// Whether a picture has more pixels than a head of the size that the model was trained on.
    pub(super) fn is_large(&self, picture: &Picture) -> bool {
        let native = self.config().native_size;
        picture.pixels() > FEW * (native * native) as u64
    }

    /// Finds the number of octaves that a picture is best painted with
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)): as many halvings as bring its
    /// main face nearest to the size of faces in training, which is larger for models that have
    /// seen windows of larger pictures. It is 0 if no face is found, and for pictures with few more
    /// pixels than the model's own size.
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

    /// Chooses the sizes at which a picture with these faces is best painted in a style of that
    /// surface.
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

    /// Finds the faces in a picture, the surest first. Small pictures, in which no face is far
    /// away, are searched in a copy of half the size, which takes a quarter of the time; the
    /// smallest at full size, too, if the copy shows no face.
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

/// Size of a face: the geometric mean of its sides, in pixels.
fn extent(face: &Face) -> f64 {
    (f64::from(face.width) * f64::from(face.height)).sqrt()
}

/// Cuts out the part of a painting around its main face, with the face at the size and place that
/// it has in training pictures, as far as the painting reaches. `None` if there are no faces.
pub(super) fn around_face(picture: &Picture, faces: &[Face]) -> Option<Picture> {
    Some(main_of(faces)?.frame().cut(picture))
}
