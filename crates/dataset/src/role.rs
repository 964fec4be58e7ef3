//! What a style takes part in.

use serde::{Deserialize, Serialize};

/// The use of a style's pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Content and target: pictures are repainted, and others are repainted in this style.
    #[default]
    Style,
    /// Content only: never painted in, never a reference (face photographs, for example).
    ContentOnly,
}
