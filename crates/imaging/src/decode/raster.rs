//! Rasters: samples as a file stores them, before they are converted to sRGB.

/// The meaning of the channels of a [`Raster`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    /// Grey.
    Grey,
    /// Grey and alpha.
    GreyAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and alpha.
    Rgba,
    /// Shares of cyan, magenta, yellow and black ink; the largest value is full ink.
    Cmyk,
    /// Cyan, magenta, yellow and black, and alpha.
    CmykAlpha,
}

impl Channels {
    /// Number of samples per pixel.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
            Self::CmykAlpha => 5,
        }
    }

    /// Number of samples per pixel without alpha.
    pub(crate) fn colours(self) -> usize {
        match self {
            Self::Grey | Self::GreyAlpha => 1,
            Self::Rgb | Self::Rgba => 3,
            Self::Cmyk | Self::CmykAlpha => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        self.count() > self.colours()
    }
}

/// Samples of all pixels, `[height, width, channels]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Samples {
    /// 8-bit samples, 0…255.
    Eight(Vec<u8>),
    /// 16-bit samples, 0…65535.
    Sixteen(Vec<u16>),
    /// Floating-point samples, 0…1; others are clipped.
    Float(Vec<f32>),
}

/// A decoded picture in the colour space of its file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) channels: Channels,
    pub(crate) samples: Samples,
}
