//! Models of this program as ONNX.
//!
//! [`export`](fn@export) writes the networks of a model as graphs that any ONNX runtime runs. ONNX
//! networks of other programs are read by the crate `utsushi`.

mod export;
mod graph;
mod message;
mod networks;
mod weights;

pub use export::{ExportOptions, OnnxFile, export, write_files};
pub use weights::ExportError;
