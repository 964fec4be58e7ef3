//! The networks of Utsushi: configuration, initialisation, forward pass.
//!
//! Pictures are `[batch, height, width, 3]`, RGB, −1…1. Nothing here reads or writes files, and
//! nothing here trains.

mod blocks;
mod condition;
mod condition_reader;
mod config;
mod content_encoder;
mod content_prior;
mod decoder;
mod generator;
mod initialiser;
mod label_embedding;
mod labels;
mod layers;
mod luminance;
mod mapping_network;
mod noise;
mod normaliser;
mod painter;
mod parameter_groups;
mod passage;
mod pixel_discriminator;
mod pixel_shuffle;
mod projected_discriminator;
mod random;
mod reference_discriminator;
mod retired;
mod sketch_encoder;
mod slots;
mod spectral_norm;
mod steered;
mod strips;
mod student;
mod style_classifier;
mod style_encoder;
mod surface;

pub use condition::Condition;
pub use condition_reader::ConditionReader;
pub use config::{ConfigError, DiscriminatorConfig, ModelConfig, PriorConfig};
pub use content_encoder::{ContentEncoder, ContentFeatures};
pub use content_prior::ContentPrior;
pub use decoder::Decoder;
pub use generator::Generator;
pub use initialiser::Initialiser;
pub use label_embedding::LabelEmbedding;
pub use labels::Labels;
pub use layers::{Conv, Dense};
pub use luminance::{local_contrast, luminance};
pub use mapping_network::MappingNetwork;
pub use noise::{NOISE_PERIOD, noise_at};
pub use normaliser::{ChannelStatistics, Normaliser};
pub use painter::PainterNetworks;
pub use parameter_groups::ParameterGroup;
pub use passage::Passage;
pub use pixel_discriminator::PixelDiscriminator;
pub use pixel_shuffle::{depth_to_space, space_to_depth};
pub use projected_discriminator::ProjectedDiscriminator;
pub use random::normal_pair;
pub use reference_discriminator::ReferenceDiscriminator;
#[doc(hidden)]
pub use retired::Retired;
pub use sketch_encoder::SketchEncoder;
pub use slots::SLOT_COLOURS;
pub use spectral_norm::SpectralConv;
pub use strips::Strips;
pub use student::{Student, StudentConfig};
pub use style_classifier::StyleClassifier;
pub use style_encoder::StyleEncoder;
pub use surface::{Surface, SurfaceRegression};
pub use utsushi_kernels::KeptWeights;
