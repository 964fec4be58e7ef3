//! Cutting a large canvas into strips that go through the networks one after the other.

use std::ops::Range;

use utsushi_model::Strips;

/// All strips but the last have a multiple of so many rows: at an eighth of the sides, where they
/// are smallest, the convolutions work in squares of four.
const STEP: usize = 32;

/// Pixels of a strip that is fastest on a CPU: what the layers hand on stays in its last cache.
const FASTEST: usize = 512 * 512;

/// The rows of the strips of a canvas with aligned sides; one strip of all rows if it has no more
/// pixels than a square of `side`.
///
/// Strips have about as many pixels as is fastest, and no more than a square of `side` if the
/// canvas is not so wide that a few rows have more.
pub(crate) fn strips(width: usize, height: usize, side: usize) -> Vec<Range<usize>> {
    let most = side * side;
    if width * height <= most {
        return vec![0..height];
    }
    let rows = (FASTEST.min(most) / width / STEP * STEP).max(STEP);
    let first = rows.max(Strips::FIRST.next_multiple_of(STEP)).min(height);
    let mut strips = vec![0..first];
    let mut top = first;
    while top < height {
        let end = (top + rows).min(height);
        strips.push(top..end);
        top = end;
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_cover_the_canvas_and_are_not_too_small() {
        for (width, height, side) in [
            (264, 256, 256),
            (1000, 520, 256),
            (4096, 4096, 1280),
            (32, 100_000, 512),
            (65_000, 40, 256),
            (1032, 1032, 1024),
        ] {
            let strips = strips(width, height, side);
            assert_eq!((strips[0].start, strips[strips.len() - 1].end), (0, height));
            for pair in strips.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
                assert!(pair[0].len().is_multiple_of(STEP) && !pair[1].is_empty());
            }
            let first = strips[0].len();
            assert!(first >= Strips::FIRST || first == height);
            for strip in &strips[1..] {
                assert!(strip.len() == STEP || strip.len() * width <= side * side);
            }
        }
    }

    #[test]
    fn what_fits_is_painted_whole() {
        assert_eq!(strips(1024, 1024, 1024), [0..1024]);
        assert_eq!(strips(2048, 512, 1024), [0..512]);
        assert_eq!(strips(1032, 1024, 1024).len(), 5);
        assert_eq!(strips(4096, 4096, 1024).len(), 64);
    }
}
