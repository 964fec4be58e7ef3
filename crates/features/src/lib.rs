//! Frozen feature networks, read from the files their authors publish.
//!
//! Training looks at pictures through one to judge them; nothing that repaints needs it.

mod architecture;
mod error;
mod file;
mod folding;
mod formula;
mod import;
mod network;

pub use error::FeaturesError;
pub use file::default_path;
pub use formula::write_untrained;
pub use import::import;
pub use network::{CHANNELS, FeatureNetwork, FeatureTaps};
