//! Framing: a picture of any size as one that the networks can take.

use std::borrow::Cow;

use utsushi_imaging::{Filter, Picture};

use super::{Depth, Window};
use crate::PaintError;
use crate::backend::Capabilities;

/// Shorter side in pixels below which pictures are enlarged, and not only framed by reflections.
const SMALL: u32 = 16;

/// Largest longer side, in pixels, that a picture is enlarged to.
const LONGEST_ENLARGED: u32 = 2048;

/// A picture in a frame of its own reflections, which brings both sides to a multiple of the
/// networks' alignment. The frame is computed as it is read, and takes no memory.
pub(crate) struct FramedPicture<'a, P: Depth = Picture> {
    picture: Cow<'a, P>,
    /// Width and height of the picture before it was enlarged.
    size: [u32; 2],
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl<'a, P: Depth> FramedPicture<'a, P> {
    /// Frames a picture without transparent parts so that a backend can take it. A picture with a
    /// very short side is enlarged first.
    pub(crate) fn new(picture: Cow<'a, P>, capabilities: &Capabilities) -> Self {
        let size = [picture.width(), picture.height()];
        let [width, height] = sides(size, capabilities);
        let picture = enlarged(picture);
        let [across, down] = [picture.width() as usize, picture.height() as usize];
        Self {
            picture,
            size,
            left: (width - across) / 2,
            top: (height - down) / 2,
            width,
            height,
        }
    }

    /// The window that covers the whole framed picture.
    pub(crate) fn window(&self) -> Window {
        Window {
            left: 0,
            top: 0,
            width: self.width,
            height: self.height,
        }
    }

    /// This picture, reduced to at most `pixels` pixels (without its frame) and framed anew.
    pub(crate) fn reduced(
        &self,
        pixels: usize,
        capabilities: &Capabilities,
    ) -> FramedPicture<'static, P> {
        let (width, height) = (self.picture.width(), self.picture.height());
        let own = f64::from(width) * f64::from(height);
        let factor = (pixels as f64 / own).sqrt();
        let [width, height] = [width, height].map(|side| (f64::from(side) * factor) as u32);
        let small = self
            .picture
            .resized(width.max(1), height.max(1), Filter::CatmullRom);
        FramedPicture::new(Cow::Owned(small), capabilities)
    }

    /// Appends the colours of a window, `[height, width, 3]`, −1…1, to `values`.
    pub(crate) fn read(&self, window: Window, values: &mut Vec<f32>) {
        let (columns, rows) = (
            self.picture.width() as usize,
            self.picture.height() as usize,
        );
        let rgb = self.picture.rgb().as_chunks::<3>().0;
        let column = |column: usize| reflected(column as isize - self.left as isize, columns);
        let across: Vec<usize> = (window.left..window.left + window.width)
            .map(column)
            .collect();
        values.reserve(window.width * window.height * 3);
        for row in window.top..window.top + window.height {
            let start = reflected(row as isize - self.top as isize, rows) * columns;
            for &column in &across {
                values.extend(rgb[start + column].map(P::seen));
            }
        }
    }

    /// An empty picture, into which the painted windows are put.
    pub(crate) fn output(&self) -> PaintedPicture<P> {
        PaintedPicture {
            rgb: vec![P::Sample::default(); self.picture.rgb().len()],
            columns: self.picture.width() as usize,
            rows: self.picture.height() as usize,
            left: self.left,
            top: self.top,
            size: self.size,
        }
    }
}

/// Width and height of a picture of the given size with its frame.
pub(super) fn sides([width, height]: [u32; 2], capabilities: &Capabilities) -> [usize; 2] {
    let factor = enlargement(width, height);
    [
        capabilities.side(0, (width * factor) as usize),
        capabilities.side(1, (height * factor) as usize),
    ]
}

/// The painting of a framed picture, without the frame.
#[derive(Clone, Debug)]
pub(crate) struct PaintedPicture<P: Depth = Picture> {
    rgb: Vec<P::Sample>,
    columns: usize,
    rows: usize,
    left: usize,
    top: usize,
    size: [u32; 2],
}

impl<P: Depth> PaintedPicture<P> {
    /// Puts the part `kept` of the painted `window` in its place. `values` are `[window.height,
    /// window.width, 3]`; those outside of −1…1 are clamped.
    pub(crate) fn put(
        &mut self,
        window: Window,
        kept: Window,
        values: &[f32],
    ) -> Result<(), PaintError> {
        let first = kept.left.max(self.left);
        let end = (kept.left + kept.width).min(self.left + self.columns);
        for row in kept.top..kept.top + kept.height {
            let Some(target) = row.checked_sub(self.top).filter(|&row| row < self.rows) else {
                continue;
            };
            for column in first..end {
                let from = ((row - window.top) * window.width + column - window.left) * 3;
                let to = (target * self.columns + column - self.left) * 3;
                for channel in 0..3 {
                    let value = values[from + channel];
                    if value.is_nan() {
                        return Err(PaintError::NotANumber {
                            row: target,
                            column: column - self.left,
                        });
                    }
                    self.rgb[to + channel] = P::stored(value);
                }
            }
        }
        Ok(())
    }

    /// The painting at the size of the original picture.
    pub(crate) fn into_picture(self) -> P {
        let [width, height] = self.size;
        let picture = P::from_samples(self.columns as u32, self.rows as u32, self.rgb);
        // Undoes an enlargement by a whole factor; nothing to do otherwise.
        picture.resized(width, height, Filter::Box)
    }
}

/// The index at which a position beyond either end of a row of `length` pixels falls when the row
/// is reflected repeatedly, including its last pixel.
fn reflected(position: isize, length: usize) -> usize {
    let period = 2 * length as isize;
    let place = position.rem_euclid(period) as usize;
    place.min(2 * length - 1 - place)
}

/// Enlarges a tiny picture by an integer factor, so that its pixels become areas that the networks
/// can paint.
fn enlarged<P: Depth>(picture: Cow<'_, P>) -> Cow<'_, P> {
    let (width, height) = (picture.width(), picture.height());
    match enlargement(width, height) {
        1 => picture,
        factor => Cow::Owned(picture.resized(width * factor, height * factor, Filter::CatmullRom)),
    }
}

/// The integer factor by which a picture of the given size is enlarged.
fn enlargement(width: u32, height: u32) -> u32 {
    let short = width.min(height);
    if short >= SMALL {
        return 1;
    }
    let factor = SMALL.div_ceil(short.max(1));
    factor.min(LONGEST_ENLARGED / width.max(height)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Picture {
        let bytes = (0..width * height * 3).map(|index| (index % 251) as u8);
        Picture::new(width, height, bytes.collect()).unwrap()
    }

    const NETWORKS: Capabilities = Capabilities {
        alignment: 8,
        shortest: 32,
        size: [None; 2],
    };

    #[test]
    fn reflections_repeat_the_last_pixel_and_never_leave() {
        let row: Vec<_> = (-4..7).map(|position| reflected(position, 3)).collect();
        assert_eq!(row, [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
        assert!((-50..50).all(|position| reflected(position, 1) == 0));
    }

    #[test]
    fn what_is_read_and_put_back_is_the_picture() {
        for (width, height) in [(128, 64), (33, 47), (17, 300), (100, 16)] {
            let picture = gradient(width, height);
            let framed = FramedPicture::new(Cow::Borrowed(&picture), &NETWORKS);
            assert!(framed.window().width.is_multiple_of(8) && framed.window().width >= 32);
            assert!(framed.window().height.is_multiple_of(8) && framed.window().height >= 32);
            let mut output = framed.output();
            let mut values = Vec::new();
            let window = framed.window();
            framed.read(window, &mut values);
            // In two parts that meet at an odd place.
            let left = Window {
                width: 11,
                ..window
            };
            let right = Window {
                left: 11,
                width: window.width - 11,
                ..window
            };
            output.put(window, left, &values).unwrap();
            output.put(window, right, &values).unwrap();
            assert_eq!(output.into_picture(), picture, "{width}×{height}");
        }
    }

    #[test]
    fn an_aligned_picture_has_no_frame() {
        let picture = gradient(128, 64);
        let framed = FramedPicture::new(Cow::Borrowed(&picture), &NETWORKS);
        assert_eq!((framed.window().width, framed.window().height), (128, 64));
        let mut values = Vec::new();
        framed.read(framed.window(), &mut values);
        assert_eq!(values, picture.to_floats());
    }

    #[test]
    fn a_reduced_framed_keeps_shape_and_colours() {
        for (width, height, pixels) in [(640, 480, 10_000), (3000, 40, 900), (50, 50, 1)] {
            let picture = Picture::filled(width, height, [10, 120, 250]);
            let reduced =
                FramedPicture::new(Cow::Borrowed(&picture), &NETWORKS).reduced(pixels, &NETWORKS);
            let [across, down] = reduced.size.map(f64::from);
            assert!(across * down <= pixels as f64 && across * down > 0.7 * pixels as f64);
            let stretch = across / down * f64::from(height) / f64::from(width);
            assert!((0.7..1.4).contains(&stretch), "{across}×{down}");
            let mut values = Vec::new();
            reduced.read(reduced.window(), &mut values);
            assert!(values.iter().all(|value| value.abs() < 1.0));
            assert!((values[2] - (250.0 / 127.5 - 1.0)).abs() < 0.02);
        }
    }

    #[test]
    fn tiny_pictures_come_back_at_their_size_and_colour() {
        for (width, height) in [(1, 1), (1, 300), (3000, 1), (7, 5), (15, 15)] {
            let picture = Picture::filled(width, height, [10, 120, 250]);
            let framed = FramedPicture::new(Cow::Borrowed(&picture), &NETWORKS);
            assert!(framed.window().width >= 32 && framed.window().height >= 32);
            let mut values = Vec::new();
            framed.read(framed.window(), &mut values);
            let mut output = framed.output();
            output
                .put(framed.window(), framed.window(), &values)
                .unwrap();
            assert_eq!(output.into_picture(), picture, "{width}×{height}");
        }
    }

    #[test]
    fn not_a_number_is_found_in_the_picture_but_not_in_its_frame() {
        let picture = Picture::filled(20, 20, [0; 3]);
        let framed = FramedPicture::new(Cow::Borrowed(&picture), &NETWORKS);
        let window = framed.window();
        let mut values = vec![0.0; 32 * 32 * 3];
        values[0] = f32::NAN;
        let mut output = framed.output();
        assert_eq!(output.put(window, window, &values), Ok(()));
        // The frame is 6 pixels wide.
        values[(8 * 32 + 9) * 3 + 1] = f32::NAN;
        let error = output.put(window, window, &values).unwrap_err();
        assert_eq!(error, PaintError::NotANumber { row: 2, column: 3 });
    }
}
