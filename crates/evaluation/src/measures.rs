//! Measures of single pictures.

mod brightness;
mod edges;
mod face_kept;
mod lab;
mod palette;
mod reinhard;

pub use brightness::equalised;
pub use edges::EdgeMap;
pub use face_kept::Portrait;
pub use palette::Palette;
pub use reinhard::reinhard;

use lab::{from_lab, to_lab};
