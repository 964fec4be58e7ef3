//! Loss terms: one pure function each, its formula in its documentation.

pub mod adversarial;
pub mod classification;
pub mod conditions;
pub mod content;
pub mod diversity;
pub mod gradient_penalty;
pub mod lines;
pub mod lips;
pub mod matching;
pub mod reconstruction;
pub mod spread;
pub mod style;
pub mod style_statistics;
pub mod texture;
