//! Training and validation.

use serde::{Deserialize, Serialize};

/// What a picture of a prepared set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Drawn from in training.
    Train,
    /// Held out: never trained on, used for sample sheets and measuring.
    Validation,
}
