//! Models of this program as ONNX.
//!
//! [`export`](fn@export) writes the networks of a model as graphs that any ONNX runtime runs, with
//! nothing but a writer of the few messages that they need. ONNX networks of other programs are
//! read by the crate `utsushi`.

mod export;
mod graph;
mod message;
mod networks;
mod weights;
mod wire;

pub use export::{ExportOptions, OnnxFile, export, write_files};
pub use weights::ExportError;
