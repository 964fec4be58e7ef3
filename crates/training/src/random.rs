//! Random numbers that are functions of the run's seed, a purpose and the step alone, so that a
//! resumed run draws what an uninterrupted one would have drawn.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use utsushi_model::normal_pair;

/// The purpose for which random numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Noise for the mapping network.
    Latents,
    /// Shifts, cut-outs and brightness before the discriminators.
    Augmentation,
    /// Noise of the gradient penalty.
    Noise,
    /// Choice of the labels that are hidden from the mapping network.
    Labels,
    /// Noise of the fixed sample sheets.
    Sheets,
    /// Noise for the content prior.
    Sketches,
    /// Changes of sketches and of the real pictures they are compared with, before the prior's
    /// discriminators.
    SketchAugmentation,
    /// Noise of the gradient penalty in the prior's game.
    SketchNoise,
    /// Disturbance of contents before they are shown to the networks.
    Disturbance,
    /// Procedural painters and the disturbance of what they paint.
    Painters,
    /// Places of the windows that the reference discriminator is shown.
    Windows,
    /// Noise of the second paintings that must differ from the first.
    DiversityLatents,
    /// Noise for the styles that are kept without pictures.
    KeptLatents,
    /// Choice of the positions of features that the matching term compares.
    Matching,
}

/// Makes the random generator for `stream` at `step` of the run with `seed`.
pub fn stream(seed: u64, stream: Stream, step: u64) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8] = match stream {
        Stream::Latents => 1,
        Stream::Augmentation => 2,
        Stream::Noise => 3,
        Stream::Sheets => 4,
        Stream::Sketches => 5,
        Stream::SketchAugmentation => 6,
        Stream::SketchNoise => 7,
        Stream::Labels => 8,
        Stream::Disturbance => 9,
        Stream::Painters => 10,
        Stream::Windows => 11,
        Stream::DiversityLatents => 12,
        Stream::KeptLatents => 13,
        Stream::Matching => 14,
    };
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(step);
    random
}

/// Draws a number from 0 (included) to 1 (excluded).
pub fn uniform(random: &mut ChaCha8Rng) -> f32 {
    (random.next_u32() >> 8) as f32 / (1u32 << 24) as f32
}

/// Draws an integer from `low` to `high`, both included.
pub fn integer(random: &mut ChaCha8Rng, low: i64, high: i64) -> i64 {
    let span = (high - low + 1) as u64;
    low + ((u64::from(random.next_u32()) * span) >> 32) as i64
}

/// Draws `count` independent standard normal numbers.
pub fn standard_normal(random: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
    let mut values = Vec::with_capacity(count + 1);
    while values.len() < count {
        values.extend(normal_pair(random).map(|value| value as f32));
    }
    values.truncate(count);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_steps_differ_and_repeat() {
        let draw = |purpose, step| standard_normal(&mut stream(5, purpose, step), 4);
        assert_eq!(draw(Stream::Latents, 3), draw(Stream::Latents, 3));
        assert_ne!(draw(Stream::Latents, 3), draw(Stream::Latents, 4));
        assert_ne!(draw(Stream::Latents, 3), draw(Stream::Noise, 3));
    }

    #[test]
    fn whole_numbers_stay_in_their_range_and_reach_its_ends() {
        let random = &mut stream(1, Stream::Augmentation, 0);
        let drawn: Vec<i64> = (0..200).map(|_| integer(random, -2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
    }
}
