//! Random numbers that depend on a seed alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use utsushi_model::normal_pair;

/// A source of noise for the mapping network.
pub(crate) struct Noise {
    random: ChaCha8Rng,
}

impl Noise {
    /// A source that gives the same numbers for a seed on every machine and in every version:
    /// people keep seeds of styles that they like.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// A source of other numbers from the same seed, for the sketches of new paintings.
    pub(crate) fn of_sketch(seed: u64) -> Self {
        Self::of_stream(seed, 1)
    }

    /// A source of other numbers from the same seed, for the poses in new paintings.
    pub(crate) fn of_pose(seed: u64) -> Self {
        Self::of_stream(seed, 1 << 40)
    }

    /// A source of other numbers from the same seed, for the style drawn at an `attempt`, from 0.
    pub(crate) fn of_attempt(seed: u64, attempt: u32) -> Self {
        Self::of_stream(seed, 2 + u64::from(attempt))
    }

    fn of_stream(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self { random }
    }

    /// A random number between 0 and 1, both excluded.
    pub(crate) fn share(&mut self) -> f32 {
        ((f64::from(self.random.next_u32() >> 8) + 0.5) / f64::from(1 << 24)) as f32
    }

    /// A random index below `count`, which must not be zero.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        // The multiplication spreads 64 bits over the range; the bias is below 2⁻⁵⁰.
        ((u128::from(self.random.next_u64()) * count as u128) >> 64) as usize
    }

    /// Independent standard normal numbers.
    pub(crate) fn normal(&mut self, count: usize) -> Vec<f32> {
        (0..count)
            .map(|_| normal_pair(&mut self.random)[0] as f32)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_and_every_index_comes_up() {
        assert_eq!(Noise::new(7).normal(5), Noise::new(7).normal(5));
        assert_ne!(Noise::new(7).normal(5), Noise::new(8).normal(5));
        assert_ne!(Noise::new(7).normal(5), Noise::of_sketch(7).normal(5));
        assert_ne!(
            Noise::of_attempt(7, 0).share(),
            Noise::of_attempt(7, 1).share()
        );
        let shares: Vec<f32> = (0..1000).map(|seed| Noise::new(seed).share()).collect();
        assert!(shares.iter().all(|share| 0.0 < *share && *share < 1.0));
        let mean = shares.iter().sum::<f32>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.03, "{mean}");
        let mut counts = [0; 5];
        for seed in 0..500 {
            counts[Noise::new(seed).index(5)] += 1;
        }
        assert!(
            counts.iter().all(|count| (60..140).contains(count)),
            "{counts:?}"
        );
    }
}
