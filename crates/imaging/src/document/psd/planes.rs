//! Planes: compression of the channels of a PSD.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::Words;
use crate::decode::Fault;

/// Decompresses the first `wanted` of `count` consecutive planes of the given width and height.
pub(super) fn planes(
    bytes: &[u8],
    (packing, large, bits): (u16, bool, u16),
    (width, height): (usize, usize),
    (count, wanted): (usize, usize),
) -> Result<Vec<Vec<u16>>, Fault> {
    let row = match bits {
        1 => width.div_ceil(8),
        _ => width * usize::from(bits / 8),
    };
    let length = row
        .checked_mul(height)
        .and_then(|plane| plane.checked_mul(wanted))
        .ok_or(Fault::TooLarge)?;
    let unpacked = match packing {
        0 => bytes.get(..length).ok_or(Fault::CutShort)?.to_vec(),
        1 => runs(bytes, large, (row, height), (count, wanted))?,
        2 | 3 => {
            let mut unpacked = Vec::new();
            let mut decoder = ZlibDecoder::new(bytes).take(length as u64);
            decoder
                .read_to_end(&mut unpacked)
                .map_err(|_| Fault::damaged("its compressed pixels are broken"))?;
            if unpacked.len() < length {
                return Err(Fault::CutShort);
            }
            if packing == 3 {
                unpacked
                    .chunks_exact_mut(row)
                    .for_each(|row| sum(row, bits));
            }
            unpacked
        }
        other => return Err(Fault::not_supported(format!("packing of kind {other}"))),
    };
    let planes = unpacked.chunks_exact((row * height).max(1)).take(wanted);
    let planes = planes.map(|plane| {
        let rows = plane.chunks_exact(row.max(1));
        let samples = rows.flat_map(|row| {
            let sample = move |at: usize| match bits {
                1 => u16::from(row[at / 8] >> (7 - at % 8) & 1),
                8 => row[at].into(),
                _ => u16::from_be_bytes([row[2 * at], row[2 * at + 1]]),
            };
            (0..width).map(sample)
        });
        samples.collect()
    });
    Ok(planes.collect())
}

/// Decompresses rows of PackBits, whose lengths come first.
fn runs(
    bytes: &[u8],
    large: bool,
    (row, height): (usize, usize),
    (count, wanted): (usize, usize),
) -> Result<Vec<u8>, Fault> {
    let mut words = Words(bytes);
    let size = if large { 4 } else { 2 };
    let all = height.checked_mul(count).ok_or(Fault::TooLarge)?;
    let table = words.take(all.checked_mul(size).ok_or(Fault::TooLarge)?)?;
    let mut lengths = Words(table);
    let mut unpacked = Vec::new();
    for _ in 0..height * wanted {
        let length = lengths.number(size)? as usize;
        let end = unpacked.len() + row;
        let mut packed = Words(words.take(length)?);
        while unpacked.len() < end {
            let head = packed.byte()?;
            match head {
                0..=127 => unpacked.extend(packed.take(usize::from(head) + 1)?),
                128 => {}
                _ => {
                    let byte = packed.byte()?;
                    unpacked.extend(std::iter::repeat_n(byte, 257 - usize::from(head)));
                }
            }
        }
        if unpacked.len() > end {
            return Err(Fault::damaged("a row is longer than it is wide"));
        }
    }
    Ok(unpacked)
}

/// Undoes the prediction of a row by adding up differences.
fn sum(row: &mut [u8], bits: u16) {
    match bits {
        16 => {
            let mut last = 0u16;
            for pair in row.as_chunks_mut::<2>().0 {
                last = last.wrapping_add(u16::from_be_bytes(*pair));
                *pair = last.to_be_bytes();
            }
        }
        _ => {
            let mut last = 0u8;
            for byte in row {
                last = last.wrapping_add(*byte);
                *byte = last;
            }
        }
    }
}

/// Compresses a row with PackBits.
pub(super) fn packed(row: &[u8]) -> Vec<u8> {
    const MOST: usize = 128;
    let mut bytes = Vec::new();
    let mut rest = row;
    while let [first, ..] = *rest {
        let same = rest
            .iter()
            .take(MOST)
            .take_while(|&&byte| byte == first)
            .count();
        if same > 2 {
            bytes.extend([(257 - same) as u8, first]);
            rest = &rest[same..];
            continue;
        }
        let differing = rest
            .windows(3)
            .take(MOST)
            .position(|three| three[0] == three[1] && three[1] == three[2])
            .unwrap_or(rest.len().min(MOST))
            .max(1);
        bytes.push((differing - 1) as u8);
        bytes.extend(&rest[..differing]);
        rest = &rest[differing..];
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_come_back() {
        let mut rows: Vec<Vec<u8>> = vec![vec![7; 300], (0..=255).collect(), vec![1]];
        rows.push([&[1, 2, 2, 2, 3][..], &[9; 129], &[4, 4]].concat());
        for row in rows {
            let packed = packed(&row);
            let length = (packed.len() as u16).to_be_bytes();
            let bytes = [&length[..], &packed].concat();
            let found = runs(&bytes, false, (row.len(), 1), (1, 1)).unwrap();
            assert_eq!(found, row);
        }
    }

    #[test]
    fn differences_are_summed() {
        let mut row = [1, 2, 255];
        sum(&mut row, 8);
        assert_eq!(row, [1, 3, 2]);
        let mut row = [0, 255, 0, 1];
        sum(&mut row, 16);
        assert_eq!(row, [0, 255, 1, 0]);
    }
}
