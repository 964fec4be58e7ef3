//! How large a picture may be before it is refused.

/// Limits on what a file that nobody has vetted may make a decoder allocate.
///
/// Both limits are held against the header, before the pixels are allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Most pixels (width × height) a picture may have.
    pub max_pixels: u64,
    /// Most bytes that the file itself, or the pixels as the decoder hands them over, may take.
    pub max_bytes: u64,
}

impl Default for DecodeLimits {
    /// 250 megapixels, which is more than the cameras of phones take, and 3 GiB, in which a progressive
    /// JPEG of that size can be decoded.
    fn default() -> Self {
        Self {
            max_pixels: 250_000_000,
            max_bytes: 3 << 30,
        }
    }
}
