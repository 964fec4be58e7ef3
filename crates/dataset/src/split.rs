//! Splits of a set: training and validation.

use serde::{Deserialize, Serialize};

/// The split that a picture of a prepared set belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Training: pictures that batches are drawn from.
    Train,
    /// Validation: held-out pictures, which are never trained on, for sample sheets and measuring.
    Validation,
}
