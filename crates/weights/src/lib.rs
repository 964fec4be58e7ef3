//! Weights on disk: exported models, students, named tensors. No other crate knows their formats.

mod error;
mod exported;
pub mod format;
mod named;
mod published;
mod student;
mod weights_file;

pub use error::WeightsFileError;
pub use exported::{
    ExportedModel, ExportedStyle, GALLERY_CODES, ModelFileError, STYLE_COLOURS, STYLE_GALLERY,
    STYLE_MEANS, STYLE_SURFACE,
};
pub use named::{Mismatch, MismatchError, NamedTensor, NamedTensors, apply, apply_taking, collect};
pub use student::ExportedStudent;
pub use weights_file::{MAXIMUM_BYTES, Precision, WeightsFile, write_tensors};
