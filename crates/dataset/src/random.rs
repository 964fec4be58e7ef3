//! Random numbers that depend on nothing but a seed and a step.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Makes the random generator of one step, independent of other steps.
pub(crate) fn stream(seed: u64, step: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(step);
    random
}

/// A random integer below `count`, which must be at least 1.
pub(crate) fn below(random: &mut ChaCha8Rng, count: usize) -> usize {
    // The high half of a 128-bit product: without a visible bias for any count that fits memory.
    ((u128::from(random.next_u64()) * count as u128) >> 64) as usize
}

/// A random number in 0…1, with 1 excluded.
pub(crate) fn fraction(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A random yes or no with equal probabilities.
pub(crate) fn coin(random: &mut ChaCha8Rng) -> bool {
    random.next_u64() >> 63 == 1
}

/// Shuffles values (Fisher and Yates), in the same way in every version of this crate.
pub fn shuffle<T>(random: &mut ChaCha8Rng, values: &mut [T]) {
    for last in (1..values.len()).rev() {
        values.swap(last, below(random, last + 1));
    }
}
