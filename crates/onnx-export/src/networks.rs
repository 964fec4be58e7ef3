//! The networks of `utsushi-model` as graphs. Pictures and features are `[batch, channels, height,
//! width]` here, as usual in ONNX.

mod content_encoder;
mod content_prior;
mod decoder;
mod layers;
mod mapping_network;
mod slots;
mod style_encoder;

pub(crate) use content_encoder::{ContentFeatures, content_encoder};
pub(crate) use content_prior::content_prior;
pub(crate) use decoder::decoder;
pub(crate) use mapping_network::mapping_network;
pub(crate) use style_encoder::style_encoder;
