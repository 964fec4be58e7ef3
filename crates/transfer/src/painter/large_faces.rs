//! How large the face of a picture is.

use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use utsushi_faces::FaceFinder;
use utsushi_imaging::Picture;

use super::Painter;

/// Pictures of up to so many times the pixels that the model was trained on are painted at their
/// own size whatever they show: tones are right there, and smaller ones would lose detail.
const FEW: u64 = 6;

/// Looks for faces; made when the first large picture comes.
#[derive(Clone, Debug, Default)]
pub(super) struct LargeFaces(Arc<OnceLock<Option<FaceFinder>>>);

impl LargeFaces {
    fn finder(&self, device: &Device) -> Option<&FaceFinder> {
        // Weights that cannot be read have been exchanged; a painting needs no face finder.
        let made = || FaceFinder::builtin(device).ok();
        self.0.get_or_init(made).as_ref()
    }
}

impl Painter {
    /// How many octaves a picture is best painted with
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)): as many times as its main face can
    /// be halved until it is no larger than those that the model was trained on. None where no
    /// face is found, and in pictures of little more pixels than the model's own.
    pub fn octaves(&self, picture: &Picture) -> u32 {
        let native = self.config().native_size;
        if picture.pixels() <= FEW * (native * native) as u64 {
            return 0;
        }
        let longer = picture.width().max(picture.height());
        if utsushi_faces::octaves(f64::from(longer), native) == 0 {
            return 0;
        }
        let finder = self.large_faces.finder(&self.device);
        let face = finder.and_then(|finder| finder.main_face(picture));
        face.map_or(0, |face| {
            let size = f64::from(face.width) * f64::from(face.height);
            utsushi_faces::octaves(size.sqrt(), native)
        })
    }
}
