//! Operations of the networks: fast on a CPU, composed from the framework's own elsewhere.
//!
//! Every picture-shaped tensor is channels-last: `[batch, height, width, channels]`. That is the
//! order of pixels in files, the order in which a convolution reads its input without copying it,
//! and the order that GPU convolutions prefer.

// Vector instructions and disjoint writes from several threads need it; nothing outside of this
// crate does.
#![allow(unsafe_code)]

mod activation;
mod composed;
mod convolution;
mod direct;
mod extension;
mod flex;
mod geometry;
#[cfg(feature = "autodiff")]
mod gradients;
mod options;
mod pack;
mod parallel;
mod pointwise;
mod scratch;
mod simd;
mod sweep;

pub use activation::Activation;
pub use composed::{average_pool2, style_norm, upsample2};
pub use convolution::{conv2d, depthwise_conv2d};
pub use options::{Conv2dOptions, Padding};
