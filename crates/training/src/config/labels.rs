//! Configuration of the labels that become conditions of the model.

use serde::{Deserialize, Serialize};

/// Labels of single pictures, beside their style, that become conditions of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelsConfig {
    /// Label columns of the set's manifest; their values become the model's conditions.
    pub columns: Vec<String>,
    /// Share of labels that are hidden from the mapping network, so that it also learns what
    /// pictures without labels are like.
    pub left_out: f32,
    /// Weight of the term by which style codes tell the labels: codes that are read in real
    /// paintings, and codes that are drawn. 0 turns it off.
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
