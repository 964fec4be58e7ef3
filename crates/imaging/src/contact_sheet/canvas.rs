//! The canvas of a sheet, for pasting and writing.

use super::font;
use crate::Picture;

/// A sheet in the making. Anything that reaches beyond its edges is cut off.
#[derive(Debug, Clone)]
pub struct Canvas {
    picture: Picture,
}

impl Canvas {
    /// A sheet of one colour; its sides are in pixels and at least 1.
    pub fn new(width: usize, height: usize, background: [u8; 3]) -> Self {
        Self {
            picture: Picture::filled(width as u32, height as u32, background),
        }
    }

    /// The finished sheet.
    pub fn into_picture(self) -> Picture {
        self.picture
    }

    /// Pastes a picture; where it is transparent, the paper shows.
    pub(super) fn paste(&mut self, left: usize, top: usize, picture: &Picture) {
        let columns = picture.width() as usize;
        for (index, &colour) in picture.rgb().as_chunks::<3>().0.iter().enumerate() {
            let share = picture.alpha().map_or(u16::MAX, |alpha| alpha.at(index));
            self.dot(left + index % columns, top + index / columns, colour, share);
        }
    }

    /// Draws a straight, anti-aliased line that is `width` pixels wide. Coordinates count from the
    /// sheet's corner; the centre of its first pixel is at 0.5.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], ink: [u8; 3], width: f32) {
        let finite = |place: [f32; 2]| place.iter().all(|along| along.is_finite());
        if !finite(from) || !finite(to) || !width.is_finite() {
            return;
        }
        let reach = width / 2.0 + 1.0;
        let (right, bottom) = (self.picture.width() as f32, self.picture.height() as f32);
        let pixels = |axis: usize, end: f32| {
            let low = (from[axis].min(to[axis]) - reach).clamp(0.0, end);
            let high = (from[axis].max(to[axis]) + reach).clamp(0.0, end);
            low as usize..high.ceil() as usize
        };
        let [along, down] = [to[0] - from[0], to[1] - from[1]];
        let length = along * along + down * down;
        for y in pixels(1, bottom) {
            for x in pixels(0, right) {
                let [dx, dy] = [x as f32 + 0.5 - from[0], y as f32 + 0.5 - from[1]];
                // The nearest point of the line, as a share of the way.
                let near = if length > 0.0 {
                    ((dx * along + dy * down) / length).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let distance = (dx - near * along).hypot(dy - near * down);
                let share = (width / 2.0 + 0.5 - distance).clamp(0.0, 1.0);
                if share > 0.0 {
                    self.dot(x, y, ink, (share * 65535.0) as u16);
                }
            }
        }
    }

    /// Width of a line of text in pixels.
    pub fn text_width(line: &str, scale: usize) -> usize {
        font::width(line, scale)
    }

    /// Writes one line in the 5×7 font, with dots of `scale` pixels. Characters beyond ASCII show
    /// as a frame.
    pub fn text(&mut self, left: usize, top: usize, line: &str, ink: [u8; 3], scale: usize) {
        for (place, character) in line.chars().enumerate() {
            let start = left + place * font::STEP * scale;
            for (row, column) in font::dots(character) {
                for pixel in 0..scale * scale {
                    let across = start + column * scale + pixel % scale;
                    self.dot(across, top + row * scale + pixel / scale, ink, u16::MAX);
                }
            }
        }
    }

    fn dot(&mut self, left: usize, top: usize, colour: [u8; 3], share: u16) {
        let (width, height) = (
            self.picture.width() as usize,
            self.picture.height() as usize,
        );
        if left >= width || top >= height {
            return;
        }
        let start = (top * width + left) * 3;
        let share = u32::from(share);
        for (paper, colour) in self.picture.rgb_mut()[start..start + 3]
            .iter_mut()
            .zip(colour)
        {
            let sum = u32::from(colour) * share + u32::from(*paper) * (65535 - share);
            // A weighted mean of bytes, hence a byte.
            *paper = ((sum + 32767) / 65535) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_what_they_cross_and_no_more() {
        let mut canvas = Canvas::new(8, 4, [255; 3]);
        // Two pixels high, from the left edge to the middle.
        canvas.line([0.0, 2.0], [4.0, 2.0], [0; 3], 2.0);
        canvas.line([f32::NAN, 0.0], [8.0, 4.0], [0; 3], 1.0);
        canvas.line([-1e9, 90.0], [1e9, 90.0], [0; 3], 1.0);
        let picture = canvas.into_picture();
        let at = |x: usize, y: usize| picture.rgb()[(y * 8 + x) * 3];
        for x in 0..4 {
            assert_eq!([at(x, 0), at(x, 1), at(x, 2), at(x, 3)], [255, 0, 0, 255]);
        }
        assert_eq!(at(6, 1), 255);
        assert_eq!(Canvas::text_width("ab", 2), 22);
    }
}
