//! How much of each pixel is there.

/// An alpha channel, one value a pixel, in the depth its file had: 0 is transparent, the depth's
/// largest value is opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Alpha {
    /// 0…255.
    Eight(Vec<u8>),
    /// 0…65535. Kept as it is, so that a 16-bit file gets its alpha back bit for bit.
    Sixteen(Vec<u16>),
}

impl Alpha {
    /// The number of pixels that the channel covers.
    pub fn len(&self) -> usize {
        match self {
            Self::Eight(values) => values.len(),
            Self::Sixteen(values) => values.len(),
        }
    }

    /// Whether the channel covers no pixel at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pixels with less alpha than this, a sixteenth of opaque, count as showing nothing: what
    /// little of their colour shows is coarsely rounded by most tools that made them.
    pub const FAINT: u16 = 0x1000;

    /// Whether every pixel is wholly transparent.
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

    /// The channel in 8 bits, rounded to the nearest.
    pub fn to_eight(&self) -> Vec<u8> {
        match self {
            Self::Eight(values) => values.clone(),
            Self::Sixteen(values) => values
                .iter()
                .map(|&value| sixteen_to_eight(value))
                .collect(),
        }
    }

    /// A channel of the same depth from 16-bit values.
    pub(crate) fn like(&self, sixteen: Vec<u16>) -> Self {
        match self {
            Self::Eight(_) => Self::Eight(sixteen.into_iter().map(sixteen_to_eight).collect()),
            Self::Sixteen(_) => Self::Sixteen(sixteen),
        }
    }

    /// Applies a rearrangement of pixels to whichever depth this is.
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

/// 0…65535 to 0…255, rounded to the nearest; undoes a multiplication by 257.
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
