//! Animated PNG: the chunks of single pictures in one file (PNG specification, third edition,
//! section 11.3.6).

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

/// The bytes of an animated PNG so far, without the header.
#[derive(Default)]
pub(super) struct Body {
    header: Vec<u8>,
    chunks: Vec<u8>,
    frames: u32,
    sequence: u32,
}

impl Body {
    pub(super) fn push(
        &mut self,
        rgba: &[u8],
        (width, height): (u32, u32),
        millis: u16,
    ) -> Result<(), String> {
        let mut still = Vec::new();
        PngEncoder::new_with_quality(&mut still, CompressionType::Default, FilterType::Adaptive)
            .write_image(rgba, width, height, ExtendedColorType::Rgba8)
            .map_err(|error| error.to_string())?;
        let mut control = self.next_number().to_vec();
        control.extend(width.to_be_bytes());
        control.extend(height.to_be_bytes());
        // No offset; the delay as a fraction of a second; nothing is disposed of or blended.
        control.extend([0; 8]);
        control.extend(millis.to_be_bytes());
        control.extend(1000u16.to_be_bytes());
        control.extend([0, 0]);
        put(&mut self.chunks, b"fcTL", &control);
        for (name, data) in chunks(&still) {
            match &name {
                b"IHDR" => self.header = data.to_vec(),
                b"IDAT" if self.frames == 0 => put(&mut self.chunks, b"IDAT", data),
                b"IDAT" => {
                    let numbered = [&self.next_number()[..], data].concat();
                    put(&mut self.chunks, b"fdAT", &numbered);
                }
                _ => {}
            }
        }
        self.frames += 1;
        Ok(())
    }

    pub(super) fn finish(self, loops: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        put(&mut bytes, b"IHDR", &self.header);
        let control = [self.frames.to_be_bytes(), loops.to_be_bytes()].concat();
        put(&mut bytes, b"acTL", &control);
        bytes.extend(self.chunks);
        put(&mut bytes, b"IEND", &[]);
        bytes
    }

    fn next_number(&mut self) -> [u8; 4] {
        self.sequence += 1;
        (self.sequence - 1).to_be_bytes()
    }
}

/// Splits a PNG that was just written into its chunks' names and data.
fn chunks(png: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let mut rest = &png[8..];
    let mut found = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((name, after)) = after.split_first_chunk::<4>() else {
            break;
        };
        let Some(data) = after.get(..length) else {
            break;
        };
        found.push((*name, data));
        rest = after.get(length + 4..).unwrap_or_default();
    }
    found
}

pub(crate) fn put(bytes: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    bytes.extend((data.len() as u32).to_be_bytes());
    let start = bytes.len();
    bytes.extend(name);
    bytes.extend(data);
    let sum = checksum(&bytes[start..]);
    bytes.extend(sum.to_be_bytes());
}

/// Lookup table of [`checksum`] for one byte at a time.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xedb8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
};

/// The CRC-32 that PNG uses (ISO 3309).
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, &byte: &u8| TABLE[((sum ^ u32::from(byte)) & 255) as usize] ^ (sum >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b"IEND"), 0xae42_6082);
    }
}
