//! ONNX networks of other programs, drawn in the tests.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod drawn;
mod hostile;
mod networks;
