//! What is measured on single pictures.

mod brightness;
mod edges;
mod lab;
mod palette;
mod reinhard;

pub use brightness::equalised;
pub use edges::EdgeMap;
pub use palette::Palette;
pub use reinhard::reinhard;

use lab::{from_lab, to_lab};
