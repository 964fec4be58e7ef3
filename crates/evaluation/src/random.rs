//! Random numbers that depend on nothing but a seed, a purpose and an index.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The purpose for which random numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// The choice of real paintings.
    Real,
    /// The choice of pictures to repaint.
    Contents,
    /// The choice of references.
    References,
    /// Choice of random halves for confidence intervals.
    Subsets,
}

/// Makes the random generator for a purpose and a style's index.
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

/// A standard normal random number.
#[cfg(test)]
pub(crate) fn standard_normal(random: &mut ChaCha8Rng) -> f64 {
    utsushi_model::normal_pair(random)[0]
}
