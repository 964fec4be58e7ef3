//! What the tests of several modules share.

#[cfg(feature = "autodiff")]
pub(crate) mod gradients;

/// A small generator of numbers that look random and are the same on every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From −1 to 1.
    pub(crate) fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    }

    pub(crate) fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}

/// Fails unless every number is within 1e-5 of the largest wanted one.
pub(crate) fn assert_close(found: &[f32], wanted: &[f64], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}: length");
    let scale = wanted.iter().fold(1e-3_f64, |scale, x| scale.max(x.abs()));
    for (i, (a, b)) in found.iter().zip(wanted).enumerate() {
        // The comparison is so that a number that is none fails too.
        assert!(
            ((*a as f64) - b).abs() <= 1e-5 * scale,
            "{what}: {a} instead of {b} at {i}, largest {scale}"
        );
    }
}
