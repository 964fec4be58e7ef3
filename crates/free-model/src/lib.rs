//! The free model: a file of weights and nothing else.
//!
//! The weights learned from paintings in the public domain and from drawings under CC0 and CC BY
//! 4.0 alone; the card inside of the file names them.

/// Bytes of the model's file, as `utsushi export` writes it. They are linked only into programs
/// that use them.
pub static MODEL: &[u8] = include_bytes!("../assets/model.safetensors");

/// The model's name in messages, in place of a file's.
pub const NAME: &str = "free model";
