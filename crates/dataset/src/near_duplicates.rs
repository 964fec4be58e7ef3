//! Search for near-duplicates among thousands of pictures without comparing each pair.

use std::collections::HashMap;

use crate::perceptual_hash::PerceptualHash;

/// Largest distance, in bits, that is searched for; pictures farther apart have little in common.
pub(crate) const MAX_DISTANCE: u32 = 15;

/// An index of the fingerprints of a style's pictures, for search by distance.
///
/// The 64 bits across are cut into `distance + 1` bands. Two hashes that differ in at most
/// `distance` bits agree in at least one band, so only pictures that share a band are compared.
pub(crate) struct NearDuplicates {
    distance: u32,
    hashes: Vec<PerceptualHash>,
    bands: Vec<HashMap<u64, Vec<usize>>>,
}

impl NearDuplicates {
    /// An empty index for distances of at most `distance` (0…[`MAX_DISTANCE`]) bits.
    pub fn new(distance: u32) -> Self {
        let distance = distance.min(MAX_DISTANCE);
        let bands = (0..=distance).map(|_| HashMap::new()).collect();
        Self {
            distance,
            hashes: Vec::new(),
            bands,
        }
    }

    /// Finds the nearest picture within the distance, the first of equally near ones: `(index of
    /// the picture, distance)`.
    pub fn nearest(&self, hash: PerceptualHash) -> Option<(usize, u32)> {
        self.candidates(hash)
            .filter_map(|number| {
                Some((
                    self.hashes[number].distance_within(hash, self.distance)?,
                    number,
                ))
            })
            .min()
            .map(|(distance, number)| (number, distance))
    }

    /// Adds a picture, whose index is the number of those added before.
    pub fn add(&mut self, hash: PerceptualHash) {
        let number = self.hashes.len();
        self.hashes.push(hash);
        let count = self.bands.len();
        for (band, buckets) in self.bands.iter_mut().enumerate() {
            buckets
                .entry(band_bits(hash, band, count))
                .or_default()
                .push(number);
        }
    }

    fn candidates(&self, hash: PerceptualHash) -> impl Iterator<Item = usize> {
        let count = self.bands.len();
        self.bands
            .iter()
            .enumerate()
            .filter_map(move |(band, buckets)| buckets.get(&band_bits(hash, band, count)))
            .flatten()
            .copied()
    }
}

/// Bits `band * 64 / count` to `(band + 1) * 64 / count` of a hash.
fn band_bits(hash: PerceptualHash, band: usize, count: usize) -> u64 {
    let (start, end) = (band * 64 / count, (band + 1) * 64 / count);
    let mask = u64::MAX >> (64 - (end - start));
    (hash.across >> start) & mask
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    #[test]
    fn finds_what_comparing_with_each_finds() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut found = 0;
        for distance in [0, 1, 4, 7, 15] {
            let mut index = NearDuplicates::new(distance);
            let mut all: Vec<PerceptualHash> = Vec::new();
            for number in 0..600 {
                // Two thirds are near an earlier one: up to 16 bits of it are flipped.
                let mut hash = PerceptualHash {
                    across: random.next_u64(),
                    down: random.next_u64(),
                };
                if number % 3 != 0 && !all.is_empty() {
                    hash = all[random.next_u64() as usize % all.len()];
                    for _ in 0..random.next_u64() % 17 {
                        hash.across ^= 1 << (random.next_u64() % 64);
                        hash.down ^= 1 << (random.next_u64() % 64);
                    }
                }
                let expected = all
                    .iter()
                    .enumerate()
                    .filter_map(|(number, other)| {
                        Some((other.distance_within(hash, distance)?, number))
                    })
                    .min();
                found += u32::from(expected.is_some());
                assert_eq!(
                    index
                        .nearest(hash)
                        .map(|(number, distance)| (distance, number)),
                    expected
                );
                index.add(hash);
                all.push(hash);
            }
        }
        assert!(
            (200..2800).contains(&found),
            "{found} of 3000 is no test of both answers"
        );
    }
}
