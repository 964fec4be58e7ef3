//! Encoding of TIFF: one strip of horizontal differences, compressed with deflate, and then the
//! directory (TIFF 6.0, sections 14 and 18).

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::metadata::{Ifd, Value};

/// A sample of 8 or 16 bits.
pub(super) trait Sample: Copy {
    const BITS: u16;
    fn less(self, other: Self) -> Self;
    fn put(self, bytes: &mut Vec<u8>);
}

impl Sample for u8 {
    const BITS: u16 = 8;

    fn less(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.push(self);
    }
}

impl Sample for u16 {
    const BITS: u16 = 16;

    fn less(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

/// Encodes `[height, width, channels]` samples as TIFF: three channels, or four with alpha.
pub(super) fn encode<T: Sample>(
    samples: &[T],
    (width, height): (u32, u32),
    has_alpha: bool,
) -> Result<Vec<u8>, String> {
    let channels = if has_alpha { 4 } else { 3 };
    let mut encoder = ZlibEncoder::new(b"II\x2a\0\0\0\0\0".to_vec(), Compression::default());
    let mut bytes = Vec::new();
    for row in samples.chunks_exact(width as usize * channels) {
        bytes.clear();
        for (place, sample) in row.iter().enumerate() {
            match place.checked_sub(channels) {
                Some(before) => sample.less(row[before]).put(&mut bytes),
                None => sample.put(&mut bytes),
            }
        }
        encoder
            .write_all(&bytes)
            .map_err(|error| error.to_string())?;
    }
    let mut bytes = encoder.finish().map_err(|error| error.to_string())?;
    let length = u32::try_from(bytes.len() - 8).map_err(|_| "more than 4 GiB".to_owned())?;
    if u64::from(length) + (1 << 26) > u64::from(u32::MAX) {
        return Err("more than 4 GiB".to_owned());
    }
    let mut directory = Ifd::default();
    directory.set(256, Value::Longs(vec![width]));
    directory.set(257, Value::Longs(vec![height]));
    directory.set(258, Value::Shorts(vec![T::BITS; channels]));
    directory.set(259, Value::Shorts(vec![8]));
    directory.set(262, Value::Shorts(vec![2]));
    directory.set(273, Value::Longs(vec![8]));
    directory.set(277, Value::Shorts(vec![channels as u16]));
    directory.set(278, Value::Longs(vec![height]));
    directory.set(279, Value::Longs(vec![length]));
    directory.set(317, Value::Shorts(vec![2]));
    if has_alpha {
        directory.set(338, Value::Shorts(vec![2]));
    }
    directory.append_to(&mut bytes);
    Ok(bytes)
}
