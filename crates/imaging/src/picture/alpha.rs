//! Alpha channels: the opacity of each pixel.

/// An alpha channel, one value for each pixel, in the depth of its file: 0 is transparent, and the
/// depth's largest value opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Alpha {
    /// 8-bit values, 0…255.
    Eight(Vec<u8>),
    /// 16-bit values, 0…65535. They are kept so that a 16-bit file gets its alpha back with the
    /// same bits.
    Sixteen(Vec<u16>),
}

impl Alpha {
    /// Number of pixels in the channel.
    pub fn len(&self) -> usize {
        match self {
            Self::Eight(values) => values.len(),
            Self::Sixteen(values) => values.len(),
        }
    }

    /// Whether the channel has no pixels.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Alpha below which a pixel counts as transparent, a sixteenth of opaque: most tools round the
    /// colours of such faint pixels coarsely.
    pub const FAINT: u16 = 0x1000;

    /// Whether every pixel is fully transparent.
    pub fn is_transparent(&self) -> bool {
        match self {
            Self::Eight(values) => values.iter().all(|&value| value == 0),
            Self::Sixteen(values) => values.iter().all(|&value| value == 0),
        }
    }

    /// Whether every pixel is opaque.
    pub fn is_opaque(&self) -> bool {
        match self {
            Self::Eight(values) => values.iter().all(|&value| value == u8::MAX),
            Self::Sixteen(values) => values.iter().all(|&value| value == u16::MAX),
        }
    }

    /// The value at `index` (row × width + column), scaled to 0…65535.
    ///
    /// # Panics
    /// If `index` is beyond the last pixel.
    pub fn at(&self, index: usize) -> u16 {
        match self {
            // 257 = 65535 / 255: the full range onto the full range, exactly.
            Self::Eight(values) => u16::from(values[index]) * 257,
            Self::Sixteen(values) => values[index],
        }
    }

    /// Converts the channel to 8 bits, rounded to the nearest.
    pub fn to_eight(&self) -> Vec<u8> {
        match self {
            Self::Eight(values) => values.clone(),
            Self::Sixteen(values) => values
                .iter()
                .map(|&value| sixteen_to_eight(value))
                .collect(),
        }
    }

    /// Makes a channel of this one's depth from 16-bit values.
    pub(crate) fn like(&self, sixteen: Vec<u16>) -> Self {
        match self {
            Self::Eight(_) => Self::Eight(sixteen.into_iter().map(sixteen_to_eight).collect()),
            Self::Sixteen(_) => Self::Sixteen(sixteen),
        }
    }

    /// Rearranges the pixels by the function for this channel's depth.
    pub(crate) fn rearranged(
        &self,
        eight: impl FnOnce(&[u8]) -> Vec<u8>,
        sixteen: impl FnOnce(&[u16]) -> Vec<u16>,
    ) -> Self {
        match self {
            Self::Eight(values) => Self::Eight(eight(values)),
            Self::Sixteen(values) => Self::Sixteen(sixteen(values)),
        }
    }
}

/// Converts 0…65535 to 0…255, rounded to the nearest; the inverse of multiplication by 257.
pub(crate) fn sixteen_to_eight(value: u16) -> u8 {
    // At most (65535 + 128) / 257 = 255.
    ((u32::from(value) + 128) / 257) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_map_onto_each_other_exactly() {
        for value in 0..=255u8 {
            assert_eq!(sixteen_to_eight(u16::from(value) * 257), value);
        }
        assert_eq!(sixteen_to_eight(128), 0);
        assert_eq!(sixteen_to_eight(129), 1);
        assert_eq!(sixteen_to_eight(65535), 255);
        assert_eq!(Alpha::Eight(vec![0, 128, 255]).at(1), 32896);
        assert!(Alpha::Sixteen(vec![65535, 65535]).is_opaque());
        assert!(!Alpha::Sixteen(vec![65535, 65534]).is_opaque());
    }
}
