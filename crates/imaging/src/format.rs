//! Picture formats: those that are read, and those that are written.

use std::fmt;
use std::path::Path;

use crate::DocumentFormat;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// PNG; of an animation, the default picture.
    Png,
    /// JPEG: baseline and progressive, grey, colour and CMYK.
    Jpeg,
    /// WebP, lossy and lossless; of an animation, the first frame.
    WebP,
    /// GIF; of an animation, the first frame.
    Gif,
    /// BMP, the Windows bitmap.
    Bmp,
    /// TIFF, the first page.
    Tiff,
    /// AVIF; of an animation, its still picture.
    Avif,
    /// JPEG XL; of an animation, the first frame.
    JpegXl,
    /// PSD, Photoshop's documents: the merged picture.
    Psd,
    /// OpenRaster: the merged picture.
    OpenRaster,
    /// HEIC, only with the feature `heic`, since its decoders are young.
    Heic,
}

/// A format that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum OutputFormat {
    /// PNG: lossless; keeps alpha in its own depth.
    Png,
    /// JPEG: lossy, without alpha, so that the picture is laid over white.
    Jpeg,
    /// WebP: lossless; keeps alpha in 8 bits.
    WebP,
    /// GIF: 256 colours, and pixels that are opaque or transparent; for animations.
    Gif,
    /// TIFF: lossless, compressed with deflate; keeps alpha in its own depth.
    Tiff,
    /// AVIF: lossy, with 10 bits; keeps alpha.
    Avif,
    /// JPEG XL: lossless; keeps alpha in 8 bits.
    JpegXl,
    /// PSD, Photoshop's documents, with one layer or several ([`Document`](crate::Document)).
    Psd,
    /// OpenRaster, with one layer or several ([`Document`](crate::Document)).
    OpenRaster,
}

impl Format {
    /// All formats, with or without the feature `heic`.
    pub const ALL: [Self; 11] = [
        Self::Png,
        Self::Jpeg,
        Self::WebP,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
        Self::Avif,
        Self::JpegXl,
        Self::Psd,
        Self::OpenRaster,
        Self::Heic,
    ];

    /// Whether this build of the program can read the format.
    pub fn is_read(self) -> bool {
        self != Self::Heic || cfg!(feature = "heic")
    }

    /// The format that the suffix of a file name stands for, in upper or lower case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "png" | "apng" => Self::Png,
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "webp" => Self::WebP,
            "gif" => Self::Gif,
            "bmp" | "dib" => Self::Bmp,
            "tif" | "tiff" => Self::Tiff,
            "avif" => Self::Avif,
            "jxl" => Self::JpegXl,
            "psd" | "psb" => Self::Psd,
            "ora" => Self::OpenRaster,
            "heic" | "heif" | "hif" if Self::Heic.is_read() => Self::Heic,
            _ => return None,
        })
    }

    /// The format that the first bytes of a file show. Content takes precedence over names:
    /// decoding goes by content alone.
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
            [0xff, 0x0a, ..] => Self::JpegXl,
            [b'8', b'B', b'P', b'S', ..] => Self::Psd,
            [b'P', b'K', 3, 4, ..] if names_open_raster(bytes) => Self::OpenRaster,
            [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Self::JpegXl,
            [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => return in_container(brands),
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

    /// The usual suffix of a file in this format, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tif",
            Self::Avif => "avif",
            Self::JpegXl => "jxl",
            Self::Psd => "psd",
            Self::OpenRaster => "ora",
            Self::Heic => "heic",
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
            Self::Avif => "image/avif",
            Self::JpegXl => "image/jxl",
            Self::Psd => "image/vnd.adobe.photoshop",
            Self::OpenRaster => "image/openraster",
            Self::Heic => "image/heic",
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
            Self::Avif => "AVIF",
            Self::JpegXl => "JPEG XL",
            Self::Psd => "PSD",
            Self::OpenRaster => "OpenRaster",
            Self::Heic => "HEIC",
        })
    }
}

impl OutputFormat {
    /// The format that the suffix of a file name asks for, in upper or lower case; `None` for a
    /// name without a suffix, or with that of a format that is not written.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match Format::from_extension(path)? {
            Format::Png => Some(Self::Png),
            Format::Jpeg => Some(Self::Jpeg),
            Format::WebP => Some(Self::WebP),
            Format::Gif => Some(Self::Gif),
            Format::Tiff => Some(Self::Tiff),
            Format::Avif => Some(Self::Avif),
            Format::JpegXl => Some(Self::JpegXl),
            Format::Psd if !is_large(path) => Some(Self::Psd),
            Format::OpenRaster => Some(Self::OpenRaster),
            Format::Bmp | Format::Heic | Format::Psd => None,
        }
    }
}

impl OutputFormat {
    /// Whether the format supports a colour profile.
    pub fn holds_profile(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::WebP | Self::Tiff | Self::Avif => true,
            Self::Psd | Self::OpenRaster => true,
            // The encoder of JPEG XL has no place for one.
            Self::Gif | Self::JpegXl => false,
        }
    }

    /// Whether the format supports 16 bits a channel, with or without an alpha channel.
    pub fn holds_sixteen(self, alpha: bool) -> bool {
        match self {
            Self::Png | Self::Tiff | Self::Psd | Self::OpenRaster => true,
            // The encoder writes the depth of alpha wrongly.
            Self::JpegXl => !alpha,
            Self::Jpeg | Self::WebP | Self::Gif | Self::Avif => false,
        }
    }

    /// This format as a [`DocumentFormat`], if it supports layers.
    pub fn document(self) -> Option<DocumentFormat> {
        match self {
            Self::Psd => Some(DocumentFormat::Psd),
            Self::OpenRaster => Some(DocumentFormat::OpenRaster),
            _ => None,
        }
    }

    /// Whether the quality of this format can be chosen.
    pub fn is_lossy(self) -> bool {
        matches!(self, Self::Jpeg | Self::Avif)
    }
}

/// Whether a file name is that of a PSB, Photoshop's document for large pictures, which is read but
/// not written.
fn is_large(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("psb"))
}

/// Whether the first member of a zip says that it is an OpenRaster.
fn names_open_raster(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(128)];
    let name: &[u8] = b"image/openraster";
    start.windows(name.len()).any(|part| part == name)
}

/// The format in a container of boxes, by its brands.
fn in_container(brands: &[u8]) -> Option<Format> {
    let brands = brands.get(..brands.len().min(64)).unwrap_or_default();
    let holds = |names: &[&[u8; 4]]| {
        let (words, _) = brands.as_chunks::<4>();
        words.iter().any(|word| names.contains(&word))
    };
    match brands.first_chunk::<4>() {
        // A camera's raw picture.
        Some(b"crx ") => None,
        _ if holds(&[b"avif", b"avis"]) => Some(Format::Avif),
        _ if holds(&[
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1",
        ]) =>
        {
            Format::Heic.is_read().then_some(Format::Heic)
        }
        _ => None,
    }
}

impl From<DocumentFormat> for OutputFormat {
    fn from(format: DocumentFormat) -> Self {
        match format {
            DocumentFormat::Psd => Self::Psd,
            DocumentFormat::OpenRaster => Self::OpenRaster,
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
            OutputFormat::Tiff => Self::Tiff,
            OutputFormat::Avif => Self::Avif,
            OutputFormat::JpegXl => Self::JpegXl,
            OutputFormat::Psd => Self::Psd,
            OutputFormat::OpenRaster => Self::OpenRaster,
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
        assert_eq!(OutputFormat::from_extension(Path::new("x.PSB")), None);
        let psd = OutputFormat::from_extension(Path::new("x.psd"));
        assert_eq!(
            psd.and_then(OutputFormat::document),
            Some(DocumentFormat::Psd)
        );
        for format in Format::ALL.into_iter().filter(|format| format.is_read()) {
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
        let avif = b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1";
        assert_eq!(Format::from_content(avif), Some(Format::Avif));
        assert_eq!(Format::from_content(b"\xff\x0a"), Some(Format::JpegXl));
        let video = b"\0\0\0\x18ftypmp42\0\0\0\0";
        assert_eq!(Format::from_content(video), None);
    }
}
