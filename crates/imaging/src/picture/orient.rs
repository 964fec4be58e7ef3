//! Orientation: rotating and mirroring a picture as its file asks for.

use image::metadata::Orientation;

use super::{DeepPicture, Picture};

/// Rotates and mirrors a picture from the orientation in its file to the one for viewing.
pub(crate) fn oriented(picture: Picture, orientation: Orientation) -> Picture {
    if orientation == Orientation::NoTransforms {
        return picture;
    }
    let turn = Turn::of(orientation);
    let (columns, rows) = (picture.width as usize, picture.height as usize);
    let (width, height) = if turn.transpose {
        (picture.height, picture.width)
    } else {
        (picture.width, picture.height)
    };
    Picture {
        width,
        height,
        rgb: turn.apply::<u8, 3>(&picture.rgb, columns, rows),
        alpha: picture.alpha.map(|alpha| {
            alpha.rearranged(
                |values| turn.apply::<u8, 1>(values, columns, rows),
                |values| turn.apply::<u16, 1>(values, columns, rows),
            )
        }),
    }
}

impl DeepPicture {
    /// Rotates and mirrors the picture from the orientation in its file to the one for viewing.
    pub(crate) fn oriented(self, orientation: Orientation) -> Self {
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let turn = Turn::of(orientation);
        let (columns, rows) = (self.width() as usize, self.height() as usize);
        let size = if turn.transpose {
            (self.height(), self.width())
        } else {
            (self.width(), self.height())
        };
        self.rearranged(
            size,
            |colours| turn.apply::<u16, 3>(colours, columns, rows),
            |alpha| turn.apply::<u16, 1>(alpha, columns, rows),
        )
    }
}

/// One of the eight orientations: swaps rows with columns first, then mirrors the result.
#[derive(Clone, Copy)]
struct Turn {
    transpose: bool,
    mirror_columns: bool,
    mirror_rows: bool,
}

impl Turn {
    fn of(orientation: Orientation) -> Self {
        let (transpose, mirror_columns, mirror_rows) = match orientation {
            Orientation::NoTransforms => (false, false, false),
            Orientation::FlipHorizontal => (false, true, false),
            Orientation::FlipVertical => (false, false, true),
            Orientation::Rotate180 => (false, true, true),
            Orientation::Rotate90FlipH => (true, false, false),
            Orientation::Rotate90 => (true, true, false),
            Orientation::Rotate270 => (true, false, true),
            Orientation::Rotate270FlipH => (true, true, true),
        };
        Self {
            transpose,
            mirror_columns,
            mirror_rows,
        }
    }

    fn apply<T: Copy, const CHANNELS: usize>(
        self,
        values: &[T],
        columns: usize,
        rows: usize,
    ) -> Vec<T> {
        let (width, height) = if self.transpose {
            (rows, columns)
        } else {
            (columns, rows)
        };
        let mut turned = Vec::with_capacity(values.len());
        for row in 0..height {
            let row = if self.mirror_rows {
                height - 1 - row
            } else {
                row
            };
            for column in 0..width {
                let column = if self.mirror_columns {
                    width - 1 - column
                } else {
                    column
                };
                let (from_row, from_column) = if self.transpose {
                    (column, row)
                } else {
                    (row, column)
                };
                let start = (from_row * columns + from_column) * CHANNELS;
                turned.extend_from_slice(&values[start..start + CHANNELS]);
            }
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    /// The test picture of pixels `0 1 2 / 3 4 5` after the given EXIF orientation.
    fn turned(exif: u8) -> (u32, Vec<u16>) {
        let rgb = (0..6u8).flat_map(|pixel| [pixel; 3]).collect();
        let alpha = Alpha::Sixteen((0..6).collect());
        let picture = Picture::new(3, 2, rgb).unwrap().with_alpha(alpha).unwrap();
        let picture = oriented(picture, Orientation::from_exif(exif).unwrap());
        let Some(Alpha::Sixteen(alpha)) = picture.alpha() else {
            panic!("alpha is lost")
        };
        let red: Vec<u16> = picture
            .rgb()
            .iter()
            .step_by(3)
            .map(|&byte| byte.into())
            .collect();
        assert_eq!(&red, alpha, "colours and alpha turn alike");
        (picture.width(), red)
    }

    #[test]
    fn all_eight_orientations() {
        assert_eq!(turned(1), (3, vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(turned(2), (3, vec![2, 1, 0, 5, 4, 3]));
        assert_eq!(turned(3), (3, vec![5, 4, 3, 2, 1, 0]));
        assert_eq!(turned(4), (3, vec![3, 4, 5, 0, 1, 2]));
        assert_eq!(turned(5), (2, vec![0, 3, 1, 4, 2, 5]));
        assert_eq!(turned(6), (2, vec![3, 0, 4, 1, 5, 2]));
        assert_eq!(turned(7), (2, vec![5, 2, 4, 1, 3, 0]));
        assert_eq!(turned(8), (2, vec![2, 5, 1, 4, 0, 3]));
    }
}
