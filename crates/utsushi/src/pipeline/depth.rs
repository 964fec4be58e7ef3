//! Depths: pictures of 8 and of 16 bits a channel, as the pipeline takes them.

use std::borrow::Cow;
use std::fmt::Debug;

use utsushi_imaging::{
    Alpha, DeepPicture, Filter, Picture, fill_transparent, fill_transparent_deep, resize_deep,
    resize_with,
};

/// A picture of 8 or 16 bits a channel.
pub(crate) trait Depth: Clone + Debug + 'static {
    /// The type of one channel of one pixel.
    type Sample: Copy + Debug + Default + PartialEq + Send + Sync;

    /// Makes a picture without alpha from `[height, width, 3]` samples.
    fn from_samples(width: u32, height: u32, rgb: Vec<Self::Sample>) -> Self;

    fn width(&self) -> u32;

    fn height(&self) -> u32;

    /// Samples of the picture, `[height, width, 3]`.
    fn rgb(&self) -> &[Self::Sample];

    fn rgb_mut(&mut self) -> &mut [Self::Sample];

    /// Resizes the picture.
    fn resized(&self, width: u32, height: u32, filter: Filter) -> Self;

    /// The picture with the colours of its visible pixels extended under the transparent ones.
    fn opaque(&self) -> Cow<'_, Self>;

    fn without_alpha(self) -> Self;

    /// Opacity of a pixel, 0…1; pixels are counted row by row.
    fn opacity(&self, pixel: usize) -> f32;

    /// This picture with the alpha of a picture of the same size.
    fn with_alpha_of(self, other: &Self) -> Self;

    /// This picture with the alpha of one of the same size, except for these pixels (counted row by
    /// row), which have these opacities, 0…1.
    fn with_opacities(self, other: &Self, pixels: &[(usize, f32)]) -> Self;

    /// The picture in 8 bits, for analysis.
    fn eight(&self) -> Cow<'_, Picture>;

    /// Converts a sample to the networks' range, −1…1.
    fn seen(sample: Self::Sample) -> f32;

    /// Converts the networks' output to a sample; values outside of −1…1 are clamped.
    fn stored(value: f32) -> Self::Sample;

    /// A sample as a number in its own range, 0…255 or 0…65535.
    fn number(sample: Self::Sample) -> f32;

    /// The sample nearest to a number in its own range, 0…255 or 0…65535.
    fn sample(number: f32) -> Self::Sample;

    /// Computes `a + b − c`, clamped.
    fn moved(a: Self::Sample, b: Self::Sample, c: Self::Sample) -> Self::Sample;
}

// All casts from floats saturate at both ends, which is the clamp.

impl Depth for Picture {
    type Sample = u8;

    fn from_samples(width: u32, height: u32, rgb: Vec<u8>) -> Self {
        Self::new(width, height, rgb).expect("made with three bytes a pixel")
    }

    fn width(&self) -> u32 {
        self.width()
    }

    fn height(&self) -> u32 {
        self.height()
    }

    fn rgb(&self) -> &[u8] {
        self.rgb()
    }

    fn rgb_mut(&mut self) -> &mut [u8] {
        self.rgb_mut()
    }

    fn resized(&self, width: u32, height: u32, filter: Filter) -> Self {
        resize_with(self, width, height, filter)
    }

    fn opaque(&self) -> Cow<'_, Self> {
        match self.alpha() {
            Some(alpha) if !alpha.is_opaque() => Cow::Owned(fill_transparent(self).without_alpha()),
            _ => Cow::Borrowed(self),
        }
    }

    fn without_alpha(self) -> Self {
        self.without_alpha()
    }

    fn opacity(&self, pixel: usize) -> f32 {
        self.alpha()
            .map_or(1.0, |alpha| f32::from(alpha.at(pixel)) / 65_535.0)
    }

    fn with_alpha_of(self, other: &Self) -> Self {
        match other.alpha() {
            None => self,
            Some(alpha) => self
                .with_alpha(alpha.clone())
                .expect("the painting has the size of its picture"),
        }
    }

    fn with_opacities(self, other: &Self, pixels: &[(usize, f32)]) -> Self {
        let Some(alpha) = other.alpha() else {
            return self.without_alpha();
        };
        let mut alpha = alpha.clone();
        for &(at, opacity) in pixels {
            match &mut alpha {
                Alpha::Eight(values) => values[at] = (opacity * 255.0).round() as u8,
                Alpha::Sixteen(values) => values[at] = (opacity * 65_535.0).round() as u16,
            }
        }
        self.with_alpha(alpha).expect("the pictures have one size")
    }

    fn eight(&self) -> Cow<'_, Picture> {
        Cow::Borrowed(self)
    }

    fn seen(sample: u8) -> f32 {
        f32::from(sample) / 127.5 - 1.0
    }

    fn stored(value: f32) -> u8 {
        (value * 127.5 + 127.5).round() as u8
    }

    fn number(sample: u8) -> f32 {
        f32::from(sample)
    }

    fn sample(number: f32) -> u8 {
        number.round() as u8
    }

    fn moved(a: u8, b: u8, c: u8) -> u8 {
        (i16::from(a) + i16::from(b) - i16::from(c)).clamp(0, 255) as u8
    }
}

impl Depth for DeepPicture {
    type Sample = u16;

    fn from_samples(width: u32, height: u32, rgb: Vec<u16>) -> Self {
        Self::new(width, height, rgb, None).expect("made with three samples a pixel")
    }

    fn width(&self) -> u32 {
        self.width()
    }

    fn height(&self) -> u32 {
        self.height()
    }

    fn rgb(&self) -> &[u16] {
        self.rgb()
    }

    fn rgb_mut(&mut self) -> &mut [u16] {
        self.rgb_mut()
    }

    fn resized(&self, width: u32, height: u32, filter: Filter) -> Self {
        resize_deep(self, width, height, filter)
    }

    fn opaque(&self) -> Cow<'_, Self> {
        match self.alpha() {
            Some(alpha) if alpha.iter().any(|&value| value < u16::MAX) => {
                Cow::Owned(fill_transparent_deep(self).without_alpha())
            }
            _ => Cow::Borrowed(self),
        }
    }

    fn without_alpha(self) -> Self {
        self.without_alpha()
    }

    fn opacity(&self, pixel: usize) -> f32 {
        self.alpha()
            .map_or(1.0, |alpha| f32::from(alpha[pixel]) / 65_535.0)
    }

    fn with_alpha_of(self, other: &Self) -> Self {
        let (width, height) = (self.width(), self.height());
        let Some(alpha) = other.alpha() else {
            return self;
        };
        Self::new(width, height, self.into_rgb(), Some(alpha.to_vec()))
            .expect("the painting has the size of its picture")
    }

    fn with_opacities(self, other: &Self, pixels: &[(usize, f32)]) -> Self {
        let (width, height) = (self.width(), self.height());
        let alpha = other.alpha().map(|own| {
            let mut alpha = own.to_vec();
            for &(at, opacity) in pixels {
                alpha[at] = (opacity * 65_535.0).round() as u16;
            }
            alpha
        });
        Self::new(width, height, self.into_rgb(), alpha).expect("the pictures have one size")
    }

    fn eight(&self) -> Cow<'_, Picture> {
        Cow::Owned(self.to_picture())
    }

    fn seen(sample: u16) -> f32 {
        f32::from(sample) / 32_767.5 - 1.0
    }

    fn stored(value: f32) -> u16 {
        (value * 32_767.5 + 32_767.5).round() as u16
    }

    fn number(sample: u16) -> f32 {
        f32::from(sample)
    }

    fn sample(number: f32) -> u16 {
        number.round() as u16
    }

    fn moved(a: u16, b: u16, c: u16) -> u16 {
        (i32::from(a) + i32::from(b) - i32::from(c)).clamp(0, 65_535) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_comes_back_from_what_is_seen() {
        for byte in 0..=u8::MAX {
            assert_eq!(Picture::stored(Picture::seen(byte)), byte);
        }
        for sample in 0..=u16::MAX {
            assert_eq!(DeepPicture::stored(DeepPicture::seen(sample)), sample);
        }
        assert_eq!(DeepPicture::stored(7.0), u16::MAX);
        assert_eq!(DeepPicture::moved(10, 5, 20), 0);
    }
}
