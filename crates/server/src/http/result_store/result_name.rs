//! Names of kept files, which contain everything about a result.

use std::fmt;

use utsushi_imaging::{AnimationFormat, OutputFormat};

use super::super::tagged_result::TaggedResult;
use crate::{Painted, PaintedFormat};

/// The name of a kept file, `JOB-HASH-WIDTHxHEIGHTxFRAMES.ENDING`. A file gets it when it is
/// complete, so that a result is never known only in part. With the suffix, it can be opened as a
/// picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResultName {
    pub(super) id: String,
    /// Hexadecimal digits of the entity tag, a hash of the bytes.
    tag: String,
    width: u32,
    height: u32,
    frames: u32,
    ending: &'static str,
}

/// Number of digits of a job's name, and of a tag.
const DIGITS: usize = 32;

const ENDINGS: [&str; 12] = [
    "png", "jpg", "webp", "gif", "apng", "tif", "avif", "jxl", "psd", "ora", "json", "style",
];

impl ResultName {
    pub(super) fn of(id: &str, result: &TaggedResult) -> Self {
        let painted = &result.painted;
        Self {
            id: id.to_owned(),
            tag: result.tag.trim_matches('"').to_owned(),
            width: painted.width,
            height: painted.height,
            frames: painted.frames,
            ending: painted.format.extension(),
        }
    }

    /// Parses a file's name; `None` if it is not of the form that [`ResultName::of`] gives.
    pub(super) fn read(name: &str) -> Option<Self> {
        let (stem, ending) = name.split_once('.')?;
        let mut parts = stem.split('-');
        let (id, tag, size) = (parts.next()?, parts.next()?, parts.next()?);
        let mut numbers = size.split('x').map(|number| number.parse().ok());
        let read = Self {
            id: id.to_owned(),
            tag: tag.to_owned(),
            width: numbers.next()??,
            height: numbers.next()??,
            frames: numbers.next()??,
            ending: ENDINGS.into_iter().find(|own| *own == ending)?,
        };
        // One result has one name: no leading zeros, no signs, nothing behind.
        let own = is_digits(id) && is_digits(tag) && read.to_string() == name;
        own.then_some(read)
    }

    /// Makes the result with these bytes; `None` if they are not those that were kept.
    pub(super) fn result(&self, bytes: Vec<u8>) -> Option<TaggedResult> {
        let result = TaggedResult::new(Painted {
            bytes: bytes.into(),
            format: self.format()?,
            width: self.width,
            height: self.height,
            frames: self.frames,
            notes: Vec::new(),
        });
        (result.tag.trim_matches('"') == self.tag).then_some(result)
    }

    fn format(&self) -> Option<PaintedFormat> {
        let moves = self.frames > 1;
        Some(match self.ending {
            "png" => PaintedFormat::Picture(OutputFormat::Png),
            "apng" => PaintedFormat::Animation(AnimationFormat::Apng),
            "webp" if moves => PaintedFormat::Animation(AnimationFormat::WebP),
            "gif" if moves => PaintedFormat::Animation(AnimationFormat::Gif),
            "webp" => PaintedFormat::Picture(OutputFormat::WebP),
            "gif" => PaintedFormat::Picture(OutputFormat::Gif),
            "jpg" => PaintedFormat::Picture(OutputFormat::Jpeg),
            "tif" => PaintedFormat::Picture(OutputFormat::Tiff),
            "avif" => PaintedFormat::Picture(OutputFormat::Avif),
            "jxl" => PaintedFormat::Picture(OutputFormat::JpegXl),
            "psd" => PaintedFormat::Picture(OutputFormat::Psd),
            "ora" => PaintedFormat::Picture(OutputFormat::OpenRaster),
            "json" => PaintedFormat::Landmarks,
            "style" => PaintedFormat::Style,
            _ => return None,
        })
    }
}

impl fmt::Display for ResultName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            tag,
            width,
            height,
            frames,
            ending,
        } = self;
        write!(formatter, "{id}-{tag}-{width}x{height}x{frames}.{ending}")
    }
}

/// Whether a text has the form of a job's name or a tag: digits as `random_token` writes them.
pub(super) fn is_digits(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == DIGITS && text.bytes().all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_there_and_back() {
        let picture = |format| PaintedFormat::Picture(format);
        let moving = |format| PaintedFormat::Animation(format);
        for (format, frames) in [
            (picture(OutputFormat::Png), 1),
            (picture(OutputFormat::Jpeg), 1),
            (picture(OutputFormat::WebP), 1),
            (picture(OutputFormat::Gif), 1),
            (picture(OutputFormat::Tiff), 1),
            (picture(OutputFormat::Avif), 1),
            (picture(OutputFormat::JpegXl), 1),
            (picture(OutputFormat::Psd), 1),
            (picture(OutputFormat::OpenRaster), 1),
            (PaintedFormat::Landmarks, 0),
            (PaintedFormat::Style, 0),
            (moving(AnimationFormat::WebP), 8),
            (moving(AnimationFormat::Gif), 8),
            (moving(AnimationFormat::Apng), 8),
        ] {
            let result = TaggedResult::new(Painted {
                bytes: b"abc".as_slice().into(),
                format,
                width: 640,
                height: 48,
                frames,
                notes: Vec::new(),
            });
            let name = ResultName::of(&"0a".repeat(16), &result);
            let read = ResultName::read(&name.to_string()).unwrap();
            assert_eq!(read, name);
            assert_eq!(read.result(b"abc".to_vec()), Some(result));
            assert_eq!(read.result(b"ab".to_vec()), None, "not the bytes of then");
        }
    }

    #[test]
    fn other_names_are_left_alone() {
        let hex = "0a".repeat(16);
        assert!(ResultName::read(&format!("{hex}-{hex}-6x4x1.png")).is_some());
        for name in [
            String::new(),
            "me.png".to_owned(),
            format!("{hex}.part"),
            format!("{hex}-{hex}-6x4.png"),
            format!("{hex}-{hex}-6x4x1"),
            format!("{hex}-{hex}-6x4x1.exe"),
            format!("{hex}-{hex}-6x4x1.png.png"),
            format!("{hex}-{hex}-06x4x1.png"),
            format!("{hex}-{hex}-+6x4x1.png"),
            format!("{hex}-{hex}-6x4x99999999999.png"),
            format!("{hex}-{hex}-6x4x1-2.png"),
            format!("{}-{hex}-6x4x1.png", hex.to_uppercase()),
            format!("../{}-{hex}-6x4x1.png", &hex[3..]),
        ] {
            assert_eq!(ResultName::read(&name), None, "{name}");
        }
    }
}
