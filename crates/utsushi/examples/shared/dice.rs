//! Random draws from a seed and a number.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self(random)
    }

    /// 0…1, 1 excluded.
    pub fn fraction(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.fraction()
    }

    /// Evenly on a logarithmic scale.
    pub fn size(&mut self, low: f32, high: f32) -> f32 {
        self.between(low.ln(), high.ln()).exp()
    }

    pub fn chance(&mut self, share: f32) -> bool {
        self.fraction() < share
    }

    pub fn below(&mut self, count: usize) -> usize {
        ((self.fraction() * count as f32) as usize).min(count - 1)
    }

    pub fn colour(&mut self) -> [f32; 3] {
        match self.below(5) {
            0 => [255.0; 3],
            1 => [self.between(0.0, 255.0); 3],
            _ => [0; 3].map(|_| self.between(0.0, 255.0)),
        }
    }
}
