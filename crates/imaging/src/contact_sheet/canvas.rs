//! The paper of a sheet, to paste and to write on.

use super::font;
use crate::Picture;

/// A sheet in the making. Whatever reaches beyond it is cut off.
pub(super) struct Canvas {
    picture: Picture,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, background: [u8; 3]) -> Self {
        Self {
            picture: Picture::filled(width as u32, height as u32, background),
        }
    }

    pub(super) fn into_picture(self) -> Picture {
        self.picture
    }

    /// Lays a picture down; where it is transparent, the paper shows.
    pub(super) fn paste(&mut self, left: usize, top: usize, picture: &Picture) {
        let columns = picture.width() as usize;
        for (index, &colour) in picture.rgb().as_chunks::<3>().0.iter().enumerate() {
            let share = picture.alpha().map_or(u16::MAX, |alpha| alpha.at(index));
            self.dot(left + index % columns, top + index / columns, colour, share);
        }
    }

    /// Writes one line; `scale` pixels a dot.
    pub(super) fn text(&mut self, left: usize, top: usize, line: &str, ink: [u8; 3], scale: usize) {
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
