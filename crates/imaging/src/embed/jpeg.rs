//! Embedding in JPEG, as segments.

use super::Parts;

/// Largest number of bytes in a segment.
const LARGEST: usize = 65_533;

/// Adds segments after the first one, which is always that of JFIF.
pub(super) fn embedded(mut bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    let Some([0xff, 0xd8, 0xff, 0xe0, high, low, ..]) = bytes.first_chunk::<18>() else {
        return bytes;
    };
    let end = 4 + usize::from(u16::from_be_bytes([*high, *low]));
    if let Some(resolution) = parts.resolution {
        let side = |value: f64| (value.round().clamp(1.0, 65_535.0) as u16).to_be_bytes();
        // Dots per inch.
        bytes[13] = 1;
        bytes[14..16].copy_from_slice(&side(resolution.across));
        bytes[16..18].copy_from_slice(&side(resolution.down));
    }
    let mut segments = Vec::new();
    if let Some(exif) = &parts.exif {
        put(&mut segments, 0xe1, &[b"Exif\0\0", &exif[..]].concat());
    }
    if let Some(xmp) = &parts.xmp {
        let content = [b"http://ns.adobe.com/xap/1.0/\0", &xmp[..]].concat();
        put(&mut segments, 0xe1, &content);
    }
    if let Some(iptc) = &parts.iptc {
        let content = [b"Photoshop 3.0\0", &resource(iptc)[..]].concat();
        put(&mut segments, 0xed, &content);
    }
    if let Some(profile) = &parts.profile {
        const HEAD: usize = 14;
        let pieces = profile.chunks(LARGEST - HEAD);
        let count = pieces.len();
        for (index, piece) in pieces.enumerate().take(255) {
            let number = [index as u8 + 1, count.min(255) as u8];
            let content = [b"ICC_PROFILE\0", &number[..], piece].concat();
            put(&mut segments, 0xe2, &content);
        }
    }
    bytes.splice(end..end, segments);
    bytes
}

/// Wraps IPTC records as Photoshop does.
pub(super) fn resource(iptc: &[u8]) -> Vec<u8> {
    let mut resource = b"8BIM\x04\x04\0\0".to_vec();
    resource.extend((iptc.len() as u32).to_be_bytes());
    resource.extend(iptc);
    if !iptc.len().is_multiple_of(2) {
        resource.push(0);
    }
    resource
}

/// Appends a segment, if its content is not too large for one.
fn put(segments: &mut Vec<u8>, mark: u8, content: &[u8]) {
    if content.len() <= LARGEST {
        segments.extend([0xff, mark]);
        segments.extend((content.len() as u16 + 2).to_be_bytes());
        segments.extend(content);
    }
}
