//! Metadata of JPEG, in segments.

use super::{Metadata, PER_CENTIMETRE, Resolution, bare_exif};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    let mut parts: Vec<(u8, &[u8])> = Vec::new();
    for (mark, content) in segments(bytes) {
        match mark {
            0xe0 => {
                if let [b'J', b'F', b'I', b'F', 0, _, _, unit, a, b, c, d, ..] = *content {
                    found.resolution = resolution(unit, [a, b], [c, d]);
                }
            }
            0xe1 if content.starts_with(b"Exif\0\0") => {
                found.exif.get_or_insert_with(|| bare_exif(content));
            }
            0xe1 => {
                if let Some(xmp) = content.strip_prefix(XMP) {
                    found.xmp.get_or_insert_with(|| xmp.to_vec());
                }
            }
            0xe2 => {
                if let Some([number, _, part @ ..]) = content.strip_prefix(PROFILE) {
                    parts.push((*number, part));
                }
            }
            0xed => {
                if let Some(resources) = content.strip_prefix(PHOTOSHOP) {
                    found.iptc = found.iptc.take().or_else(|| iptc(resources));
                }
            }
            _ => {}
        }
    }
    parts.sort_by_key(|part| part.0);
    if !parts.is_empty() {
        found.profile = Some(parts.iter().flat_map(|part| part.1).copied().collect());
    }
    found
}

/// Iterates over markers and contents of the segments before the first scan.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        while let [0xff, 0xff, ..] = rest {
            rest = &rest[1..];
        }
        let &[0xff, mark, high, low, ..] = rest else {
            return None;
        };
        if mark == 0xda || mark == 0xd9 {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let content = rest.get(4..2 + length)?;
        rest = &rest[2 + length..];
        Some((mark, content))
    })
}

fn resolution(unit: u8, across: [u8; 2], down: [u8; 2]) -> Option<Resolution> {
    let scale = match unit {
        1 => 1.0,
        2 => PER_CENTIMETRE,
        _ => return None,
    };
    let [across, down] = [across, down].map(|side| f64::from(u16::from_be_bytes(side)) * scale);
    (across > 0.0 && down > 0.0).then_some(Resolution { across, down })
}

/// Finds the IPTC records among Photoshop's resources, each of which has a signature, a number, a
/// name and its data.
pub(super) fn iptc(mut rest: &[u8]) -> Option<Vec<u8>> {
    const IPTC: [u8; 2] = [4, 4];
    loop {
        let behind = rest.strip_prefix(b"8BIM")?;
        let (&number, behind) = behind.split_first_chunk::<2>()?;
        let name = usize::from(*behind.first()?) + 1;
        let behind = behind.get(name.next_multiple_of(2)..)?;
        let (length, behind) = behind.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let data = behind.get(..length)?;
        if number == IPTC {
            return Some(data.to_vec());
        }
        rest = behind.get(length.checked_next_multiple_of(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(mark: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xff, mark], &length[..], content].concat()
    }

    #[test]
    fn segments_are_found_and_profiles_joined() {
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend(segment(0xe0, b"JFIF\0\x01\x02\x02\0\x64\0\x64\0\0"));
        bytes.extend(segment(0xe1, b"Exif\0\0II*\0"));
        bytes.extend(segment(0xe1, &[XMP, b"<x/>"].concat()));
        bytes.extend(segment(0xe2, b"ICC_PROFILE\0\x02\x02second"));
        bytes.extend(segment(0xe2, b"ICC_PROFILE\0\x01\x02first "));
        let resources = b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\0\x01x\0\
                          8BIM\x04\x04\x02ab\0\0\0\0\x03iim\0";
        bytes.extend(segment(0xed, resources));
        bytes.extend([0xff, 0xda]);
        let found = read(&bytes);
        assert_eq!(found.exif.as_deref(), Some(&b"II*\0"[..]));
        assert_eq!(found.xmp.as_deref(), Some(&b"<x/>"[..]));
        assert_eq!(found.profile.as_deref(), Some(&b"first second"[..]));
        assert_eq!(found.iptc.as_deref(), Some(&b"iim"[..]));
        let resolution = found.resolution.unwrap();
        assert!((resolution.across - 254.0).abs() < 1e-9);
        for end in 0..bytes.len() {
            read(&bytes[..end]);
        }
    }
}
