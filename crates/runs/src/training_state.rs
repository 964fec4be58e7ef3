//! Training states: everything that a training needs to continue exactly.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use utsushi_weights::NamedTensors;

/// The content of a checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The part of the state that is not tensors.
    pub record: TrainingRecord,
    /// Networks, moving averages and optimizer moments, all by name.
    pub tensors: NamedTensors,
}

/// The part of a training state that is not tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// Number of steps done.
    pub step: u64,
    /// Number of pictures seen in these steps.
    pub pictures_seen: u64,
    /// Seed of all random numbers of the run.
    pub seed: u64,
    /// The [`config_hash`] of the configuration with which the run was started.
    pub config_hash: String,
    /// Whether the checkpoint is a milestone, which is kept when older checkpoints are removed.
    pub milestone: bool,
    /// Further state of the training, as JSON. Integers are restored exactly; a fraction may differ
    /// in its last bit, so numbers that must be exact belong into the tensors, or here as
    /// [`f64::to_bits`].
    pub extra: serde_json::Value,
}

/// Hash of a configuration's text: its SHA-256 in hexadecimal digits.
pub fn config_hash(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// Formats bytes as hexadecimal digits in lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(config_hash("abc"), expected);
    }
}
