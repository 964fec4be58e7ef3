//! Distillation: teaching a small network to paint in one style as a large one does.
//!
//! Both are shown the same pictures; the student is drawn towards the teacher's paintings, pixel by
//! pixel and, where the feature network is at hand, in that network's features (Hinton et al. 2015
//! for the idea; there is no adversary, since the teacher's painting is the one right answer).

mod agreement;
mod card;
mod options;
mod run;
mod step;

pub use agreement::Agreement;
pub use options::{DistilConfig, DistilOptions, Teacher};
pub use run::{Distilled, distil};
