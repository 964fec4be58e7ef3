//! Jobs: painting of files and folders to files and folders.
//!
//! First a [`Plan`] says which file becomes which, and everything that can be refused is refused
//! before the first picture is painted. Then [`run`] paints one after the other; what fails by
//! itself is reported, and the rest goes on.

mod check;
mod error;
mod film;
mod job;
mod list;
mod pictures;
mod place;
mod plan;
mod report;
mod run;
mod source;
mod walk;

#[cfg(test)]
mod tests;

pub use error::{JobError, PlanError};
pub use film::{first_picture, read_frame};
pub use job::{Existing, Job, Plan};
pub use list::parse_list;
pub use pictures::{list_pictures, plan_pictures};
pub use plan::{PlanOptions, plan, plan_styles};
pub use report::{Event, Failure, Report};
pub use run::{RunOptions, run};
pub use source::{InvalidSeed, StyleNotes, StyleSource, StyleSourceError, WeightedReference};
