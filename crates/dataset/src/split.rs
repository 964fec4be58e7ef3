//! Training and validation.

use serde::{Deserialize, Serialize};

/// The split that a picture of a prepared set belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Drawn from in training.
    Train,
    /// Held out: never trained on, used for sample sheets and measuring.
    Validation,
}
