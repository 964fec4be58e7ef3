//! Cutting a large canvas into parts that are painted one after the other.

use utsushi_model::ModelConfig;

const ALIGNMENT: usize = ModelConfig::ALIGNMENT;

/// How far, in pixels, what lies beyond a tile's edge can change what is painted inside.
///
/// Follow what is wrong at an edge (a convolution sees zeros where the neighbour would be)
/// through the networks. At half the sides the first convolution spoils 1 value and the next
/// block's first one more: 2, pooled to 1 at a quarter, where two more convolutions make it 3,
/// pooled to 2 at an eighth. There follow five convolutions: 7. Twice as many at a quarter, plus
/// two: 16; twice at half, plus two, two and the last one: 37, which is 74 pixels.
pub(crate) const REACH: usize = 74;

/// What a tile is at least painted beyond its part of the picture, on each side that has a
/// neighbour.
pub(crate) const MARGIN: usize = REACH.next_multiple_of(ALIGNMENT);

/// A part of a canvas, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// A part to be painted and what of it is kept. Since statistics are shared and the margin is
/// beyond the networks' reach, kept parts fit without blending: neighbours agree on where they
/// overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    /// What is painted; aligned.
    pub(crate) window: Window,
    /// What is kept of it.
    pub(crate) kept: Window,
}

/// The tiles of a canvas with aligned sides, row by row; one that covers all if it has no more
/// pixels than a square of `side`.
pub(crate) fn tiles(width: usize, height: usize, side: usize) -> Vec<Tile> {
    let [across, down] = shape(width, height, side);
    let columns = spans(width, across);
    let mut tiles = Vec::new();
    for (row, kept_row) in spans(height, down) {
        for &(column, kept_column) in &columns {
            tiles.push(Tile {
                window: window(column, row),
                kept: window(kept_column, kept_row),
            });
        }
    }
    tiles
}

/// Up to `count` windows spread evenly over a canvas, all of one size and with no more pixels
/// than a square of `side`: what the statistics of a
/// picture that is painted in tiles are taken over.
pub(crate) fn sample(width: usize, height: usize, side: usize, count: usize) -> Vec<Window> {
    let [across, down] = shape(width, height, side);
    let (across, down) = (across.min(width), down.min(height));
    let most = |length: usize, part: usize| length.div_ceil(part);
    // As many columns for each row as the canvas is wider than high.
    let aspect = width as f64 / height as f64;
    let columns = ((count as f64 * aspect).sqrt().round() as usize).clamp(1, count);
    let columns = columns.min(most(width, across));
    let rows = (count / columns).min(most(height, down));
    let columns = (count / rows).min(most(width, across));
    let starts = |length: usize, part: usize, parts: usize| {
        (0..parts).map(move |index| match parts {
            1 => aligned((length - part) / 2),
            _ => aligned(index * (length - part) / (parts - 1)),
        })
    };
    let mut windows = Vec::new();
    for top in starts(height, down, rows) {
        for left in starts(width, across, columns) {
            windows.push(window((left, across), (top, down)));
        }
    }
    windows
}

/// The sides of the largest tile with no more pixels than a square of `side`: longer than that
/// where the canvas is narrower.
fn shape(width: usize, height: usize, side: usize) -> [usize; 2] {
    let area = side * side;
    if width <= side || height <= side {
        let long = aligned(area / width.min(height));
        if width <= height {
            [width, long]
        } else {
            [long, height]
        }
    } else {
        [side, side]
    }
}

type Span = (usize, usize);

/// Spans of one length that cover `length`, at most `longest` each, and beside each what is kept
/// of it.
fn spans(length: usize, longest: usize) -> Vec<(Span, Span)> {
    if length <= longest {
        return vec![((0, length), (0, length))];
    }
    let overlap = 2 * MARGIN;
    let count = (length - overlap).div_ceil(longest - overlap);
    let span = (length + (count - 1) * overlap)
        .div_ceil(count)
        .next_multiple_of(ALIGNMENT);
    let start = |index: usize| aligned(index * (length - span) / (count - 1));
    // Neighbours meet in the middle of their overlap.
    let border = |index: usize| match index {
        0 => 0,
        _ if index == count => length,
        _ => (start(index - 1) + span + start(index)) / 2,
    };
    let parts = (0..count).map(|index| {
        let kept = border(index + 1) - border(index);
        ((start(index), span), (border(index), kept))
    });
    parts.collect()
}

fn window((left, width): Span, (top, height): Span) -> Window {
    Window {
        left,
        top,
        width,
        height,
    }
}

fn aligned(value: usize) -> usize {
    value / ALIGNMENT * ALIGNMENT
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(usize, usize, usize); 7] = [
        (32, 32, 256),
        (264, 256, 256),
        (1000, 520, 256),
        (4096, 4096, 1024),
        (32, 100_000, 512),
        (65_000, 40, 256),
        (1032, 1032, 1024),
    ];

    #[test]
    fn kept_parts_cover_the_canvas_once_and_margins_hold() {
        for (width, height, side) in SIZES {
            let tiles = tiles(width, height, side);
            let area: usize = tiles.iter().map(|t| t.kept.width * t.kept.height).sum();
            assert_eq!(area, width * height, "{width}×{height}");
            for Tile { window: w, kept: k } in tiles {
                assert!(w.width * w.height <= side * side, "{w:?}");
                let aligned = [w.left, w.top, w.width, w.height];
                assert!(aligned.iter().all(|v| v.is_multiple_of(ALIGNMENT)), "{w:?}");
                for (from, length, kept_from, kept, whole) in [
                    (w.left, w.width, k.left, k.width, width),
                    (w.top, w.height, k.top, k.height, height),
                ] {
                    assert!(kept > 0 && from + length <= whole);
                    assert!(from == 0 && kept_from == 0 || kept_from >= from + REACH);
                    let (end, kept_end) = (from + length, kept_from + kept);
                    assert!(end == whole && kept_end == whole || kept_end + REACH <= end);
                }
            }
        }
    }

    #[test]
    fn what_fits_is_painted_whole() {
        assert_eq!(tiles(1024, 1024, 1024).len(), 1);
        assert_eq!(tiles(2048, 512, 1024).len(), 1);
        assert_eq!(tiles(1032, 1024, 1024).len(), 2);
        assert_eq!(tiles(4096, 4096, 1024).len(), 25);
    }

    #[test]
    fn samples_are_spread_and_stay_inside() {
        for (width, height, side) in SIZES {
            let windows = sample(width, height, side, 16);
            assert!((1..=16).contains(&windows.len()));
            for w in &windows {
                assert!(w.width * w.height <= side * side);
                assert!(w.left + w.width <= width && w.top + w.height <= height);
            }
            let last = windows[windows.len() - 1];
            if windows.len() > 2 {
                assert!(last.left + last.width + ALIGNMENT > width || width < height);
            }
        }
        assert_eq!(sample(4096, 4096, 256, 16).len(), 16);
        assert_eq!(sample(8192, 2048, 256, 16).len(), 16);
        assert_eq!(sample(512, 512, 512, 16).len(), 1);
    }
}
