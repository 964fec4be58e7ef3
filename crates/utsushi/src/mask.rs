//! Which part of a picture something is for.

use std::hash::Hasher;

use utsushi_imaging::{Filter, Picture, resize_with};

/// How much the aspects of a mask and of its picture may differ: by what rounding the sides of a
/// scaled copy explains, and a little more.
const ASPECT_TOLERANCE: f64 = 0.02;

/// A mask: how much each pixel belongs to a region, 0…1.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    picture: Picture,
    feather: Option<f32>,
}

/// A mask whose shape is not that of the picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a mask of {}×{} pixels does not fit a picture of {}×{}: the sides must be in the same \
     proportion (any size will do)", mask[0], mask[1], picture[0], picture[1]
)]
pub struct MaskError {
    /// Width and height of the mask.
    pub mask: [u32; 2],
    /// Width and height of the picture.
    pub picture: [u32; 2],
}

impl Mask {
    /// A mask from a picture: white belongs to the region, black does not, grey does in part, and
    /// what is transparent does not. `feather` is the width of the soft edge in pixels of the
    /// picture that is painted; nothing chooses a fiftieth of its short side.
    pub fn new(picture: Picture, feather: Option<f32>) -> Self {
        Self { picture, feather }
    }

    /// Adds the bytes of all that the mask depends on.
    pub(crate) fn hash_into(&self, hash: &mut impl Hasher) {
        hash.write(&self.picture.width().to_le_bytes());
        hash.write(&self.picture.height().to_le_bytes());
        hash.write(self.picture.rgb());
        if let Some(alpha) = self.picture.alpha() {
            let pixels = self.picture.rgb().len() / 3;
            (0..pixels).for_each(|pixel| hash.write(&alpha.at(pixel).to_le_bytes()));
        }
        hash.write(&self.feather.unwrap_or(-1.0).to_le_bytes());
    }

    /// The mask for a picture of that size, `[height, width]`, 0…1.
    ///
    /// # Errors
    /// A mask of another shape.
    pub(crate) fn at(&self, width: u32, height: u32) -> Result<Vec<f32>, MaskError> {
        let (own_width, own_height) = (self.picture.width(), self.picture.height());
        let aspect = |width: u32, height: u32| f64::from(width) / f64::from(height);
        let ratio = aspect(own_width, own_height) / aspect(width, height);
        // A side of a few pixels rounds coarsely.
        let rounding = 1.0 / f64::from(own_width.min(own_height).min(width).min(height));
        if (ratio.ln()).abs() > ASPECT_TOLERANCE.max(rounding) {
            return Err(MaskError {
                mask: [own_width, own_height],
                picture: [width, height],
            });
        }
        let scaled = resize_with(&self.picture, width, height, Filter::Bilinear);
        let pixels = scaled.rgb().as_chunks::<3>().0.iter().enumerate();
        let mut values: Vec<f32> = pixels
            .map(|(index, &[red, green, blue])| {
                let bright =
                    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
                let there = scaled
                    .alpha()
                    .map_or(1.0, |alpha| f32::from(alpha.at(index)) / 65535.0);
                (bright / 255.0 * there).min(1.0)
            })
            .collect();
        let feather = self.feather.unwrap_or(width.min(height) as f32 / 50.0);
        // Three boxes make nearly a bell; together they reach as far as the feather is wide.
        let radius = (feather / 3.0).round().max(0.0) as usize;
        for _ in 0..3 {
            blur(&mut values, width as usize, height as usize, radius);
        }
        Ok(values)
    }
}

/// The mean over a square of `2 × radius + 1` pixels; beyond the border, the border goes on.
fn blur(values: &mut [f32], width: usize, height: usize, radius: usize) {
    if radius == 0 {
        return;
    }
    let mut line = Vec::new();
    for row in values.chunks_exact_mut(width) {
        line.clear();
        line.extend_from_slice(row);
        sweep(&line, radius, |index, mean| row[index] = mean);
    }
    for column in 0..width {
        line.clear();
        line.extend((0..height).map(|row| values[row * width + column]));
        sweep(&line, radius, |row, mean| {
            values[row * width + column] = mean
        });
    }
}

fn sweep(line: &[f32], radius: usize, mut put: impl FnMut(usize, f32)) {
    let last = line.len() - 1;
    let at = |index: isize| f64::from(line[index.clamp(0, last as isize) as usize]);
    let reach = radius as isize;
    let mut sum: f64 = (-reach..=reach).map(at).sum();
    let count = (2 * radius + 1) as f64;
    for index in 0..line.len() {
        put(index, ((sum / count) as f32).clamp(0.0, 1.0));
        let index = index as isize;
        sum += at(index + reach + 1) - at(index - reach);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::Alpha;

    /// The left half white.
    fn half(width: u32, height: u32) -> Picture {
        let colour = |column| if column < width / 2 { 255 } else { 0 };
        let rgb = (0..height).flat_map(|_| (0..width).flat_map(move |c| [colour(c); 3]));
        Picture::new(width, height, rgb.collect()).unwrap()
    }

    #[test]
    fn white_counts_at_any_size_and_the_edge_is_as_soft_as_asked() {
        let hard = Mask::new(half(8, 4), Some(0.0)).at(8, 4).unwrap();
        assert_eq!(hard[..8], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        let soft = Mask::new(half(20, 10), Some(12.0)).at(200, 100).unwrap();
        let row = &soft[50 * 200..51 * 200];
        assert_eq!((row[0], row[199]), (1.0, 0.0));
        assert!(
            (row[99] + row[100] - 1.0).abs() < 1e-3,
            "the edge stays in its place"
        );
        assert!(row.windows(2).all(|pair| pair[1] <= pair[0] + 1e-6));
        let between = row.iter().filter(|v| (0.02..0.98).contains(*v)).count();
        assert!((14..40).contains(&between), "{between}");
    }

    #[test]
    fn transparent_is_outside_and_another_shape_is_refused() {
        let clear = Picture::filled(2, 1, [255; 3]);
        let clear = clear.with_alpha(Alpha::Eight(vec![255, 0])).unwrap();
        assert_eq!(Mask::new(clear, Some(0.0)).at(2, 1).unwrap(), [1.0, 0.0]);
        let error = Mask::new(half(100, 100), None).at(100, 50).unwrap_err();
        assert!(error.to_string().contains("100×100") && error.to_string().contains("100×50"));
        assert!(Mask::new(half(100, 67), None).at(300, 200).is_ok());
    }
}
