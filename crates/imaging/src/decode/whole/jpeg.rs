//! The marks of a JPEG.

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Walks the marks up to the end of the image.
pub(super) fn finds_end(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((marker, after)) = next_marker(rest) {
        rest = match marker {
            END_OF_IMAGE => return true,
            // Marks that stand alone: stuffed data, restart marks, the start of the image.
            0x00 | 0x01 | 0xd0..=0xd8 => after,
            // A segment with its length in front. Behind a start of scan comes the compressed
            // data, in which the search for the next mark simply goes on.
            START_OF_SCAN..=0xfe | 0x02..=0xcf => match segment_end(after) {
                Some(behind) => behind,
                None => return false,
            },
            // Fill byte: the mark itself begins with the second 0xff.
            0xff => &rest[rest.len() - after.len() - 1..],
        };
    }
    false
}

/// The next mark's code and what follows it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let start = bytes.windows(2).position(|pair| pair[0] == 0xff)?;
    Some((bytes[start + 1], &bytes[start + 2..]))
}

fn segment_end(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]);
    bytes.get(usize::from(length.max(2))..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_counts_only_outside_segments() {
        assert!(finds_end(&[0xff, 0xd8, 0xff, 0xd9]));
        assert!(!finds_end(&[0xff, 0xd8, 0xff]));
        // A comment that holds an end mark, as embedded thumbnails do, and then nothing.
        let comment = [0xff, 0xd8, 0xff, 0xfe, 0, 4, 0xff, 0xd9];
        assert!(!finds_end(&comment));
        assert!(finds_end(&[&comment[..], &[0xff, 0xff, 0xd9]].concat()));
        // A scan with a stuffed byte and a restart mark.
        let scan = [
            0xff, 0xd8, 0xff, 0xda, 0, 2, 7, 0xff, 0, 0xff, 0xd0, 9, 0xff, 0xd9,
        ];
        assert!(finds_end(&scan));
        assert!(!finds_end(&scan[..13]));
    }
}
