//! Anatomy of a picture of a character: its parts (hair, face, eyes, brows, mouth and body) pixel
//! by pixel, and the landmarks of its faces.
//!
//! One small network finds both. It looks at pictures in which a face is about 64 pixels large;
//! others are brought to that size first.

mod error;
mod finder;
mod landmark;
mod loss;
mod network;
mod part;
mod parts_map;
mod peaks;
mod target;

pub use error::AnatomyError;
pub use finder::{Anatomy, AnatomyFinder, FacePoints, PointFound};
pub use landmark::Landmark;
pub use loss::{AnatomyLosses, Targets, anatomy_loss};
pub use network::{AnatomyMaps, AnatomyNetwork};
pub use part::Part;
pub use parts_map::PartsMap;
pub use peaks::located;
pub use target::{PointTarget, TargetMaps};
