//! The picture type of 8 bits a channel, which all other crates use.

mod alpha;
mod any;
mod deep;
mod floats;
mod geometry;
mod orient;
mod shape_error;

pub use alpha::Alpha;
pub(crate) use alpha::sixteen_to_eight;
pub use any::AnyPicture;
pub use deep::DeepPicture;
pub use geometry::Rectangle;
pub(crate) use orient::oriented;
pub use shape_error::ShapeError;

/// A picture: 8-bit sRGB colours, and an optional alpha channel.
///
/// Both sides are at least one pixel. Colours are not multiplied by alpha.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    alpha: Option<Alpha>,
}

/// The parts of a [`Picture`], as [`Picture::into_parts`] returns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureParts {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// Colours, `[height, width, 3]` bytes.
    pub rgb: Vec<u8>,
    /// Alpha channel, `[height, width]`, if the picture has one.
    pub alpha: Option<Alpha>,
}

impl Picture {
    /// Makes a picture without alpha from `[height, width, 3]` bytes.
    ///
    /// # Errors
    /// A side is zero, or there are not `3 × width × height` bytes.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, ShapeError> {
        ShapeError::check("colour bytes", width, height, 3, rgb.len())?;
        Ok(Self {
            width,
            height,
            rgb,
            alpha: None,
        })
    }

    /// This picture with the given alpha channel, `[height, width]`, instead of its own.
    ///
    /// # Errors
    /// There are not `width × height` values.
    pub fn with_alpha(mut self, alpha: Alpha) -> Result<Self, ShapeError> {
        ShapeError::check("alpha values", self.width, self.height, 1, alpha.len())?;
        self.alpha = Some(alpha);
        Ok(self)
    }

    /// This picture without its alpha channel; the colours stay as they are.
    pub fn without_alpha(mut self) -> Self {
        self.alpha = None;
        self
    }

    /// A picture of one colour, without alpha. A side of zero becomes one.
    pub fn filled(width: u32, height: u32, colour: [u8; 3]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let rgb = colour.repeat(width as usize * height as usize);
        Self {
            width,
            height,
            rgb,
            alpha: None,
        }
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Number of pixels.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The colours, `[height, width, 3]`.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The colours for changing in place, `[height, width, 3]`.
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// The alpha channel, `[height, width]`, if there is one.
    pub fn alpha(&self) -> Option<&Alpha> {
        self.alpha.as_ref()
    }

    /// Takes the picture apart without copying.
    pub fn into_parts(self) -> PictureParts {
        let Self {
            width,
            height,
            rgb,
            alpha,
        } = self;
        PictureParts {
            width,
            height,
            rgb,
            alpha,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_and_bytes_must_agree() {
        assert!(Picture::new(2, 1, vec![0; 6]).is_ok());
        assert!(Picture::new(2, 1, vec![0; 5]).is_err());
        assert!(Picture::new(0, 1, vec![]).is_err());
        assert!(Picture::new(u32::MAX, u32::MAX, vec![0; 3]).is_err());
        let picture = Picture::filled(2, 1, [1, 2, 3]);
        assert!(
            picture
                .clone()
                .with_alpha(Alpha::Eight(vec![0; 3]))
                .is_err()
        );
        let veiled = picture.with_alpha(Alpha::Sixteen(vec![7, 8])).unwrap();
        assert_eq!(veiled.alpha(), Some(&Alpha::Sixteen(vec![7, 8])));
        assert_eq!(veiled.pixels(), 2);
        let parts = veiled.into_parts();
        assert_eq!(parts.rgb, [1, 2, 3, 1, 2, 3]);
    }

    #[test]
    fn the_error_says_what_was_expected() {
        let error = Picture::new(4, 2, vec![0; 5]).unwrap_err().to_string();
        assert_eq!(
            error,
            "a picture of 4×2 pixels needs 24 colour bytes, but 5 were given"
        );
    }
}
