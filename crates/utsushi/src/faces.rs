//! The face finder: where the faces of a painting are, and how large.
//!
//! A network of 88 thousand numbers looks at the picture at repeatedly halved sizes, and at each of
//! them predicts the centres, widths and heights of faces (Zhou et al. 2019, "Objects as points").
//! The weights are part of the crate; `examples/train_faces` made them, and `assets/faces/CARD.md`
//! says from which pictures, how well they find faces, and what their terms are.
//!
//! A [`Face`] is the face without the hair: from the forehead to the chin, about as wide as high.

/// A sample PNG of 128×128 pixels with a face, to try things on: Lucy from Ren'Py, a free drawing
/// whose terms are in `assets/NOTICE`.
pub static SAMPLE_PORTRAIT: &[u8] = include_bytes!("../assets/sitter.png");

mod error;
mod face;
pub(crate) mod finder;
mod glow;
mod likeness;
mod loss;
mod network;
mod octaves;
mod peaks;
mod pyramid;
pub(crate) mod skin;
mod target;

pub use error::FaceFinderError;
pub use face::{Face, Frame};
pub use finder::FaceFinder;
pub(crate) use glow::glow;
pub(crate) use likeness::likeness;
pub use loss::{FaceTargets, face_loss};
pub use network::{FaceMaps, FaceNetwork};
pub(crate) use octaves::halvings;
pub use octaves::octaves;
pub use target::{Extent, FaceTargetMaps};
