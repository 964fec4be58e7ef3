//! Embedding in TIFF, as entries of its directory.

use super::Parts;
use crate::metadata::{Ifd, OF_CAMERAS, Value};

/// Adds entries to the directory of a TIFF that was just written, whose directory is at its end.
pub(super) fn embedded(mut bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    let Some(mut directory) = Ifd::first(&bytes) else {
        return bytes;
    };
    if let Some(exif) = parts.exif.as_deref().and_then(Ifd::first) {
        directory.add_missing(exif.only(&OF_CAMERAS));
    }
    let mut put = |tag, kind, value: &Option<Vec<u8>>| {
        if let Some(value) = value {
            directory.set(tag, Value::Raw(kind, value.clone()));
        }
    };
    put(700, 1, &parts.xmp);
    put(33_723, 7, &parts.iptc);
    put(34_675, 7, &parts.profile);
    if let Some(resolution) = parts.resolution {
        let fraction = |value: f64| {
            let over = (value * 1000.0).round().clamp(1.0, 4e9) as u32;
            let parts = [over.to_le_bytes(), 1000u32.to_le_bytes()];
            Value::Raw(5, parts.concat())
        };
        directory.set(282, fraction(resolution.across));
        directory.set(283, fraction(resolution.down));
        directory.set(296, Value::Shorts(vec![2]));
    }
    directory.append_to(&mut bytes);
    bytes
}
