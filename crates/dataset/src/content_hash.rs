//! Content hashes: a picture is named by the SHA-256 of its file's bytes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};

use crate::Split;

/// SHA-256 of a picture file's bytes, written as 64 hexadecimal digits.
///
/// Outputs are named by it, never by a name found in a source, and it alone decides whether a
/// picture is for training or for validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Computes the hash of a file's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The split of the picture with this hash, if the share `fraction` (0…1) of all pictures is
    /// for validation.
    pub fn split(&self, fraction: f64) -> Split {
        if self.position() < fraction {
            Split::Validation
        } else {
            Split::Train
        }
    }

    /// The hash as a number, 0 (included) to 1 (excluded).
    pub(crate) fn position(&self) -> f64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0[..8]);
        // 53 bits are what an f64 holds exactly.
        (u64::from_be_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A well-mixed key for ordering pictures, another one for each `seed`.
    pub(crate) fn keyed(&self, seed: u64) -> [u8; 32] {
        Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(self.0)
            .finalize()
            .into()
    }

    /// Parses 64 lower-case hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.as_bytes().iter().all(lower) {
            return None;
        }
        let mut hash = [0; 32];
        for (index, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not 64 lower-case hexadecimal digits"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_the_published_one() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(ContentHash::of(b"").to_string(), text);
        assert_eq!(ContentHash::parse(text), Some(ContentHash::of(b"")));
        assert!(
            (ContentHash::of(b"").position() - f64::from(0xe3b0c442_u32) / 2_f64.powi(32)).abs()
                < 1e-9
        );
    }

    #[test]
    fn what_is_not_a_hash_is_refused() {
        for text in [
            "",
            "../../../../etc/passwd",
            &"g".repeat(64),
            &"A".repeat(64),
            &"é".repeat(32),
        ] {
            assert_eq!(ContentHash::parse(text), None, "{text}");
        }
    }

    #[test]
    fn about_the_asked_fraction_validates() {
        let hashes: Vec<_> = (0..10_000_u32)
            .map(|n| ContentHash::of(&n.to_le_bytes()))
            .collect();
        let validation = hashes
            .iter()
            .filter(|h| h.split(0.05) == Split::Validation)
            .count();
        // Five standard deviations of a binomial around 500.
        assert!((391..=609).contains(&validation), "{validation}");
        assert!(hashes.iter().all(|hash| hash.split(0.0) == Split::Train));
        assert!(
            hashes
                .iter()
                .all(|hash| hash.split(1.0) == Split::Validation)
        );
    }
}
