//! The built-in model: a file of weights and nothing else.
//!
//! The weights learned from pictures some of which are for research only, and are for research and
//! non-commercial use; the card inside of the file has the terms of each set.

/// Bytes of the model's file, as `utsushi export` writes it. They are linked only into programs
/// that use them.
pub static MODEL: &[u8] = include_bytes!("../assets/model.safetensors");

/// The model's name in messages, in place of a file's.
pub const NAME: &str = "built-in model";
