//! Pictures of 8 or 16 bits a channel.

use std::borrow::Cow;

use super::{Alpha, DeepPicture, Picture};

/// A picture with 8 bits a channel, or with 16 if its file has more than 8.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyPicture {
    /// 8 bits for each colour channel.
    Eight(Picture),
    /// 16 bits for each channel.
    Sixteen(DeepPicture),
}

impl AnyPicture {
    /// Converts the picture to 8 bits; alpha keeps its own depth.
    pub fn into_eight(self) -> Picture {
        match self {
            Self::Eight(picture) => picture,
            Self::Sixteen(picture) => picture.to_picture(),
        }
    }

    /// The picture in 8 bits, as [`AnyPicture::into_eight`], borrowed if it has 8 bits already.
    pub fn eight(&self) -> Cow<'_, Picture> {
        match self {
            Self::Eight(picture) => Cow::Borrowed(picture),
            Self::Sixteen(picture) => Cow::Owned(picture.to_picture()),
        }
    }

    /// Converts the picture to 16 bits.
    pub fn into_sixteen(self) -> DeepPicture {
        match self {
            Self::Eight(picture) => DeepPicture::from(&picture),
            Self::Sixteen(picture) => picture,
        }
    }

    /// Whether the picture has 16 bits a channel.
    pub fn is_deep(&self) -> bool {
        matches!(self, Self::Sixteen(_))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Self::Eight(picture) => (picture.width(), picture.height()),
            Self::Sixteen(picture) => (picture.width(), picture.height()),
        }
    }

    /// Number of pixels.
    pub fn pixels(&self) -> u64 {
        let (width, height) = self.size();
        u64::from(width) * u64::from(height)
    }

    /// Whether the picture has an alpha channel.
    pub fn has_alpha(&self) -> bool {
        match self {
            Self::Eight(picture) => picture.alpha().is_some(),
            Self::Sixteen(picture) => picture.alpha().is_some(),
        }
    }

    /// Red, green, blue and alpha of a pixel, 0…65535, whatever the depth: a byte times 257.
    ///
    /// # Panics
    /// If there is no such pixel.
    pub fn at(&self, index: usize) -> [u16; 4] {
        match self {
            Self::Eight(picture) => {
                let [red, green, blue] = picture.rgb().as_chunks::<3>().0[index].map(wide);
                let alpha = picture.alpha().map_or(u16::MAX, |alpha| alpha.at(index));
                [red, green, blue, alpha]
            }
            Self::Sixteen(picture) => {
                let [red, green, blue] = picture.rgb().as_chunks::<3>().0[index];
                let alpha = picture.alpha().map_or(u16::MAX, |alpha| alpha[index]);
                [red, green, blue, alpha]
            }
        }
    }

    /// This picture without an alpha channel that is opaque everywhere.
    pub(crate) fn without_opaque_alpha(self) -> Self {
        match self {
            Self::Eight(picture) if picture.alpha().is_some_and(Alpha::is_opaque) => {
                Self::Eight(picture.without_alpha())
            }
            Self::Sixteen(picture)
                if picture
                    .alpha()
                    .is_some_and(|alpha| alpha.iter().all(|&value| value == u16::MAX)) =>
            {
                Self::Sixteen(picture.without_alpha())
            }
            picture => picture,
        }
    }
}

fn wide(byte: u8) -> u16 {
    u16::from(byte) * 257
}

impl From<Picture> for AnyPicture {
    fn from(picture: Picture) -> Self {
        Self::Eight(picture)
    }
}

impl From<DeepPicture> for AnyPicture {
    fn from(picture: DeepPicture) -> Self {
        Self::Sixteen(picture)
    }
}
