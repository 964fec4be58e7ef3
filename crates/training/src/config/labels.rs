//! Which labels of the set become conditions.

use serde::{Deserialize, Serialize};

/// Labels of single pictures that styles can be drawn for afterwards, beside their style.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelsConfig {
    /// Label columns of the set's manifest; their values become the model's conditions.
    pub columns: Vec<String>,
    /// The share of labels that are kept from the mapping network, so that it learns what pictures
    /// are like of which nothing is known.
    pub left_out: f32,
    /// Weight of the term by which style codes tell the labels: those that are read in real
    /// paintings, and those that are drawn. 0 turns it off.
    pub reading: f32,
}

impl Default for LabelsConfig {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            left_out: 0.2,
            reading: 1.0,
        }
    }
}
