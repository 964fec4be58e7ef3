//! Metadata of PSD, in image resources.

use super::{Metadata, Resolution, bare_exif};
use crate::document::psd_resources;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    for (number, content) in psd_resources(bytes) {
        match number {
            1005 => found.resolution = resolution(content),
            1028 => found.iptc = Some(content.to_vec()),
            1039 => found.profile = Some(content.to_vec()),
            1058 => found.exif = Some(bare_exif(content)),
            1060 => found.xmp = Some(content.to_vec()),
            _ => {}
        }
    }
    found
}

/// Reads the resolution from fixed-point numbers of pixels per inch, across and down.
fn resolution(content: &[u8]) -> Option<Resolution> {
    let side = |start: usize| {
        let bytes = content.get(start..start + 4)?.first_chunk::<4>()?;
        let value = f64::from(u32::from_be_bytes(*bytes)) / 65_536.0;
        (value > 0.0).then_some(value)
    };
    Some(Resolution {
        across: side(0)?,
        down: side(8)?,
    })
}
