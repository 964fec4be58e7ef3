//! Perceptual hashes: fingerprints that show whether two pictures look alike.

use serde::{Deserialize, Serialize};
use utsushi_imaging::{Filter, Picture, resize_with};

/// A difference hash of a picture in two directions, 64 bits each, whose bits say whether the
/// brightness falls from one cell of a coarse grid to its right neighbour, and to the one below.
/// Scaling, compression and small retouching change few bits.
///
/// With one direction alone, different faces of the same pose would look like one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct PerceptualHash {
    /// Bits for falling brightness from left to right, on a grid of 9×8 cells.
    pub across: u64,
    /// Bits for falling brightness from top to bottom, on a grid of 8×9 cells.
    pub down: u64,
}

impl PerceptualHash {
    pub fn of(picture: &Picture) -> Self {
        let across = brightness_grid(picture, 9, 8);
        let down = brightness_grid(picture, 8, 9);
        Self {
            across: bits((0..64).map(|cell| {
                let left = cell / 8 * 9 + cell % 8;
                across[left] > across[left + 1]
            })),
            down: bits((0..64).map(|cell| down[cell] > down[cell + 8])),
        }
    }

    /// Number of differing bits, across and down, if the two look alike: at most `limit` differ
    /// across, and twice as many down, where the cells of a face differ less and flip more easily.
    pub fn distance_within(self, other: Self, limit: u32) -> Option<u32> {
        let across = (self.across ^ other.across).count_ones();
        let down = (self.down ^ other.down).count_ones();
        (across <= limit && down <= 2 * limit).then_some(across + down)
    }
}

/// Brightness of an RGB pixel, 0…255 000 (Rec. 601 weights in thousandths).
pub(crate) fn brightness(pixel: &[u8]) -> u32 {
    299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2])
}

fn brightness_grid(picture: &Picture, columns: u32, rows: u32) -> Vec<u32> {
    let grid = resize_with(picture, columns, rows, Filter::Box);
    grid.rgb().chunks_exact(3).map(brightness).collect()
}

fn bits(falls: impl Iterator<Item = bool>) -> u64 {
    falls.fold(0, |bits, fall| (bits << 1) | u64::from(fall))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test picture of 72×72 pixels with the brightness `level(x, y)`, of 0…8.
    fn picture(level: impl Fn(u32, u32) -> u32) -> Picture {
        let pixels = (0..72 * 72).flat_map(|index| [(level(index % 72, index / 72) * 30) as u8; 3]);
        Picture::new(72, 72, pixels.collect()).unwrap()
    }

    #[test]
    fn a_fall_is_a_one_and_a_rise_or_a_level_a_zero() {
        let hash = |level: fn(u32, u32) -> u32| PerceptualHash::of(&picture(level));
        assert_eq!(
            hash(|x, _| 8 - x / 8),
            PerceptualHash {
                across: u64::MAX,
                down: 0
            }
        );
        assert_eq!(hash(|x, _| x / 8), PerceptualHash { across: 0, down: 0 });
        assert_eq!(
            hash(|_, y| 8 - y / 8),
            PerceptualHash {
                across: 0,
                down: u64::MAX
            }
        );
        // Dark above the middle row, bright below, then dark again: one fall, the last.
        assert_eq!(
            hash(|_, y| u32::from(y < 64)),
            PerceptualHash {
                across: 0,
                down: 0xff
            }
        );
    }

    #[test]
    fn both_directions_must_agree() {
        let zero = PerceptualHash { across: 0, down: 0 };
        let other = |across, down| PerceptualHash { across, down };
        assert_eq!(zero.distance_within(other(0b1111, 0xff), 4), Some(12));
        assert_eq!(zero.distance_within(other(0b11111, 0), 4), None);
        assert_eq!(zero.distance_within(other(0, 0x1ff), 4), None);
        assert_eq!(zero.distance_within(zero, 0), Some(0));
        assert_eq!(zero.distance_within(other(0, 1), 0), None);
    }
}
