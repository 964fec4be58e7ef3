//! Colour profiles: what the numbers of a file mean, and the same colours in sRGB.

mod profile;
mod transform;

pub use profile::ColourProfile;
pub(crate) use profile::Source;
pub(crate) use transform::to_srgb;
pub use transform::{from_srgb, from_srgb_deep};
