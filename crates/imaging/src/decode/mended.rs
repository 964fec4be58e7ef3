//! Mending of headers that decoders misread.

use std::borrow::Cow;

use crate::animation::put_png_chunk;
use crate::metadata::png_chunks;

/// Mends a PNG whose transparent grey has more bits than its pixels: of samples with fewer than 8
/// bits only the low bits count (PNG, third edition, section 11.3.1.1), but the decoder compares
/// all eight.
pub(crate) fn png(bytes: &[u8]) -> Cow<'_, [u8]> {
    const BIT_DEPTH: usize = 24;
    const COLOUR_TYPE: usize = 25;
    const GREY: u8 = 0;
    let (Some(&bits @ (1 | 2 | 4)), Some(&GREY)) = (bytes.get(BIT_DEPTH), bytes.get(COLOUR_TYPE))
    else {
        return Cow::Borrowed(bytes);
    };
    let mut place = 8;
    for (name, content) in png_chunks(bytes) {
        let end = place + 12 + content.len();
        if let (b"tRNS", &[_, grey, ..]) = (name, content) {
            let low = grey & ((1 << bits) - 1);
            if low == grey {
                break;
            }
            let mut mended = bytes[..place].to_vec();
            put_png_chunk(&mut mended, b"tRNS", &[0, low]);
            mended.extend(&bytes[end..]);
            return Cow::Owned(mended);
        }
        place = end;
    }
    Cow::Borrowed(bytes)
}

/// Mends a BMP whose header places the pixels inside of the headers, as some programs do: they
/// follow the headers and the palette.
pub(super) fn bmp(bytes: &[u8]) -> Cow<'_, [u8]> {
    match pixels_of_bmp(bytes) {
        Some(start) => {
            let mut mended = bytes.to_vec();
            mended[10..14].copy_from_slice(&start.to_le_bytes());
            Cow::Owned(mended)
        }
        None => Cow::Borrowed(bytes),
    }
}

/// Position of the pixels, if the header gives an impossible one.
fn pixels_of_bmp(bytes: &[u8]) -> Option<u32> {
    const FILE_HEADER: u32 = 14;
    const OF_OS_2: u32 = 12;
    let number = |place: usize| {
        let word = bytes.get(place..place + 4)?;
        word.first_chunk().copied().map(u32::from_le_bytes)
    };
    let (start, header) = (number(10)?, number(14)?);
    let (bits, packing, colours, colour_bytes) = if header == OF_OS_2 {
        (number(22)? >> 16, 0, 0, 3)
    } else {
        (number(26)? >> 16, number(30)?, number(46)?, 4)
    };
    // The shortest header has the masks of its colours behind it.
    let masks = match (header, packing) {
        (40, 3) => 12,
        (40, 6) => 16,
        _ => 0,
    };
    let headers = header.checked_add(FILE_HEADER + masks)?;
    let palette = match (bits, colours) {
        (1..=8, 0) => colour_bytes << bits,
        (1..=8, colours) => colours.checked_mul(colour_bytes)?,
        _ => 0,
    };
    // A palette may be shorter than what is said of it, but not empty.
    if start < headers || (start == headers && palette > 0) {
        headers.checked_add(palette)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alpha, DecodeLimits, Picture, decode};

    fn decoded(bytes: &[u8]) -> Picture {
        decode(bytes, &DecodeLimits::default()).unwrap().picture
    }

    #[test]
    fn of_a_transparent_grey_the_low_bits_count() {
        /// Length of the signature and the header.
        const START: usize = 33;
        let plain = include_bytes!("../../tests/fixtures/one_bit.png");
        let white: Vec<bool> = decoded(plain).rgb().chunks(3).map(|it| it[0] > 0).collect();
        for (grey, shown) in [(255, false), (1, false), (254, true), (0, true)] {
            let mut bytes = plain[..START].to_vec();
            put_png_chunk(&mut bytes, b"tRNS", &[7, grey]);
            bytes.extend(&plain[START..]);
            let picture = decoded(&bytes);
            let alpha = picture.alpha().map(Alpha::to_eight).unwrap();
            for (alpha, white) in alpha.iter().zip(&white) {
                assert_eq!(*alpha > 0, *white == shown, "{grey}");
            }
        }
        assert_eq!(png(plain), Cow::Borrowed(&plain[..]));
    }

    #[test]
    fn pixels_of_a_bmp_do_not_begin_in_its_headers() {
        let palette = include_bytes!("../../tests/fixtures/palette.bmp");
        let colours = include_bytes!("../../tests/fixtures/rgb.bmp");
        for (bytes, starts) in [
            (&palette[..], &[0u32, 14, 53, 54][..]),
            (&colours[..], &[0, 14, 53, 54]),
        ] {
            let expected = decoded(bytes);
            assert_eq!(bmp(bytes), Cow::Borrowed(bytes));
            for start in starts {
                let mut wrong = bytes.to_vec();
                wrong[10..14].copy_from_slice(&start.to_le_bytes());
                assert_eq!(decoded(&wrong), expected, "{start}");
            }
        }
    }
}
