//! The canvas on which the frames of an animation are laid over each other.

use std::time::Duration;

use super::Frame;
use crate::picture::sixteen_to_eight;
use crate::{Alpha, Picture};

/// Red, green, blue and alpha, 16 bits each, so that nothing is lost where frames are mixed.
pub(super) type Pixel = [u16; 4];

/// The visible pixels, row by row.
pub(super) struct Canvas {
    width: usize,
    pixels: Vec<Pixel>,
}

/// A rectangular part of the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Canvas {
    /// A transparent canvas. Its size must have been checked against the limits.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            pixels: vec![[0; 4]; width * height],
        }
    }

    pub(super) fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    pub(super) fn restore(&mut self, pixels: Vec<Pixel>) {
        self.pixels = pixels;
    }

    /// Whether a region lies on the canvas.
    pub(super) fn holds(&self, region: &Region) -> bool {
        let height = self.pixels.len() / self.width;
        region.left.saturating_add(region.width) <= self.width
            && region.top.saturating_add(region.height) <= height
    }

    /// Puts pixels into a region: over those that are there if `is_over`, else in their place.
    pub(super) fn lay(&mut self, region: &Region, pixels: &[Pixel], is_over: bool) {
        for (place, &pixel) in self.places(region).zip(pixels) {
            if let Some(seen) = self.pixels.get_mut(place) {
                *seen = if is_over { over(pixel, *seen) } else { pixel };
            }
        }
    }

    /// Makes a region transparent.
    pub(super) fn clear(&mut self, region: &Region) {
        for place in self.places(region) {
            if let Some(seen) = self.pixels.get_mut(place) {
                *seen = [0; 4];
            }
        }
    }

    fn places(&self, region: &Region) -> impl Iterator<Item = usize> + use<> {
        let (canvas, region) = (self.width, *region);
        (0..region.height).flat_map(move |row| {
            let start = (region.top + row) * canvas + region.left;
            start..start + region.width
        })
    }

    /// The whole visible picture as a frame, with alpha only if a pixel is transparent.
    pub(super) fn frame(&self, delay: Duration) -> Frame {
        let byte = sixteen_to_eight;
        let rgb = self
            .pixels
            .iter()
            .flat_map(|&[r, g, b, _]| [byte(r), byte(g), byte(b)]);
        let height = self.pixels.len() / self.width;
        let picture = Picture::new(self.width as u32, height as u32, rgb.collect());
        let mut picture = picture.expect("a canvas has its pixels");
        if self.pixels.iter().any(|pixel| pixel[3] != u16::MAX) {
            let alpha = self.pixels.iter().map(|pixel| byte(pixel[3])).collect();
            let with_alpha = picture.with_alpha(Alpha::Eight(alpha));
            picture = with_alpha.expect("a canvas has its pixels");
        }
        Frame { picture, delay }
    }
}

/// Blends a pixel over another one (Porter and Duff 1984); the colours of both are not multiplied
/// by alpha.
fn over(above: Pixel, below: Pixel) -> Pixel {
    match above[3] {
        0 => return below,
        u16::MAX => return above,
        _ => {}
    }
    let most = f64::from(u16::MAX);
    let [share, behind] = [above[3], below[3]].map(|alpha| f64::from(alpha) / most);
    let rest = behind * (1.0 - share);
    let alpha = share + rest;
    let mut seen = [0; 4];
    for channel in 0..3 {
        let mixed = f64::from(above[channel]) * share + f64::from(below[channel]) * rest;
        seen[channel] = (mixed / alpha).round() as u16;
    }
    seen[3] = (alpha * most).round() as u16;
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_over_another() {
        let clear = [5, 5, 5, 0];
        assert_eq!(over(clear, [1, 2, 3, 9]), [1, 2, 3, 9]);
        assert_eq!(over([1, 2, 3, u16::MAX], [9; 4]), [1, 2, 3, u16::MAX]);
        let half = [60_000, 0, 0, 32_768];
        let [red, .., alpha] = over(half, [0, 0, 0, u16::MAX]);
        assert_eq!((red, alpha), (30_000, u16::MAX));
    }

    #[test]
    fn half_over_opaque_is_opaque_in_every_level() {
        let mut canvas = Canvas::new(1, 1);
        let region = Region {
            left: 0,
            top: 0,
            width: 1,
            height: 1,
        };
        for share in 0..=255u16 {
            canvas.lay(&region, &[[65_535, 15_420, 0, 65_535]], false);
            canvas.lay(&region, &[[65_535, 15_420, 0, share * 257]], true);
            let picture = canvas.frame(Duration::ZERO).picture;
            assert_eq!((picture.rgb(), picture.alpha()), (&[255, 60, 0][..], None));
        }
    }
}
