//! Pictures of 16 bits a channel.

use super::{Alpha, Picture, ShapeError, sixteen_to_eight};

/// A picture of 16-bit sRGB colours, and an optional alpha channel of 16 bits.
///
/// Both sides are at least one pixel. Colours are not multiplied by alpha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepPicture {
    width: u32,
    height: u32,
    rgb: Vec<u16>,
    alpha: Option<Vec<u16>>,
}

impl DeepPicture {
    /// Makes a picture from `[height, width, 3]` colours and, optionally, `[height, width]` values
    /// of alpha.
    ///
    /// # Errors
    /// A side is zero, or the number of values does not fit.
    pub fn new(
        width: u32,
        height: u32,
        rgb: Vec<u16>,
        alpha: Option<Vec<u16>>,
    ) -> Result<Self, ShapeError> {
        ShapeError::check("colour values", width, height, 3, rgb.len())?;
        if let Some(alpha) = &alpha {
            ShapeError::check("alpha values", width, height, 1, alpha.len())?;
        }
        Ok(Self {
            width,
            height,
            rgb,
            alpha,
        })
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The colours, `[height, width, 3]`.
    pub fn rgb(&self) -> &[u16] {
        &self.rgb
    }

    /// The colours for changing in place, `[height, width, 3]`.
    pub fn rgb_mut(&mut self) -> &mut [u16] {
        &mut self.rgb
    }

    /// The alpha channel, `[height, width]`, if there is one.
    pub fn alpha(&self) -> Option<&[u16]> {
        self.alpha.as_deref()
    }

    /// Takes the colours out of the picture, `[height, width, 3]`.
    pub fn into_rgb(self) -> Vec<u16> {
        self.rgb
    }

    /// This picture without its alpha channel; the colours stay as they are.
    pub fn without_alpha(mut self) -> Self {
        self.alpha = None;
        self
    }

    /// Converts the picture to 8 bits, rounded to the nearest; alpha keeps its 16.
    pub fn to_picture(&self) -> Picture {
        Picture {
            width: self.width,
            height: self.height,
            rgb: self
                .rgb
                .iter()
                .map(|&value| sixteen_to_eight(value))
                .collect(),
            alpha: self.alpha.clone().map(Alpha::Sixteen),
        }
    }

    /// Rearranges the pixels of colours and alpha.
    pub(super) fn rearranged(
        self,
        (width, height): (u32, u32),
        colours: impl FnOnce(&[u16]) -> Vec<u16>,
        alpha: impl FnOnce(&[u16]) -> Vec<u16>,
    ) -> Self {
        Self {
            width,
            height,
            rgb: colours(&self.rgb),
            alpha: self.alpha.as_deref().map(alpha),
        }
    }
}

impl From<&Picture> for DeepPicture {
    /// Converts 8 bits to 16, from full range to full range.
    fn from(picture: &Picture) -> Self {
        let alpha = picture
            .alpha()
            .map(|alpha| (0..alpha.len()).map(|index| alpha.at(index)).collect());
        Self {
            width: picture.width,
            height: picture.height,
            rgb: picture
                .rgb
                .iter()
                .map(|&byte| u16::from(byte) * 257)
                .collect(),
            alpha,
        }
    }
}
