//! Colour profiles: the meaning of a file's colour values, and their conversion to sRGB.

mod profile;
mod transform;

pub use profile::ColourProfile;
pub(crate) use profile::Source;
pub use transform::from_srgb;
pub(crate) use transform::to_srgb;
