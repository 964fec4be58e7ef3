//! Square windows of pictures, which may reach beyond the border.

use crate::sweep::Source;

/// A square window of a picture that tells where the channels of each of its pixels begin.
pub(super) trait Window<const SIDE: usize> {
    /// The address of the first channel of a pixel of the window; `row` and `column` are below
    /// `SIDE`.
    fn at(&self, row: usize, column: usize) -> *const f32;
}

/// A window that lies entirely within its picture.
pub(super) struct Inside {
    start: *const f32,
    row: usize,
    channels: usize,
}

/// A window that reaches beyond the border of its picture.
pub(super) struct Across<const SIDE: usize> {
    pixels: [[*const f32; SIDE]; SIDE],
}

/// The first row and column of a window, either of which may be negative.
#[derive(Clone, Copy)]
pub(super) struct Corner {
    pub(super) picture: usize,
    pub(super) row: isize,
    pub(super) column: isize,
}

impl Corner {
    #[inline(always)]
    pub(super) fn is_inside<const SIDE: usize>(self, shape: [usize; 4]) -> bool {
        let [_, height, width, _] = shape;
        let side = SIDE as isize;
        self.row >= 0
            && self.column >= 0
            && self.row + side <= height as isize
            && self.column + side <= width as isize
    }
}

impl Inside {
    #[inline(always)]
    pub(super) fn new(source: Source, corner: Corner) -> Self {
        let [_, height, width, channels] = source.shape;
        let pixel =
            (corner.picture * height + corner.row as usize) * width + corner.column as usize;
        Self {
            start: source.data.as_ptr().wrapping_add(pixel * channels),
            row: width * channels,
            channels,
        }
    }
}

impl<const SIDE: usize> Window<SIDE> for Inside {
    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> *const f32 {
        self.start
            .wrapping_add(row * self.row + column * self.channels)
    }
}

impl<const SIDE: usize> Across<SIDE> {
    /// The window at a corner of the source. `zeros` stands for pixels outside, and must have as
    /// many floats as the picture has channels.
    #[inline(always)]
    pub(super) fn new(source: Source, corner: Corner, zeros: &[f32]) -> Self {
        let mut pixels = [[zeros.as_ptr(); SIDE]; SIDE];
        for (row, pixels) in pixels.iter_mut().enumerate() {
            let y = corner.row + row as isize;
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let x = corner.column + column as isize;
                if let Some(address) = source.pixel(corner.picture, y, x) {
                    *pixel = address;
                }
            }
        }
        Self { pixels }
    }
}

impl<const SIDE: usize> Window<SIDE> for Across<SIDE> {
    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> *const f32 {
        self.pixels[row][column]
    }
}
