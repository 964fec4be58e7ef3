//! Configuration of the networks: their sizes and optional parts.

use serde::{Deserialize, Serialize};

use crate::Condition;
use crate::retired::{self, Retired};

/// Sizes and optional parts of the networks that paint. Written into every checkpoint and exported
/// model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// Side in pixels of the pictures the networks were trained on; a reference is brought to
    /// about this size before its style is read.
    pub native_size: usize,
    /// Side in pixels of the largest pictures of which training showed windows; 0 if none were
    /// larger than `native_size`. Training sets this.
    #[serde(skip_serializing_if = "is_zero")]
    pub largest_seen: usize,
    /// Number of styles that the label embeddings have a vector for.
    pub styles: usize,
    /// Length of the style code of one decoder stage.
    pub style_dim: usize,
    /// Length of the noise that the mapping network turns into style codes.
    pub latent_dim: usize,
    /// Channels of the generator's trunk at 1/2, 1/4 and 1/8 of the picture's side.
    pub trunk_channels: [usize; 3],
    /// Channels of the style encoder at 1/2, 1/4, 1/8 and 1/16 of the picture's side.
    pub style_channels: [usize; 4],
    /// Width of the mapping network's hidden layers.
    pub mapping_width: usize,
    /// Whether the content's local contrast is carried past the bottleneck through a learned gate,
    /// so that lines stay crisp.
    pub line_skip: bool,
    /// Whether the style code of the last stage steers the gate of [`line_skip`](Self::line_skip),
    /// so that a style decides which of the content's lines it draws. Its weights start at zero: a
    /// model to which they are added paints the same.
    #[serde(skip_serializing_if = "is_false")]
    pub line_style: bool,
    /// Whether noise that is fixed to the pixel's position enters the last stage, as strong in each
    /// channel as the style code says: grain, hatching and brush strokes are made of it (Karras et
    /// al. 2019, section 3.2). Its weights start at zero: a model to which they are added paints
    /// the same.
    #[serde(skip_serializing_if = "is_false")]
    pub noise: bool,
    /// Number of parts of a painting whose style is read and painted apart from each other, so that
    /// skin takes the colour of skin; 0: one code for the whole. Their weights start at zero: a
    /// model to which they are added paints the same.
    #[serde(skip_serializing_if = "is_zero")]
    pub style_slots: usize,
    /// Length of a slot's code (that of one part of a painting) in one decoder stage; its first
    /// three numbers are the part's mean colour.
    #[serde(skip_serializing_if = "is_default_slot_dim")]
    pub slot_dim: usize,
    /// Sizes of the content prior, which draws what new paintings show; absent if the model has
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<PriorConfig>,
    /// Conditions, labels besides the style, for which codes can be drawn; set from the training
    /// set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    #[doc(hidden)]
    #[serde(skip_serializing, deserialize_with = "retired::steering")]
    pub steering: Retired,
    #[doc(hidden)]
    #[serde(skip_serializing, deserialize_with = "retired::shared_code")]
    pub shared_code: Retired,
    #[doc(hidden)]
    #[serde(skip_serializing, deserialize_with = "retired::content_colours")]
    pub content_colours: Retired,
}

/// Sizes of the content prior, the network that draws sketches for new paintings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriorConfig {
    /// Side of the sketches in pixels, a multiple of 16. They are enlarged before they are painted:
    /// it is faster and easier to decide what a picture shows at a small size.
    pub size: usize,
    /// Length of the noise from which a sketch is drawn.
    pub latent_dim: usize,
    /// Channels at 1/16, 1/8, 1/4 and 1/2 of the sketch's side.
    pub channels: [usize; 4],
}

impl Default for PriorConfig {
    fn default() -> Self {
        Self {
            size: 64,
            latent_dim: 64,
            channels: [192, 192, 128, 64],
        }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            native_size: 128,
            largest_seen: 0,
            styles: 7,
            style_dim: 64,
            latent_dim: 16,
            trunk_channels: [64, 128, 192],
            style_channels: [48, 96, 160, 160],
            mapping_width: 192,
            line_skip: true,
            line_style: false,
            noise: false,
            style_slots: 0,
            slot_dim: SLOT_DIM,
            prior: None,
            conditions: Vec::new(),
            steering: Retired,
            shared_code: Retired,
            content_colours: Retired,
        }
    }
}

/// Default length of a slot's code: enough for a colour and what the stages make of it.
const SLOT_DIM: usize = 16;

fn is_default_slot_dim(value: &usize) -> bool {
    *value == SLOT_DIM
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl ModelConfig {
    /// Number of decoder stages that each have a style code of their own.
    pub const STAGES: usize = 4;

    /// Number of pixels of which both sides of a picture for the generator must be multiples.
    pub const ALIGNMENT: usize = 8;

    /// Length of the codes of all slots together, in one decoder stage.
    pub fn slots_length(&self) -> usize {
        self.style_slots * self.slot_dim
    }

    /// Length of a style's code in one decoder stage: that of the whole picture, then those of the
    /// slots.
    pub fn code_length(&self) -> usize {
        self.style_dim + self.slots_length()
    }

    /// Number of values of all conditions together.
    pub fn condition_values(&self) -> usize {
        self.conditions.iter().map(|it| it.values.len()).sum()
    }

    /// Checks that networks of these sizes can be built.
    ///
    /// # Errors
    /// Names the first key that is out of range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let positive = [
            ("styles", self.styles),
            ("style_dim", self.style_dim),
            ("latent_dim", self.latent_dim),
            ("mapping_width", self.mapping_width),
            (
                "trunk_channels",
                self.trunk_channels.into_iter().min().unwrap_or(0),
            ),
            (
                "style_channels",
                self.style_channels.into_iter().min().unwrap_or(0),
            ),
        ];
        for (key, value) in positive {
            // The upper bound keeps a hostile weights file from asking for terabytes.
            if value == 0 || value > 4096 {
                return Err(ConfigError {
                    key,
                    value,
                    expected: "a number from 1 to 4096",
                });
            }
        }
        if self.native_size < 32 || self.native_size > 2048 || !self.native_size.is_multiple_of(16)
        {
            return Err(ConfigError {
                key: "native_size",
                value: self.native_size,
                expected: "a multiple of 16 from 32 to 2048",
            });
        }
        if self.style_slots > 64 {
            return Err(ConfigError {
                key: "style_slots",
                value: self.style_slots,
                expected: "a number from 0 to 64",
            });
        }
        if self.slot_dim < 4 || self.slot_dim > 256 {
            return Err(ConfigError {
                key: "slot_dim",
                value: self.slot_dim,
                expected: "a number from 4 to 256",
            });
        }
        Condition::validate(&self.conditions)?;
        match &self.prior {
            Some(prior) => prior.validate(),
            None => Ok(()),
        }
    }
}

impl PriorConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        let least = self.channels.into_iter().min().unwrap_or(0);
        let most = self.channels.into_iter().max().unwrap_or(0);
        for (key, value) in [
            ("prior.latent_dim", self.latent_dim),
            ("prior.channels", least),
            ("prior.channels", most),
        ] {
            if value == 0 || value > 4096 {
                return Err(ConfigError {
                    key,
                    value,
                    expected: "a number from 1 to 4096",
                });
            }
        }
        if self.size == 0 || self.size > 512 || !self.size.is_multiple_of(16) {
            return Err(ConfigError {
                key: "prior.size",
                value: self.size,
                expected: "a multiple of 16 from 16 to 512",
            });
        }
        Ok(())
    }
}

/// Sizes of the discriminators, which are needed for training only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiscriminatorConfig {
    /// Channels of each head on the frozen features; 0 leaves the projected discriminator out.
    pub projected_channels: usize,
    /// Channels of the pixel discriminator's three convolutions; an empty list leaves that
    /// discriminator out.
    pub pixel_channels: Vec<usize>,
}

impl Default for DiscriminatorConfig {
    fn default() -> Self {
        Self {
            projected_channels: 96,
            pixel_channels: vec![48, 96, 128],
        }
    }
}

/// The error that a size of the networks is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key} = {value}` is out of range: expected {expected}")]
pub struct ConfigError {
    /// The configuration's key, as it is written in TOML.
    pub key: &'static str,
    /// The value that the key was set to.
    pub value: usize,
    /// The values that the key may have, in words.
    pub expected: &'static str,
}
