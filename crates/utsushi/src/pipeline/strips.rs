//! Painting a large picture in strips that go through steered networks one after the other.
//!
//! Each strip continues where the one before it ended, so that there are no seams and nothing is
//! painted twice.

use std::ops::Range;

use utsushi_model::Strips;

use super::{Depth, FramedPicture, Passes, Pipeline, Window};
use crate::backend::Steering;
use crate::{PaintError, Style, StyleError};

/// Number of which all strips but the last have a multiple of rows: at an eighth of the sides,
/// where they are smallest, the convolutions work in squares of four.
const STEP: usize = 32;

/// Number of pixels of a strip that is fastest on a CPU: features then stay in the last-level
/// cache.
const FASTEST: usize = 512 * 512;

/// Largest number of pixels over which the statistics of a picture painted in strips are computed.
const MOST_MEASURED: usize = 512 * 512;

/// Inverse of the largest share of a picture's pixels over which its statistics are computed:
/// painting in strips should cost little more per pixel than painting at once.
const SHARE_MEASURED: usize = 12;

impl Pipeline<'_> {
    /// Paints a picture at one size, in strips if it is larger than a square of that side.
    ///
    /// Statistics over the whole picture are measured at a smaller size. Fine detail is missing
    /// there, but every part of the picture has its weight: statistics from windows of full size,
    /// with twice the pixels, had twice the error.
    pub(super) fn in_strips<P: Depth>(
        &self,
        picture: &FramedPicture<'_, P>,
        steering: &dyn Steering,
        (style, tile): (&Style, usize),
        passes: &mut Passes<'_>,
    ) -> Result<P, PaintError> {
        passes.check()?;
        let mut output = picture.output();
        let mut window = picture.window();
        let rows = strips(window.width, window.height, tile);
        let mut values = Vec::new();
        if rows.len() == 1 {
            picture.read(window, &mut values);
            let styles = std::slice::from_ref(style);
            output.put(window, window, &self.forward(&values, window, styles)?)?;
            passes.step(1);
            return Ok(output.into_picture());
        }
        let Style::Code(code) = style else {
            return Err(StyleError::NotOneStyle.into());
        };
        let measured = MOST_MEASURED.min(window.width * window.height / SHARE_MEASURED);
        let reduced = picture.reduced(measured, &self.capabilities);
        reduced.read(reduced.window(), &mut values);
        let mut strips = steering.begin_strips(reduced.window().pixels(&values), code);
        drop(reduced);
        let end = window.height;
        for rows in rows {
            passes.check()?;
            let strip = Window {
                top: rows.start,
                height: rows.len(),
                ..picture.window()
            };
            values.clear();
            picture.read(strip, &mut values);
            let painted = strips.paint(strip.pixels(&values), rows.end == end);
            // What is finished lags behind what goes in.
            window.height = painted.len() / (3 * window.width);
            output.put(window, window, &painted)?;
            window.top += window.height;
            passes.step(1);
        }
        Ok(output.into_picture())
    }
}

/// Divides the rows of a picture with aligned sides into strips; a single one if the picture has no
/// more pixels than a square of `side`.
///
/// Strips have about as many pixels as is fastest, and no more than a square of `side`, unless a
/// few rows of a very wide picture have more.
pub(super) fn strips(width: usize, height: usize, side: usize) -> Vec<Range<usize>> {
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
    fn strips_cover_the_picture_and_are_not_too_small() {
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
