//! Metadata of TIFF, in tags.

use super::ifd::{self, Ifd};
use super::{Metadata, PER_CENTIMETRE, Resolution};
use crate::decode::TiffDirectory;

/// Tags that cameras and programs write into the directory of the pixels: description, maker,
/// model, program, time, artist, copyright, and the EXIF and GPS directories.
pub(crate) const OF_CAMERAS: [u16; 9] = [270, 271, 272, 305, 306, 315, 33_432, ifd::EXIF, ifd::GPS];

const ACROSS: u16 = 282;
const DOWN: u16 = 283;
const UNIT: u16 = 296;
const XMP: u16 = 700;
const IPTC: u16 = 33_723;
const PROFILE: u16 = 34_675;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let Ok(directory) = TiffDirectory::first(bytes) else {
        return Metadata::default();
    };
    let raw = |tag| directory.raw(tag).map(<[u8]>::to_vec);
    let side = |tag| {
        directory
            .fractions(tag)?
            .first()
            .copied()
            .filter(|side| *side > 0.0)
    };
    let scale = match directory.number(UNIT) {
        Ok(Some(3)) => PER_CENTIMETRE,
        Ok(Some(1)) => 0.0,
        _ => 1.0,
    };
    let sides = side(ACROSS).zip(side(DOWN)).filter(|_| scale > 0.0);
    Metadata {
        exif: Ifd::first(bytes)
            .map(|ifd| ifd.only(&OF_CAMERAS))
            .filter(|ifd| !ifd.is_empty())
            .map(|ifd| ifd.alone()),
        xmp: raw(XMP),
        iptc: raw(IPTC),
        resolution: sides.map(|(across, down)| Resolution {
            across: across * scale,
            down: down * scale,
        }),
        profile: raw(PROFILE),
    }
}
