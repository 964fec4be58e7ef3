//! Roles of styles in training.

use serde::{Deserialize, Serialize};

/// The use of a style's pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Content and target: its pictures are repainted, and others are repainted in its style.
    #[default]
    Style,
    /// Content only: never a target or a reference (face photographs, for example).
    ContentOnly,
}
