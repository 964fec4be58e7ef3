//! Colour profiles: what the numbers of a file mean, and the same colours in sRGB.

mod profile;
mod transform;

pub use profile::ColourProfile;
pub(crate) use profile::Source;
pub use transform::from_srgb;
pub(crate) use transform::to_srgb;
