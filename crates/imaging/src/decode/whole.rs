//! Checks that a file is complete.
//!
//! Decoders fill missing pixels at the end with grey and report success, as browsers do, or
//! overlook data after the pixels, such as the orientation. For a painting to learn from or to
//! repaint, half a picture is worse than none.

mod png;

use crate::container::is_whole;
use crate::metadata::webp_chunks;
use crate::{DecodeError, Format};

/// Checks that the file reaches the end that its format marks. BMP and TIFF mark none, the mark of
/// a JPEG may be missing, and of a GIF only the first frame matters; their decoders notice by
/// themselves what is missing.
///
/// # Errors
/// [`DecodeError::CutShort`].
pub(crate) fn check_whole(bytes: &[u8], format: Format) -> Result<(), DecodeError> {
    let whole = match format {
        Format::Png => png::finds_end(bytes),
        Format::WebP => reaches_length(bytes) && !pixels_end_in_zeros(bytes),
        Format::Avif | Format::Heic => is_whole(bytes),
        // A picture without a container ends with its pixels.
        Format::JpegXl => bytes.starts_with(&[0xff, 0x0a]) || is_whole(bytes),
        Format::Jpeg
        | Format::Gif
        | Format::Bmp
        | Format::Tiff
        | Format::Psd
        | Format::OpenRaster => true,
    };
    if whole {
        Ok(())
    } else {
        Err(DecodeError::CutShort { format })
    }
}

/// Whether a file ends in nothing but zeros, with which programs reserve space for a file that they
/// then do not download to its end.
pub(crate) fn ends_in_zeros(bytes: &[u8]) -> bool {
    const MANY: usize = 32;
    bytes.len() > MANY && bytes[bytes.len() - MANY..].iter().all(|&byte| byte == 0)
}

/// Whether the pixels of a WebP end in more zeros than either of its codings does, or zeros are in
/// place of a chunk's start.
fn pixels_end_in_zeros(bytes: &[u8]) -> bool {
    webp_chunks(bytes.get(12..).unwrap_or_default()).any(|(name, content)| match name {
        [0, 0, 0, 0] => true,
        b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF" => ends_in_zeros(content),
        _ => false,
    })
}

/// Whether there are as many bytes as the header of a WebP says.
fn reaches_length(bytes: &[u8]) -> bool {
    const BEFORE_COUNTING: u64 = 8;
    let length = bytes
        .get(4..8)
        .and_then(|word| word.try_into().ok())
        .map(u32::from_le_bytes);
    length.is_some_and(|length| bytes.len() as u64 >= u64::from(length) + BEFORE_COUNTING)
}
