//! Statistics on feature vectors: distances between sets, and a classifier. This module knows
//! nothing of pictures.

mod classifier;
mod frechet;
mod kernel_distance;
mod singular_values;
mod standardiser;

pub use classifier::Classifier;
pub use frechet::frechet_distance;
pub use kernel_distance::{KernelDistance, kernel_distance};
pub use standardiser::Standardiser;
