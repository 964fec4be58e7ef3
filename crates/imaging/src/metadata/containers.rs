//! Metadata of AVIF, HEIC and JPEG XL, in boxes and items.

use std::io::Read;

use super::{LARGEST, Metadata, bare_exif};
use crate::container::{Heif, boxes};
use crate::decode::{JpegXlColours, avif_colours, jpeg_xl_colours};

pub(super) fn heif(bytes: &[u8]) -> Metadata {
    let Ok(container) = Heif::open(bytes) else {
        return Metadata::default();
    };
    let (exif, xmp) = container.metadata();
    Metadata {
        exif: exif.and_then(|exif| behind_offset(&exif)),
        xmp: xmp.map(|xmp| xmp.into_owned()),
        profile: avif_colours(&container).0.map(<[u8]>::to_vec),
        ..Metadata::default()
    }
}

pub(super) fn jpeg_xl(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    // One without a container has no place for metadata.
    if !bytes.starts_with(&[0xff, 0x0a]) {
        for (kind, content) in boxes(bytes) {
            let unpacked;
            let (kind, content) = match (kind, content.split_first_chunk::<4>()) {
                (b"brob", Some((kind, packed))) => {
                    let Some(content) = inflated(packed) else {
                        continue;
                    };
                    unpacked = content;
                    (kind, &unpacked[..])
                }
                _ => (kind, content),
            };
            match kind {
                b"Exif" => found.exif = found.exif.take().or_else(|| behind_offset(content)),
                b"xml " => found.xmp = found.xmp.take().or_else(|| Some(content.to_vec())),
                _ => {}
            }
        }
    }
    if let JpegXlColours::Profile(icc) = jpeg_xl_colours(bytes) {
        found.profile = Some(icc);
    }
    found
}

/// EXIF after its offset and the bytes that this offset skips.
fn behind_offset(content: &[u8]) -> Option<Vec<u8>> {
    let (offset, rest) = content.split_first_chunk::<4>()?;
    let offset = usize::try_from(u32::from_be_bytes(*offset)).ok()?;
    rest.get(offset..).map(bare_exif)
}

fn inflated(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut unpacked =
        brotli_decompressor::Decompressor::new(packed, 4096).take(LARGEST as u64 + 1);
    unpacked.read_to_end(&mut bytes).ok()?;
    (bytes.len() <= LARGEST).then_some(bytes)
}
