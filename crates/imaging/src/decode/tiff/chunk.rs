//! Decompression of one strip or tile.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::{BitOrder, decode::Decoder as Lzw};

use super::layout::Layout;
use super::{Fault, fax, predictor};

/// Decompresses a chunk of that many rows to rows of whole bytes; the predictor is not undone.
pub(super) fn rows<'a>(
    stored: &'a [u8],
    layout: &Layout,
    rows: usize,
    little: bool,
) -> Result<Cow<'a, [u8]>, Fault> {
    let (across, down) = layout.shares;
    let (width, samples) = (layout.chunk.0, layout.chunk_samples());
    let row_bytes = match (across, down) {
        (1, 1) => (width * samples * layout.bits).div_ceil(8),
        // Of each unit of pixels all brightnesses, then two differences.
        _ => width.div_ceil(across) * (across * down + 2) * layout.bits / 8,
    };
    let length = row_bytes * rows.div_ceil(down);
    let turned: Cow<[u8]> = if layout.low_first {
        stored.iter().map(|byte| byte.reverse_bits()).collect()
    } else {
        stored.into()
    };
    let mut bytes: Cow<[u8]> = match layout.compression {
        1 => turned,
        2..=4 | 32_771 => fax::rows(&turned, layout, rows)?.into(),
        5 => lzw(&turned, length)?.into(),
        8 | 32_946 => until_full(ZlibDecoder::new(&turned[..]), length)?.into(),
        32_773 => pack_bits(&turned, length).into(),
        50_000 => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(&turned[..]);
            let decoder = decoder.map_err(|error| Fault::damaged(error.to_string()))?;
            until_full(decoder, length)?.into()
        }
        other => return Err(Fault::not_supported(compression_not_read(other))),
    };
    if bytes.len() < length {
        return Err(Fault::CutShort);
    }
    if layout.predictor != 1 && matches!(layout.compression, 5 | 8 | 32_946 | 50_000) {
        let bytes = &mut bytes.to_mut()[..length];
        for row in bytes.chunks_exact_mut(row_bytes) {
            predictor::undo(row, layout, little)?;
        }
    }
    Ok(bytes)
}

fn compression_not_read(compression: u16) -> String {
    let name = match compression {
        6 => "JPEG compression of the old kind",
        9 | 10 => "JBIG compression",
        32_809 => "ThunderScan compression",
        34_676 | 34_677 => "SGI LogLuv compression",
        34_712 => "JPEG 2000 compression",
        34_887 => "LERC compression",
        34_892 => "lossy JPEG compression of DNG",
        34_925 => "LZMA compression",
        50_001 => "WebP compression",
        50_002 | 52_546 => "JPEG XL compression",
        other => return format!("compression {other}"),
    };
    name.into()
}

/// Reads as many bytes as are wanted, or fewer if the stream ends.
fn until_full(stream: impl Read, length: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    bytes.try_reserve(length).map_err(|_| Fault::TooLarge)?;
    match stream.take(length as u64).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(Fault::CutShort),
        Err(error) => Err(Fault::damaged(error.to_string())),
    }
}

/// Decompresses LZW, of the current variant or of that before TIFF 5. The code that ends it is
/// often missing.
fn lzw(stored: &[u8], length: usize) -> Result<Vec<u8>, Fault> {
    let old = matches!(stored, [0, second, ..] if second & 1 == 1);
    let mut decoder = if old {
        Lzw::new(BitOrder::Lsb, 8)
    } else {
        Lzw::with_tiff_size_switch(BitOrder::Msb, 8)
    };
    let mut bytes = super::zeros(length)?;
    let (mut read, mut written) = (0, 0);
    while written < length {
        let step = decoder.decode_bytes(&stored[read..], &mut bytes[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        match step.status {
            Ok(weezl::LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(_) => break,
            Err(error) if written < length => return Err(Fault::damaged(error.to_string())),
            Err(_) => break,
        }
    }
    bytes.truncate(written);
    Ok(bytes)
}

fn pack_bits(stored: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = stored;
    while let Some((&head, behind)) = rest.split_first() {
        if bytes.len() >= length {
            break;
        }
        let count = usize::from(head);
        match (head, behind) {
            (128, _) => rest = behind,
            (0..128, _) => {
                let run = &behind[..(count + 1).min(behind.len())];
                bytes.extend(run);
                rest = &behind[run.len()..];
            }
            (_, [value, behind @ ..]) => {
                bytes.resize(bytes.len() + 257 - count, *value);
                rest = behind;
            }
            (_, []) => break,
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_repeated() {
        let packed = [0xfe, 0xaa, 2, 0x80, 0, 0x2a, 128, 0xfd, 0xaa];
        assert_eq!(
            pack_bits(&packed, 10),
            [0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa]
        );
        assert_eq!(pack_bits(&[5, 1], 6), [1]);
        assert_eq!(pack_bits(&[0xfe], 6), []);
    }

    #[test]
    fn lzw_is_read_with_and_without_its_end() {
        for order in [BitOrder::Msb, BitOrder::Lsb] {
            let values: Vec<u8> = (0..3000u32)
                .map(|value| ((value * value) >> 5) as u8)
                .collect();
            let mut encoder = match order {
                BitOrder::Msb => weezl::encode::Encoder::with_tiff_size_switch(order, 8),
                BitOrder::Lsb => weezl::encode::Encoder::new(order, 8),
            };
            let packed = encoder.encode(&values).unwrap();
            assert_eq!(lzw(&packed, 3000).unwrap(), values);
            assert_eq!(
                lzw(&packed[..packed.len() - 1], 2990).unwrap(),
                values[..2990]
            );
            assert_eq!(lzw(&packed, 4000).unwrap().len(), 3000);
        }
    }
}
