//! From folders and zips of paintings to a checked, split, seeded stream of training batches.
//!
//! - [`inspect()`] looks at sources without changing anything.
//! - [`prepare()`] turns the sources of a [`SetsFile`] into a folder of square pictures of one
//!   size, without those that cannot be used, split into training and validation.
//! - [`pack()`] makes one file of such a folder, of bounded size.
//! - [`PreparedSet`] opens such a folder or file, [`Loader`] streams training batches from it.
//!
//! Pictures leave this crate as [`Pictures`]: `[pictures, height, width, 3]` values in −1…1.

mod batch;
mod content_hash;
mod crop;
mod description;
mod drop_reason;
mod entry;
mod error;
mod export;
mod find_face;
mod ground;
mod inspect;
mod loader;
mod near_duplicates;
mod near_views;
mod notice;
mod pack;
mod perceptual_hash;
mod pictures;
mod prepare;
mod prepared;
mod random;
mod role;
mod sampler;
mod sets_file;
mod source;
mod split;
mod style_name;
mod thread_pool;
mod validation;

pub use batch::TrainingBatch;
pub use content_hash::ContentHash;
pub use crop::{Crop, PixelBox};
pub use description::StyleEntry;
pub use drop_reason::DropReason;
pub use entry::Entry;
pub use error::DatasetError;
pub use export::{ShardOptions, export_shards};
pub use find_face::{FaceCrop, FindFace};
pub use ground::Ground;
pub use inspect::{
    InspectOptions, InspectProgress, Inspection, LookAlike, SoftPicture, StyleInspection, inspect,
};
pub use loader::{Loader, LoaderOptions};
pub use near_views::NearViews;
pub use notice::Notice;
pub use pack::{PackOptions, PackReport, pack};
pub use pictures::Pictures;
pub use prepare::{
    DroppedPicture, FacelessPicture, PrepareOptions, PrepareProgress, PrepareReport, StyleCounts,
    prepare, prepare_finding,
};
pub use prepared::PreparedSet;
pub use random::shuffle;
pub use role::Role;
pub use sets_file::{Pick, SetsFile, SourceEntry};
pub use split::Split;
pub use style_name::{is_style_name, style_name_like};
pub use validation::{fixed_training, fixed_validation};
