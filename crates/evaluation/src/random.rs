//! Random draws that depend on nothing but a seed, a purpose and a number.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The purpose that random numbers are drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// The choice of real paintings.
    Real,
    /// The choice of pictures to repaint.
    Contents,
    /// The choice of references.
    References,
    /// Halves for confidence intervals.
    Subsets,
}

/// The generator for a purpose and a style's number.
pub(crate) fn stream(seed: u64, stream: Stream, style: usize) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8] = stream as u8 + 1;
    // Other crates draw from the same seed for other purposes.
    key[9] = 0xe7;
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(style as u64);
    random
}

/// A normal number.
#[cfg(test)]
pub(crate) fn standard_normal(random: &mut ChaCha8Rng) -> f64 {
    utsushi_model::normal_pair(random)[0]
}
