//! Models of this program as ONNX, and ONNX networks of others as painters.
//!
//! [`export`] writes the networks of a model as graphs that any ONNX runtime runs, with nothing
//! but a writer of the few messages that they need. [`OnnxNetwork`] reads a network that repaints
//! pictures in one way, finds out how it takes them, and runs it through `rten`, a runtime that
//! is Rust alone and on the CPU.

mod export;
mod graph;
mod message;
mod network;
mod networks;
mod weights;
mod wire;

pub use export::{ExportOptions, OnnxFile, export, write_files};
pub use network::{
    ChannelOrder, Form, FormOptions, Layout, NetworkError, OnnxNetwork, Range, Side, is_network,
};
pub use weights::ExportError;
