//! Frozen feature networks, read from the files their authors publish.
//!
//! Training judges pictures through one of them, and evaluation measures with another; repainting
//! needs none.

mod architecture;
mod error;
mod file;
mod folding;
mod formula;
mod import;
mod network;

pub use architecture::Architecture;
pub use error::FeaturesError;
pub use file::{default_path, path_of};
pub use formula::{write_untrained, write_untrained_as};
pub use import::{import, import_to_its_place};
pub use network::{CHANNELS, FeatureNetwork, FeatureTaps};
