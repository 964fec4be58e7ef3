//! Files that claim to be enormous.

#![allow(dead_code)] // No test file uses all of it.
#![allow(clippy::unwrap_used)] // In a test, a panic is the report.

use super::quarters::fixture;

pub const CLAIM: u32 = 60_000;

/// One file of each format whose header claims 60000×60000 pixels, or the most it can.
pub fn giants() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("PNG", png_of(&fixture("rgba.png"), CLAIM, CLAIM)),
        ("PNG", png_of(&fixture("palette.png"), i32::MAX as u32, 1)),
        ("JPEG", jpeg(fixture("rgb.jpg"), 0xc0)),
        ("JPEG", jpeg(fixture("progressive.jpg"), 0xc2)),
        ("JPEG", jpeg(fixture("cmyk.jpg"), 0xc0)),
        ("GIF", gif(fixture("plain.gif"))),
        ("BMP", bmp(fixture("rgb.bmp"))),
        ("BMP", bmp(fixture("palette.bmp"))),
        ("TIFF", tiff(fixture("lzw.tif"))),
        ("TIFF", tiff(fixture("palette.tif"))),
        ("TIFF", tiff(fixture("grey_alpha.tif"))),
        ("AVIF", avif(fixture("lossless.avif"))),
        ("JPEG XL", jpeg_xl()),
        ("WebP", extended_webp(fixture("lossy_alpha.webp"))),
        ("WebP", extended_webp(fixture("animated.webp"))),
        ("WebP", lossless_webp(fixture("lossless.webp"))),
    ]
}

/// The PNG with another size in its header, checksum and all.
pub fn png_of(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = checksum(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// CRC-32 as PNG has it.
pub fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

fn jpeg(mut bytes: Vec<u8>, frame: u8) -> Vec<u8> {
    let start = bytes
        .windows(2)
        .position(|pair| pair == [0xff, frame])
        .unwrap();
    bytes[start + 5..start + 7].copy_from_slice(&(CLAIM as u16).to_be_bytes());
    bytes[start + 7..start + 9].copy_from_slice(&(CLAIM as u16).to_be_bytes());
    bytes
}

/// Another size in the container, which is believed before the pixels are looked at.
fn avif(mut bytes: Vec<u8>) -> Vec<u8> {
    let start = bytes.windows(4).position(|kind| kind == b"ispe").unwrap();
    bytes[start + 8..start + 12].copy_from_slice(&CLAIM.to_be_bytes());
    bytes[start + 12..start + 16].copy_from_slice(&CLAIM.to_be_bytes());
    bytes
}

/// A header of a square picture, the lowest bits first: its side in 30 bits, as wide as high, and the
/// usual for all else.
fn jpeg_xl() -> Vec<u8> {
    let header = 3 << 1 | u64::from(CLAIM - 1) << 3 | 1 << 33 | 1 << 36;
    let mut bytes = vec![0xff, 0x0a];
    bytes.extend(header.to_le_bytes());
    bytes.extend([0; 64]);
    bytes
}

fn gif(mut bytes: Vec<u8>) -> Vec<u8> {
    let side = (CLAIM as u16).to_le_bytes();
    bytes[6..8].copy_from_slice(&side);
    bytes[8..10].copy_from_slice(&side);
    bytes
}

fn bmp(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[18..22].copy_from_slice(&CLAIM.to_le_bytes());
    bytes[22..26].copy_from_slice(&CLAIM.to_le_bytes());
    bytes
}

/// Patches the width and the height of the first directory.
fn tiff(mut bytes: Vec<u8>) -> Vec<u8> {
    let directory = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    let entries = u16::from_le_bytes(bytes[directory..directory + 2].try_into().unwrap());
    for entry in 0..usize::from(entries) {
        let start = directory + 2 + entry * 12;
        if matches!(
            u16::from_le_bytes([bytes[start], bytes[start + 1]]),
            256 | 257
        ) {
            bytes[start + 2..start + 4].copy_from_slice(&4u16.to_le_bytes());
            bytes[start + 8..start + 12].copy_from_slice(&CLAIM.to_le_bytes());
        }
    }
    bytes
}

fn extended_webp(mut bytes: Vec<u8>) -> Vec<u8> {
    assert_eq!(&bytes[12..16], b"VP8X");
    bytes[24..27].copy_from_slice(&(CLAIM - 1).to_le_bytes()[..3]);
    bytes[27..30].copy_from_slice(&(CLAIM - 1).to_le_bytes()[..3]);
    bytes
}

/// 16383×16383, the most that this kind can say.
fn lossless_webp(mut bytes: Vec<u8>) -> Vec<u8> {
    assert_eq!(&bytes[12..16], b"VP8L");
    let flags = u32::from(bytes[24] & 0xf0) << 24;
    bytes[21..25].copy_from_slice(&(16_382 | 16_382 << 14 | flags).to_le_bytes());
    bytes
}
