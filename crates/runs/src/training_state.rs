//! All that a training needs to go on as if it had never stopped.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use utsushi_weights::NamedTensors;

/// Everything a checkpoint holds.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The state of the training in numbers.
    pub record: TrainingRecord,
    /// Networks, moving averages and optimizer moments, all by name.
    pub tensors: NamedTensors,
}

/// The part of a training state that is not tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// Steps done.
    pub step: u64,
    /// Pictures seen in these steps.
    pub pictures_seen: u64,
    /// The seed from which all random streams of the run come.
    pub seed: u64,
    /// [`config_hash`] of the configuration that the run was started with.
    pub config_hash: String,
    /// A milestone is kept when older checkpoints are removed.
    pub milestone: bool,
    /// Further state of the training: positions of random streams and of the sampler. Whole numbers
    /// come back exactly; a fraction may differ in its last bit, so what must not belongs into the
    /// tensors, or here as [`f64::to_bits`].
    pub extra: serde_json::Value,
}

/// A short name for a configuration's text: its SHA-256 in hexadecimal digits.
pub fn config_hash(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// Two lower-case digits a byte.
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
