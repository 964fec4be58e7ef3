//! Operations of the networks: fast on a CPU, composed from the framework's own elsewhere.
//!
//! Every picture-shaped tensor is channels-last: `[batch, height, width, channels]`. That is the
//! order of pixels in files, the order in which a convolution reads its input without copying it,
//! and the order that GPU convolutions prefer.
//!
//! On a CPU a convolution is computed as its shape asks for. 3×3 with stride 1 and enough channels
//! goes through Winograd's F(4×4, 3×3), with a quarter of the multiplications, for the forward pass
//! and both gradients. All others are a direct sweep over pixels with all sums of a register tile
//! in registers: no unfolded copy of the input is made. Each loop is written once over the trait
//! `Simd` and compiled for AVX-512, AVX2, NEON and plain Rust; a value of that trait shows that the
//! processor has the instructions, so that only reading and writing memory is `unsafe`. The
//! environment variables `UTSUSHI_ISA` and `UTSUSHI_WINOGRAD=off` switch for comparisons. Weights
//! that do not change are packed and transformed once, at their third use ([`KeptWeights`]);
//! training keeps none.

// Vector instructions and disjoint writes from several threads need it; nothing outside of this
// crate does.
#![allow(unsafe_code)]

mod activation;
mod affine_convolution;
mod allocator;
mod composed;
mod convolution;
mod depthwise;
mod direct;
mod extension;
mod finish;
mod flex;
mod geometry;
#[cfg(feature = "autodiff")]
mod gradients;
mod kept;
mod map;
mod norm;
mod operations;
mod options;
mod outer;
mod pack;
mod parallel;
mod pointwise;
mod precision;
mod products;
mod reduced;
mod resample;
mod scratch;
mod simd;
mod smooth;
mod strips;
mod sweep;
#[cfg(test)]
mod testing;
mod update;
mod winograd;

pub use activation::Activation;
pub use affine_convolution::{AffineMap, conv2d_after};
pub use allocator::RecyclingAllocator;
pub use convolution::{conv2d, depthwise_conv2d};
pub use kept::KeptWeights;
pub use norm::{affine, channel_statistics, picture_statistics};
pub use operations::{
    average_pool2, gate, leaky_relu, scaled_sum, style_norm, sum, tanh, upsample2,
};
pub use options::{Border, Conv2dOptions, Padding};
pub use precision::{Precision, with_precision};
pub use products::{inner_products, matmul, mix_rows};
pub use strips::{average_pool2_below, conv2d_below, last_rows, scaled_sum_below};
pub use update::{AdamOptions, adam_step, lerp};
