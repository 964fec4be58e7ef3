//! Indexed PNGs: maps of indices with a palette.

use crate::{EncodeError, OutputFormat};

/// Encodes indices, `[height, width]`, row by row, as a PNG with a palette of sRGB colours.
/// Programs that read the file with its palette get the indices back.
///
/// # Errors
/// There are not `width × height` indices, a side is zero, the palette is empty or has more than
/// 256 colours, an index is beyond it, or the encoder fails.
pub fn encode_indexed(
    width: u32,
    height: u32,
    numbers: &[u8],
    palette: &[[u8; 3]],
) -> Result<Vec<u8>, EncodeError> {
    let failed = |detail: String| EncodeError::Encoder {
        format: OutputFormat::Png,
        detail,
    };
    if numbers.len() as u64 != u64::from(width) * u64::from(height) {
        return Err(failed(format!(
            "{width}×{height} pixels, but {} numbers",
            numbers.len()
        )));
    }
    if palette.len() > 256 {
        return Err(failed(format!("a palette of {} colours", palette.len())));
    }
    if let Some(number) = numbers.iter().find(|&&it| usize::from(it) >= palette.len()) {
        return Err(failed(format!(
            "there is no colour {number} in the palette"
        )));
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(numbers)?;
        writer.finish()
    });
    written.map_err(|reason| failed(reason.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DecodeLimits, decode};

    #[test]
    fn numbers_are_places_in_the_palette() {
        let palette = [[0, 0, 0], [250, 10, 20], [1, 2, 3]];
        let bytes = encode_indexed(3, 2, &[0, 1, 2, 2, 1, 0], &palette).unwrap();
        // After the signature and the header's length and name: sides, depth and kind of colours.
        assert_eq!(bytes[16..26], [0, 0, 0, 3, 0, 0, 0, 2, 8, 3]);
        let read = decode(&bytes, &DecodeLimits::default()).unwrap().picture;
        assert_eq!(read.rgb()[3..9], [250, 10, 20, 1, 2, 3]);
        for (numbers, palette) in [
            (&[0; 5][..], &palette[..]),
            (&[0, 0, 0, 0, 0, 3], &palette),
            (&[0; 6], &[]),
        ] {
            assert!(encode_indexed(3, 2, numbers, palette).is_err());
        }
        assert!(encode_indexed(0, 2, &[], &palette).is_err());
    }
}
