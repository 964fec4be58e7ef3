//! Limits of pictures, beyond which they are refused.

/// Limits on the memory that an untrusted file may make a decoder allocate.
///
/// Both limits are checked against the header, before the pixels are allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Largest number of pixels (width × height) of a picture.
    pub max_pixels: u64,
    /// Largest size in bytes of the file itself, and of the pixels as the decoder returns them.
    pub max_bytes: u64,
}

impl Default for DecodeLimits {
    /// Limits of 250 megapixels, which is more than the cameras of phones take, and 3 GiB, in which
    /// a progressive JPEG of that size can be decoded.
    fn default() -> Self {
        Self {
            max_pixels: 250_000_000,
            max_bytes: 3 << 30,
        }
    }
}
