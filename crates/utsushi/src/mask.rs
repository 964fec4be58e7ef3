//! Masks, which say to what part of a picture something applies.

use std::hash::Hasher;

use utsushi_imaging::{Filter, Picture, resize_with};

/// Largest difference between the aspect ratios of a mask and its picture: that of rounding the
/// sides of a scaled copy, and a little more.
const ASPECT_TOLERANCE: f64 = 0.02;

/// A mask: the degree to which each pixel belongs to a region, 0…1.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    picture: Picture,
    feather: Option<f32>,
    name: Option<String>,
}

/// A mask whose shape is not that of the picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} of {}×{} pixels does not fit a picture of {}×{}: the sides must be in the same proportion \
     (any size will do)",
    name.as_ref().map_or("a mask".to_owned(), |name| format!("the mask {name}")),
    mask[0], mask[1], picture[0], picture[1]
)]
pub struct MaskError {
    /// The mask's name ([`Mask::named`]).
    pub name: Option<String>,
    /// Width and height of the mask in pixels.
    pub mask: [u32; 2],
    /// Width and height of the picture in pixels.
    pub picture: [u32; 2],
}

impl Mask {
    /// Makes a mask from a picture: white pixels belong to the region, black and transparent ones
    /// do not, and grey ones do in part. `feather` is the width of the soft edge in pixels of the
    /// picture that is painted; by default a fiftieth of its short side.
    pub fn new(picture: Picture, feather: Option<f32>) -> Self {
        Self {
            picture,
            feather,
            name: None,
        }
    }

    /// This mask with a name for errors, such as that of its file.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }

    /// The inverse of this mask. It is white wherever this one is black, so that a part which is
    /// kept through it stays unchanged up to the edge of this one.
    #[must_use]
    pub fn inverted(&self) -> Self {
        let (width, height) = (self.picture.width(), self.picture.height());
        let pixels = self.picture.rgb().as_chunks::<3>().0.iter().enumerate();
        let grey = pixels.flat_map(|(index, &colour)| {
            let share = share(&self.picture, index, colour);
            [((1.0 - share) * 255.0).round() as u8; 3]
        });
        let picture = Picture::new(width, height, grey.collect());
        Self {
            picture: picture.expect("made with three bytes a pixel"),
            feather: self.feather,
            name: self.name.clone(),
        }
    }

    /// Adds everything that the mask depends on to a hash.
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

    /// Whether any part of the mask is white enough to be seen in a painting.
    pub fn shows_anything(&self) -> bool {
        let mut pixels = self.picture.rgb().as_chunks::<3>().0.iter().enumerate();
        pixels.any(|(index, colour)| {
            let alpha = self.picture.alpha();
            let alpha = alpha.map_or(u16::MAX, |alpha| alpha.at(index));
            let most = colour.iter().max().copied().unwrap_or(0);
            u32::from(most) * u32::from(alpha) > 2 * u32::from(u16::MAX)
        })
    }

    /// Computes the mask for a picture of the given size, `[height, width]`, 0…1, with one half of
    /// the soft edge inside of the white part and one half outside.
    ///
    /// # Errors
    /// The mask has another aspect ratio.
    pub(crate) fn at(&self, width: u32, height: u32) -> Result<Vec<f32>, MaskError> {
        let mut values = self.scaled(width, height)?;
        // Three boxes make nearly a bell; together they reach as far as the feather is wide.
        let radius = (self.feather(width, height) / 3.0).round() as usize;
        for _ in 0..3 {
            blur(&mut values, width as usize, height as usize, radius);
        }
        Ok(values)
    }

    /// Computes the mask for a picture of the given size, `[height, width]`, 0…1, with the whole
    /// soft edge outside of the white part, where every value is 1.
    ///
    /// # Errors
    /// The mask has another aspect ratio.
    pub(crate) fn kept_at(&self, width: u32, height: u32) -> Result<Vec<f32>, MaskError> {
        let mut values = self.scaled(width, height)?;
        let radius = (self.feather(width, height) / 6.0).round() as usize;
        // Half a pixel of the mask, which is where a larger picture has it half white.
        let half = width.div_ceil(self.picture.width()) as usize / 2;
        // As far as the boxes together reach, so that they see nothing but white in the white.
        let reach = 3 * radius + half;
        grow(&mut values, width as usize, height as usize, reach);
        for _ in 0..3 {
            blur(&mut values, width as usize, height as usize, radius);
        }
        Ok(values)
    }

    /// Width of the soft edge in pixels of a picture of the given size, at least 0.
    fn feather(&self, width: u32, height: u32) -> f32 {
        let feather = self.feather.unwrap_or(width.min(height) as f32 / 50.0);
        feather.max(0.0)
    }

    /// Scales the mask to that size, without a soft edge.
    fn scaled(&self, width: u32, height: u32) -> Result<Vec<f32>, MaskError> {
        let (own_width, own_height) = (self.picture.width(), self.picture.height());
        let aspect = |width: u32, height: u32| f64::from(width) / f64::from(height);
        let ratio = aspect(own_width, own_height) / aspect(width, height);
        // A side of a few pixels rounds coarsely.
        let rounding = 1.0 / f64::from(own_width.min(own_height).min(width).min(height));
        if (ratio.ln()).abs() > ASPECT_TOLERANCE.max(rounding) {
            return Err(MaskError {
                name: self.name.clone(),
                mask: [own_width, own_height],
                picture: [width, height],
            });
        }
        let scaled = resize_with(&self.picture, width, height, Filter::Bilinear);
        let pixels = scaled.rgb().as_chunks::<3>().0.iter().enumerate();
        let values = pixels.map(|(index, &colour)| share(&scaled, index, colour));
        Ok(values.collect())
    }
}

/// Degree to which a pixel of a mask's picture belongs to the region, 0…1; exactly 1 for white.
fn share(picture: &Picture, index: usize, [red, green, blue]: [u8; 3]) -> f32 {
    let bright = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    let there = picture
        .alpha()
        .map_or(1.0, |alpha| f64::from(alpha.at(index)) / 65535.0);
    ((bright / 255.0 * there) as f32).min(1.0)
}

/// Box filter over squares of `2 × radius + 1` pixels; beyond the border the outermost values are
/// repeated.
fn blur(values: &mut [f32], width: usize, height: usize, radius: usize) {
    in_squares(values, width, height, radius, sweep);
}

/// Maximum filter over squares of `2 × reach + 1` pixels.
pub(crate) fn grow(values: &mut [f32], width: usize, height: usize, reach: usize) {
    in_squares(values, width, height, reach, largest);
}

/// Applies the filter `along` to each row, then to each column.
fn in_squares(
    values: &mut [f32],
    width: usize,
    height: usize,
    reach: usize,
    along: impl Fn(&[f32], usize, &mut [f32]),
) {
    if reach == 0 {
        return;
    }
    let mut line = Vec::new();
    for row in values.chunks_exact_mut(width) {
        line.clear();
        line.extend_from_slice(row);
        along(&line, reach, row);
    }
    let mut made = vec![0.0; height];
    for column in 0..width {
        line.clear();
        line.extend((0..height).map(|row| values[row * width + column]));
        along(&line, reach, &mut made);
        for (row, value) in made.iter().enumerate() {
            values[row * width + column] = *value;
        }
    }
}

/// Maximum filter of a line: the largest value within `reach` of each. Values that may still become
/// the largest wait in a queue, the largest in front.
fn largest(line: &[f32], reach: usize, made: &mut [f32]) {
    let mut queue = std::collections::VecDeque::new();
    for index in 0..line.len() + reach {
        if let Some(&value) = line.get(index) {
            while queue
                .back()
                .is_some_and(|&last: &usize| line[last] <= value)
            {
                queue.pop_back();
            }
            queue.push_back(index);
        }
        let Some(middle) = index.checked_sub(reach) else {
            continue;
        };
        while queue.front().is_some_and(|&first| first + reach < middle) {
            queue.pop_front();
        }
        if let Some(&first) = queue.front() {
            made[middle] = line[first];
        }
    }
}

/// Box filter of a line: the mean of the values within `radius` of each.
fn sweep(line: &[f32], radius: usize, made: &mut [f32]) {
    let last = line.len() - 1;
    let at = |index: isize| f64::from(line[index.clamp(0, last as isize) as usize]);
    let reach = radius as isize;
    let mut sum: f64 = (-reach..=reach).map(at).sum();
    let count = (2 * radius + 1) as f64;
    for (index, made) in (0..).zip(made) {
        *made = ((sum / count) as f32).clamp(0.0, 1.0);
        sum += at(index + reach + 1) - at(index - reach);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi_imaging::Alpha;

    /// A test mask whose left half is white.
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
    fn what_is_kept_is_whole_in_the_white_and_soft_outside() {
        let hard = Mask::new(half(8, 4), Some(0.0)).kept_at(8, 4).unwrap();
        assert_eq!(hard, Mask::new(half(8, 4), Some(0.0)).at(8, 4).unwrap());
        let soft = Mask::new(half(200, 100), Some(12.0))
            .kept_at(200, 100)
            .unwrap();
        for row in soft.chunks(200) {
            assert!(row[..100].iter().all(|&value| value == 1.0));
            assert!(row[100] > 0.9 && row[112..].iter().all(|&value| value == 0.0));
            assert!(row.windows(2).all(|pair| pair[1] <= pair[0]));
        }
        // So it is in a picture that is larger than the mask.
        for scale in [2, 3, 8] {
            let large = Mask::new(half(20, 10), Some(0.0));
            let large = large.kept_at(20 * scale, 10 * scale).unwrap();
            for row in large.chunks(20 * scale as usize) {
                let (white, black) = row.split_at(10 * scale as usize);
                assert!(white.iter().all(|&value| value == 1.0), "{scale}");
                assert_eq!(black[scale as usize], 0.0, "{scale}");
            }
        }
        // A corner of the white is kept as a side is; an even grey is as it was.
        let mut corner = Picture::filled(60, 60, [0; 3]);
        for index in (0..60 * 60).filter(|index| index % 60 < 30 && index / 60 < 30) {
            corner.rgb_mut()[index * 3..index * 3 + 3].fill(255);
        }
        let kept = Mask::new(corner, Some(18.0)).kept_at(60, 60).unwrap();
        assert_eq!((kept[29 * 60 + 29], kept[0]), (1.0, 1.0));
        assert!((0.5..1.0).contains(&kept[30 * 60 + 30]), "{}", kept[1830]);
        let grey = Mask::new(Picture::filled(20, 20, [102; 3]), Some(9.0));
        let even = grey.kept_at(20, 20).unwrap();
        assert!(even.iter().all(|value| (value - 0.4).abs() < 1e-6));
    }

    #[test]
    fn the_largest_of_each_square_is_found() {
        let mut state = 1u32;
        let mut values: Vec<f32> = (0..13 * 9)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as f32
            })
            .collect();
        for reach in [0, 1, 3, 20] {
            let before = values.clone();
            grow(&mut values, 13, 9, reach);
            for (index, &most) in values.iter().enumerate() {
                let (row, column) = (index / 13, index % 13);
                let near = (0..13 * 9).filter(|other| {
                    (other / 13usize).abs_diff(row) <= reach
                        && (other % 13usize).abs_diff(column) <= reach
                });
                let expected = near.map(|other| before[other]).fold(0.0, f32::max);
                assert_eq!(most, expected, "{reach}: {row}, {column}");
            }
        }
    }

    #[test]
    fn masks_without_white_are_told_from_those_with_a_little() {
        let shows = |picture| Mask::new(picture, None).shows_anything();
        let black = Picture::filled(4, 1, [0; 3]);
        assert!(!shows(black.clone()));
        let mut spot = black;
        spot.rgb_mut()[3] = 128;
        assert!(shows(spot));
        // White that cannot be seen is none, and black that can be is none either.
        let hidden = |colour| {
            let picture = Picture::filled(4, 1, [colour; 3]);
            let alpha = Alpha::Eight(vec![0, 0, 0, 255 - colour]);
            picture.with_alpha(alpha).unwrap()
        };
        assert!(!shows(hidden(255)));
        assert!(!shows(hidden(0)));
    }

    #[test]
    fn an_inverted_mask_has_what_the_other_leaves_out() {
        let mask = Mask::new(half(20, 10), Some(0.0));
        let [values, others] = [&mask, &mask.inverted()].map(|mask| mask.at(20, 10).unwrap());
        for (value, other) in values.iter().zip(&others) {
            assert_eq!(value + other, 1.0);
        }
        let clear = Picture::filled(3, 1, [255; 3]);
        let clear = clear.with_alpha(Alpha::Eight(vec![255, 102, 0])).unwrap();
        let inverted = Mask::new(clear, Some(0.0)).inverted();
        let values = inverted.at(3, 1).unwrap();
        assert_eq!((values[0], values[2]), (0.0, 1.0));
        assert!((values[1] - 0.6).abs() < 1e-3);
        // The soft edge lies within the white, and outside of it nothing changes.
        let soft = Mask::new(half(200, 100), Some(12.0)).inverted();
        for row in soft.kept_at(200, 100).unwrap().chunks(200) {
            assert!(row[100..].iter().all(|&value| value == 1.0));
            assert!(row[99] > 0.9 && row[..88].iter().all(|&value| value == 0.0));
        }
    }

    #[test]
    fn transparent_is_outside_and_another_shape_is_refused() {
        let clear = Picture::filled(2, 1, [255; 3]);
        let clear = clear.with_alpha(Alpha::Eight(vec![255, 0])).unwrap();
        assert_eq!(Mask::new(clear, Some(0.0)).at(2, 1).unwrap(), [1.0, 0.0]);
        let error = Mask::new(half(100, 100), None).at(100, 50).unwrap_err();
        assert!(error.to_string().contains("100×100") && error.to_string().contains("100×50"));
        let named = Mask::new(half(100, 100), None).named("face.png").inverted();
        let error = named.at(100, 50).unwrap_err().to_string();
        assert!(error.starts_with("the mask face.png of 100×100"), "{error}");
        assert!(Mask::new(half(100, 67), None).at(300, 200).is_ok());
    }
}
