//! Embedding in PNG, as chunks.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Parts, jpeg};
use crate::animation::put_png_chunk;

/// Adds chunks right after the header, before the pixels, as is required for a profile.
pub(super) fn embedded(mut bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    /// Length of the signature and of the header chunk.
    const HEADER_END: usize = 33;
    let mut chunks = Vec::new();
    if let Some(profile) = &parts.profile {
        let content = [b"icc\0\0", &deflated(profile)[..]].concat();
        put_png_chunk(&mut chunks, b"iCCP", &content);
    }
    if let Some(resolution) = parts.resolution {
        let side = |inches: f64| (inches / 0.0254).round().clamp(1.0, 2e9) as u32;
        let mut content = side(resolution.across).to_be_bytes().to_vec();
        content.extend(side(resolution.down).to_be_bytes());
        content.push(1);
        put_png_chunk(&mut chunks, b"pHYs", &content);
    }
    if let Some(exif) = &parts.exif {
        put_png_chunk(&mut chunks, b"eXIf", exif);
    }
    if let Some(xmp) = &parts.xmp {
        let content = [b"XML:com.adobe.xmp\0\0\0\0\0", &xmp[..]].concat();
        put_png_chunk(&mut chunks, b"iTXt", &content);
    }
    if let Some(iptc) = &parts.iptc {
        // PNG has no place of its own for them; this is the one that programs have agreed on.
        let mut text = format!("\niptc\n{:8}", jpeg::resource(iptc).len());
        for row in jpeg::resource(iptc).chunks(36) {
            text.push('\n');
            row.iter()
                .for_each(|byte| text.push_str(&format!("{byte:02x}")));
        }
        text.push('\n');
        let content = [b"Raw profile type iptc\0\0", &deflated(text.as_bytes())[..]].concat();
        put_png_chunk(&mut chunks, b"zTXt", &content);
    }
    if bytes.len() >= HEADER_END {
        bytes.splice(HEADER_END..HEADER_END, chunks);
    }
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
