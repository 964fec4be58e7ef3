//! Cropping and mirroring of pictures.

use super::Picture;

/// A rectangular part of a picture, in whole pixels from its top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// First column of the rectangle.
    pub left: u32,
    /// First row of the rectangle.
    pub top: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Rectangle {
    /// The part of this rectangle that lies inside of a picture of the given size; if there is
    /// none, the pixel nearest to it.
    fn clamped(self, width: u32, height: u32) -> Self {
        let left = self.left.min(width - 1);
        let top = self.top.min(height - 1);
        Self {
            left,
            top,
            width: self.width.clamp(1, width - left),
            height: self.height.clamp(1, height - top),
        }
    }
}

impl Picture {
    /// Crops the picture, including alpha, to a rectangle. One that reaches beyond the picture is
    /// cut to it; the result always has at least one pixel.
    pub fn crop(&self, rectangle: Rectangle) -> Self {
        let part = rectangle.clamped(self.width, self.height);
        let columns = self.width as usize;
        Self {
            width: part.width,
            height: part.height,
            rgb: cut(&self.rgb, columns, 3, part),
            alpha: self.alpha.as_ref().map(|alpha| {
                alpha.rearranged(
                    |values| cut(values, columns, 1, part),
                    |values| cut(values, columns, 1, part),
                )
            }),
        }
    }

    /// Mirrors the picture, including alpha, left to right.
    pub fn flip_horizontal(&self) -> Self {
        let columns = self.width as usize;
        Self {
            width: self.width,
            height: self.height,
            rgb: mirrored(&self.rgb, columns, 3),
            alpha: self.alpha.as_ref().map(|alpha| {
                alpha.rearranged(
                    |values| mirrored(values, columns, 1),
                    |values| mirrored(values, columns, 1),
                )
            }),
        }
    }
}

fn cut<T: Copy>(values: &[T], columns: usize, channels: usize, part: Rectangle) -> Vec<T> {
    let (left, top) = (part.left as usize, part.top as usize);
    let (width, height) = (part.width as usize, part.height as usize);
    let mut kept = Vec::with_capacity(width * height * channels);
    for row in top..top + height {
        let start = (row * columns + left) * channels;
        kept.extend_from_slice(&values[start..start + width * channels]);
    }
    kept
}

fn mirrored<T: Copy>(values: &[T], columns: usize, channels: usize) -> Vec<T> {
    let mut kept = Vec::with_capacity(values.len());
    for row in values.chunks_exact(columns * channels) {
        for pixel in row.chunks_exact(channels).rev() {
            kept.extend_from_slice(pixel);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    fn numbered() -> Picture {
        let rgb = (0..12u8)
            .flat_map(|pixel| [pixel, pixel + 100, pixel + 200])
            .collect();
        let alpha = Alpha::Eight((0..12).collect());
        Picture::new(4, 3, rgb).unwrap().with_alpha(alpha).unwrap()
    }

    #[test]
    fn a_crop_takes_colours_and_alpha_alike() {
        let part = numbered().crop(Rectangle {
            left: 1,
            top: 1,
            width: 2,
            height: 2,
        });
        assert_eq!((part.width(), part.height()), (2, 2));
        assert_eq!(part.alpha(), Some(&Alpha::Eight(vec![5, 6, 9, 10])));
        assert_eq!(&part.rgb()[..6], [5, 105, 205, 6, 106, 206]);
    }

    #[test]
    fn a_crop_beyond_the_edge_is_cut_to_the_picture() {
        let all = Rectangle {
            left: 0,
            top: 0,
            width: u32::MAX,
            height: u32::MAX,
        };
        assert_eq!(numbered().crop(all), numbered());
        let away = Rectangle {
            left: 90,
            top: 1,
            width: 5,
            height: 0,
        };
        assert_eq!(numbered().crop(away).alpha(), Some(&Alpha::Eight(vec![7])));
    }

    #[test]
    fn mirroring_twice_changes_nothing() {
        let mirror = numbered().flip_horizontal();
        assert_eq!(&mirror.rgb()[..3], [3, 103, 203]);
        let Some(Alpha::Eight(alpha)) = mirror.alpha() else {
            panic!("alpha is lost")
        };
        assert_eq!(alpha[..5], [3, 2, 1, 0, 7]);
        assert_eq!(mirror.flip_horizontal(), numbered());
    }
}
