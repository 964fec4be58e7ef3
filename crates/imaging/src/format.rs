//! Which file format a picture is in.

use std::fmt;
use std::path::Path;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// Portable Network Graphics; of an animation, the default picture.
    Png,
    /// JPEG: baseline and progressive, grey, colour and CMYK.
    Jpeg,
    /// WebP, lossy and lossless; of an animation, the first frame.
    WebP,
    /// GIF, the first frame.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, the first page.
    Tiff,
}

/// A format that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum OutputFormat {
    /// Lossless; keeps alpha in its own depth.
    Png,
    /// Lossy; without alpha, so that the picture is laid over white.
    Jpeg,
    /// Lossless; keeps alpha in 8 bits.
    WebP,
    /// 256 colours, and pixels that are there or not: for animations.
    Gif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Png,
        Self::Jpeg,
        Self::WebP,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
    ];

    /// The format that a file name's ending claims, in either case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "png" | "apng" => Self::Png,
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "webp" => Self::WebP,
            "gif" => Self::Gif,
            "bmp" | "dib" => Self::Bmp,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }

    /// The format that the first bytes of a file show. Content wins over a name: decoding goes
    /// by this alone.
    pub fn from_content(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Self::WebP,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Tiff,
            [b'I', b'I', 43, 0, ..] | [b'M', b'M', 0, 43, ..] => Self::Tiff,
            // Two letters are little to go by, so the reserved bytes and the header's length
            // must fit too.
            [
                b'B',
                b'M',
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                12..=124,
                0,
                0,
                0,
                ..,
            ] => Self::Bmp,
            _ => return None,
        })
    }

    /// The usual ending of a file in this format, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tif",
        }
    }

    /// The media type of a file in this format, as HTTP names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        })
    }
}

impl OutputFormat {
    /// The format that a file name's ending asks for, in either case; nothing for a name without
    /// an ending, or with one of a format that is not written.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match Format::from_extension(path)? {
            Format::Png => Some(Self::Png),
            Format::Jpeg => Some(Self::Jpeg),
            Format::WebP => Some(Self::WebP),
            Format::Gif => Some(Self::Gif),
            Format::Bmp | Format::Tiff => None,
        }
    }
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Png => Self::Png,
            OutputFormat::Jpeg => Self::Jpeg,
            OutputFormat::WebP => Self::WebP,
            OutputFormat::Gif => Self::Gif,
        }
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Format::from(*self).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_either_case() {
        let of = |name: &str| Format::from_extension(Path::new(name));
        assert_eq!(of("a/b.JPEG"), Some(Format::Jpeg));
        assert_eq!(of("b.tar.tif"), Some(Format::Tiff));
        assert_eq!(of("png"), None);
        assert_eq!(of("b.txt"), None);
        assert_eq!(
            OutputFormat::from_extension(Path::new("x.webp")),
            Some(OutputFormat::WebP)
        );
        assert_eq!(OutputFormat::from_extension(Path::new("x.bmp")), None);
        for format in Format::ALL {
            assert_eq!(of(&format!("x.{}", format.extension())), Some(format));
        }
    }

    #[test]
    fn first_bytes_decide() {
        assert_eq!(Format::from_content(b"GIF89a"), Some(Format::Gif));
        assert_eq!(Format::from_content(b"GIF88a"), None);
        assert_eq!(Format::from_content(b"BM is how this text begins"), None);
        assert_eq!(Format::from_content(b""), None);
        assert_eq!(Format::from_content(b"RIFF\0\0\0\0WAVE"), None);
    }
}
