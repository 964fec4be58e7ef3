//! References: paintings prepared for the style encoder as it saw paintings in training.

use utsushi_imaging::{Alpha, Picture, Rectangle, figure_square, fill_transparent, resize};

/// The part of a reference painting in which its style is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// In large paintings, as [`Framing::Face`]; those of at most six times the pixels that the
    /// model was trained on are taken for heads already. If no face was looked for or found, the
    /// square that a figure on an empty ground fills, provided that the ground is at least two
    /// fifths of the painting: its colour would be painted over faces. Otherwise, as
    /// [`Framing::Whole`].
    #[default]
    Auto,
    /// The whole visible painting.
    Whole,
    /// The part around the main face, framed as in the pictures that models are trained on; the
    /// whole painting if no face is found.
    Face,
}

/// The part of a reference painting in which its style was read, following a [`Framing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferencePart {
    /// The whole painting; no face was looked for.
    Whole,
    /// The whole painting, since no face was found.
    NoFace,
    /// The part around the main face.
    Face,
    /// The square that the figure fills.
    Figure,
}

/// Number of pixels of which the sides of the style encoder's input are multiples.
const ALIGNMENT: u32 = 16;

/// Aspect ratio above which a painting is read in squares: the whole would have more of one thing
/// than the encoder ever saw.
const LONG: u32 = 2;

/// Largest number of squares in which a long painting is read.
const MOST_SQUARES: u32 = 5;

/// Share of a painting below which an empty ground is read as part of its style.
const LEAST_GROUND: f64 = 0.4;

/// Cuts out the part of a painting that a figure on a large empty ground fills, if it shows one.
pub(crate) fn figure(painting: &Picture) -> Option<Picture> {
    figure_square(painting, LEAST_GROUND).map(|square| painting.crop(square))
}

/// Makes one or a few opaque pictures of a painting, all of one size: its visible part, with the
/// short side brought to `native` pixels, and both sides multiples of 16.
pub(crate) fn views(painting: &Picture, native: usize) -> Vec<Picture> {
    let native = native as u32;
    let visible = visible_part(painting);
    let (width, height) = (visible.width, visible.height);
    let (short, long) = (width.min(height), width.max(height));
    let view = |part: Rectangle, width: u32, height: u32| {
        // Resizing weighs colours by alpha; what is hollow after it is filled from around.
        fill_transparent(&resize(&painting.crop(part), width, height)).without_alpha()
    };
    if long / short < LONG || (long == short * LONG) {
        let length = f64::from(native) * f64::from(long) / f64::from(short);
        let length = (length / f64::from(ALIGNMENT)).round() as u32 * ALIGNMENT;
        let (across, down) = if width >= height {
            (length, native)
        } else {
            (native, length)
        };
        return vec![view(visible, across, down)];
    }
    let count = (long.div_ceil(short)).min(MOST_SQUARES);
    let squares = (0..count).map(|index| {
        let offset = (u64::from(index) * u64::from(long - short) / u64::from(count - 1)) as u32;
        let (across, down) = if width >= height {
            (offset, 0)
        } else {
            (0, offset)
        };
        let square = Rectangle {
            left: visible.left + across,
            top: visible.top + down,
            width: short,
            height: short,
        };
        view(square, native, native)
    });
    squares.collect()
}

/// The smallest rectangle around all visible pixels; the whole picture if there are none.
fn visible_part(picture: &Picture) -> Rectangle {
    let (width, height) = (picture.width(), picture.height());
    let whole = Rectangle {
        left: 0,
        top: 0,
        width,
        height,
    };
    let Some(alpha) = picture.alpha() else {
        return whole;
    };
    let (mut left, mut top, mut right, mut bottom) = (width, height, 0, 0);
    for row in 0..height {
        let start = row as usize * width as usize;
        let seen = |&column: &u32| alpha.at(start + column as usize) >= Alpha::FAINT;
        let Some(first) = (0..width).find(seen) else {
            continue;
        };
        let last = (0..width).rev().find(seen).unwrap_or(first);
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.min(row), row + 1);
    }
    if bottom == 0 {
        return whole;
    }
    Rectangle {
        left,
        top,
        width: right - left,
        height: bottom - top,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
        let views = views(&Picture::filled(width, height, [9; 3]), 64);
        views.iter().map(|v| (v.width(), v.height())).collect()
    }

    #[test]
    fn the_short_side_becomes_the_native_one() {
        assert_eq!(sizes(64, 64), [(64, 64)]);
        assert_eq!(sizes(1, 1), [(64, 64)]);
        assert_eq!(sizes(1000, 500), [(128, 64)]);
        assert_eq!(sizes(300, 437), [(64, 96)]);
        assert_eq!(sizes(65, 64), [(64, 64)]);
    }

    #[test]
    fn long_paintings_are_looked_at_in_squares() {
        assert_eq!(sizes(1000, 300), [(64, 64); 4]);
        assert_eq!(sizes(1, 100_000), [(64, 64); 5]);
        // The first and the last square reach the ends.
        let mut bytes = vec![100; 40 * 10 * 3];
        bytes[0] = 255;
        let last = bytes.len() - 3;
        bytes[last] = 0;
        let painting = Picture::new(40, 10, bytes).unwrap();
        let views = views(&painting, 32);
        assert_eq!(views.len(), 4);
        let reds = |picture: &Picture| picture.rgb().iter().step_by(3).copied().collect::<Vec<_>>();
        assert!(reds(&views[0]).iter().any(|&red| red > 150));
        assert!(reds(&views[3]).iter().any(|&red| red < 50));
        assert!(reds(&views[1]).iter().all(|&red| red == 100));
    }

    #[test]
    fn transparent_surroundings_do_not_count() {
        let (width, height) = (50u32, 40u32);
        let inside = |x: u32, y: u32| (10..30).contains(&x) && (5..25).contains(&y);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let (mut rgb, mut alpha) = (Vec::new(), Vec::new());
        for (x, y) in pixels {
            rgb.extend(if inside(x, y) {
                [200, 50, 50]
            } else {
                [0, 255, 0]
            });
            alpha.push(if inside(x, y) { 255 } else { 3 });
        }
        let painting = Picture::new(width, height, rgb).unwrap();
        let painting = painting.with_alpha(Alpha::Eight(alpha)).unwrap();
        let views = views(&painting, 64);
        assert_eq!(views, [Picture::filled(64, 64, [200, 50, 50])]);
    }

    #[test]
    fn a_painting_that_cannot_be_seen_is_taken_whole() {
        let painting = Picture::filled(30, 30, [1, 2, 3]);
        let painting = painting.with_alpha(Alpha::Eight(vec![0; 900])).unwrap();
        let views = views(&painting, 32);
        assert_eq!(views, [Picture::filled(32, 32, [1, 2, 3])]);
    }
}
