//! Formats that are known but not read, so that an error can name them and say what to do.

use std::path::Path;

/// A format that is known but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// The format's name with its article, as in "this is …".
    pub name: &'static str,
    /// Advice on what to do with such a file.
    pub advice: &'static str,
}

const SAVE: &str = "save it as JPEG, PNG or TIFF";
const HEIC: OtherFormat = OtherFormat {
    name: "a HEIC picture, as iPhones take them",
    advice: "save it as JPEG, or set the camera to \"Most Compatible\"",
};
const PAGE: OtherFormat = OtherFormat {
    name: "a web page",
    advice: "save the picture itself, not the page that shows it",
};
const SVG: OtherFormat = OtherFormat {
    name: "an SVG drawing",
    advice: "export it as PNG in the size that you want",
};
const VIDEO: OtherFormat = OtherFormat {
    name: "a video",
    advice: "give it as a video, or save one of its frames as PNG",
};
const RAW: OtherFormat = OtherFormat {
    name: "a camera's raw picture",
    advice: "develop it and save it as JPEG or TIFF",
};

const fn picture(name: &'static str) -> OtherFormat {
    OtherFormat { name, advice: SAVE }
}

/// Formats by the first bytes of a file.
const STARTS: [(&[u8], OtherFormat); 29] = [
    (b"\0\0\0\x0cjP  ", picture("a JPEG 2000 picture")),
    (b"\xff\x4f\xff\x51", picture("a JPEG 2000 picture")),
    (b"II\xbc", picture("a JPEG XR picture")),
    (b"gimp xcf", picture("a GIMP picture (XCF)")),
    (b"qoif", picture("a QOI picture")),
    (b"DDS ", picture("a DDS texture")),
    (b"\x76\x2f\x31\x01", picture("an OpenEXR picture")),
    (b"#?RADIANCE", picture("a Radiance HDR picture")),
    (b"#?RGBE", picture("a Radiance HDR picture")),
    (b"BPG\xfb", picture("a BPG picture")),
    (b"FLIF", picture("a FLIF picture")),
    (b"AT&TFORM", picture("a DjVu document")),
    (b"\x8aMNG", picture("an MNG animation")),
    (b"\x8bJNG", picture("a JNG picture")),
    (b"\0\0\x01\0", picture("a Windows icon (ICO)")),
    (b"\0\0\x02\0", picture("a Windows cursor (CUR)")),
    (b"\xd7\xcd\xc6\x9a", picture("a Windows metafile (WMF)")),
    (b"%PDF", picture("a PDF document")),
    (b"%!PS", picture("a PostScript file")),
    (b"\xc5\xd0\xd3\xc6", picture("a PostScript file (EPS)")),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIU\0", RAW),
    (b"IIRO", RAW),
    (b"\0MRM", RAW),
    (b"\x1a\x45\xdf\xa3", VIDEO),
    (b"\0\0\x01\xba", VIDEO),
    (
        b"version https://git-lfs",
        OtherFormat {
            name: "a pointer of Git LFS in place of a file",
            advice: "fetch the file itself with: git lfs pull",
        },
    ),
    (
        b"\x1f\x8b",
        OtherFormat {
            name: "a file compressed with gzip",
            advice: "unpack it first",
        },
    ),
    (
        b"Rar!",
        OtherFormat {
            name: "a RAR archive",
            advice: "unpack it first",
        },
    ),
];

impl OtherFormat {
    /// The format that the bytes are of, if it is a known one.
    pub fn from_content(bytes: &[u8]) -> Option<Self> {
        if let Some((_, found)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Some(*found);
        }
        match bytes {
            [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => Some(container(rest)),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'A',
                b'V',
                b'I',
                b' ',
                ..,
            ] => Some(VIDEO),
            [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n', ..] => {
                Some(picture("a PNM picture (PBM, PGM, PPM or PAM)"))
            }
            [b'P', b'K', 3, 4, ..] => Some(archive(bytes)),
            _ => text(bytes),
        }
    }

    /// The picture format that the suffix of a name stands for, in upper or lower case, if it is a
    /// known one that is not read.
    pub fn picture_from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "heic" | "heif" | "hif" => HEIC,
            "jp2" | "j2k" | "jpx" => picture("a JPEG 2000 picture"),
            "xcf" => picture("a GIMP picture (XCF)"),
            "kra" => picture("a Krita document"),
            "clip" => picture("a Clip Studio document"),
            "exr" => picture("an OpenEXR picture"),
            "tga" => picture("a Targa picture (TGA)"),
            "svg" => SVG,
            "cr2" | "cr3" | "nef" | "arw" | "dng" | "raf" | "orf" | "rw2" => RAW,
            _ => return None,
        })
    }
}

/// The kind of an MPEG-4 container, by its brands.
fn container(brands: &[u8]) -> OtherFormat {
    let brands = brands.get(..brands.len().min(64)).unwrap_or_default();
    let holds = |names: &[&[u8; 4]]| {
        let (words, _) = brands.as_chunks::<4>();
        words.iter().any(|word| names.contains(&word))
    };
    match brands.first_chunk::<4>() {
        Some(b"crx ") => RAW,
        _ if holds(&[
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1",
        ]) =>
        {
            HEIC
        }
        _ => VIDEO,
    }
}

/// The kind of a zip archive: documents that are zips name it in their first member.
fn archive(bytes: &[u8]) -> OtherFormat {
    let start = &bytes[..bytes.len().min(128)];
    let holds = |text: &[u8]| start.windows(text.len()).any(|part| part == text);
    if holds(b"application/x-krita") {
        picture("a Krita document")
    } else {
        OtherFormat {
            name: "a zip archive",
            advice: "unpack it first",
        }
    }
}

fn text(bytes: &[u8]) -> Option<OtherFormat> {
    let start = &bytes[..bytes.len().min(1024)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let is_markup = start.starts_with('<');
    if is_markup && start.contains("<svg") && !start.contains("<html") {
        Some(SVG)
    } else if start.starts_with("<!doctype html")
        || is_markup
            && ["<html", "<head", "<body", "<script"]
                .iter()
                .any(|tag| start.contains(tag))
    {
        Some(PAGE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_first_bytes() {
        let name = |bytes: &[u8]| OtherFormat::from_content(bytes).map(|found| found.name);
        let heic = name(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
        assert_eq!(heic, Some("a HEIC picture, as iPhones take them"));
        assert_eq!(name(b"\0\0\0\x18ftypmp42\0\0\0\0"), Some("a video"));
        assert_eq!(name(b"\n <!DOCTYPE HTML><title>"), Some("a web page"));
        assert_eq!(
            name(b"<?xml version='1.0'?><svg></svg>"),
            Some("an SVG drawing")
        );
        assert_eq!(
            name(b"P6\n1 1"),
            Some("a PNM picture (PBM, PGM, PPM or PAM)")
        );
        assert_eq!(
            name(b"PK\x03\x04..mimetypeapplication/x-krita"),
            Some("a Krita document")
        );
        assert_eq!(name(b"just words"), None);
        assert_eq!(name(b""), None);
    }
}
