//! Samples as a file holds them, before they are brought to sRGB.

/// The meaning of the channels of a [`Raster`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    /// Brightness.
    Grey,
    /// Brightness and alpha.
    GreyAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and alpha.
    Rgba,
    /// Shares of cyan, magenta, yellow and black ink; the largest value is all of it.
    Cmyk,
    /// Cyan, magenta, yellow and black, and alpha.
    CmykAlpha,
}

impl Channels {
    /// Samples a pixel.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
            Self::CmykAlpha => 5,
        }
    }

    /// Samples a pixel without alpha.
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

/// `[height, width, channels]` values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Samples {
    /// 0…255.
    Eight(Vec<u8>),
    /// 0…65535.
    Sixteen(Vec<u16>),
    /// 0…1; beyond it is clipped.
    Float(Vec<f32>),
}

/// A decoded picture in the colours of its file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) channels: Channels,
    pub(crate) samples: Samples,
}
