//! Metadata of PNG, in chunks.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{LARGEST, Metadata, PER_METRE, Resolution, bare_exif};

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    for (name, content) in chunks(bytes) {
        match name {
            b"eXIf" => found.exif = Some(bare_exif(content)),
            b"iCCP" => found.profile = profile(content),
            b"pHYs" => found.resolution = resolution(content),
            b"zTXt" => found.iptc = found.iptc.take().or_else(|| iptc(content)),
            b"iTXt" => found.xmp = found.xmp.take().or_else(|| xmp(content)),
            _ => {}
        }
    }
    found
}

/// Iterates over names and contents of the chunks, up to the first that is not whole.
pub(crate) fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (name, behind) = behind.split_first_chunk::<4>()?;
        let content = behind.get(..length)?;
        rest = behind.get(length.checked_add(4)?..)?;
        Some((name, content))
    })
}

/// Reads a profile from its chunk: a name, a zero, the compression method, then the compressed
/// profile.
fn profile(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|&byte| byte == 0)?;
    inflated(content.get(name + 2..)?)
}

fn inflated(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut unpacked = ZlibDecoder::new(packed).take(LARGEST as u64 + 1);
    unpacked.read_to_end(&mut bytes).ok()?;
    (bytes.len() <= LARGEST).then_some(bytes)
}

/// Reads XMP from a text chunk: a keyword, whether it is compressed, a language, the translated
/// keyword, the text.
fn xmp(content: &[u8]) -> Option<Vec<u8>> {
    let rest = content.strip_prefix(b"XML:com.adobe.xmp\0")?;
    let (&[compressed, _], rest) = rest.split_first_chunk::<2>()?;
    let mut parts = rest.splitn(3, |&byte| byte == 0);
    let text = parts.nth(2)?;
    match compressed {
        0 => Some(text.to_vec()),
        _ => inflated(text),
    }
}

/// Reads IPTC records as ImageMagick writes them: a name, the length, then the bytes in
/// hexadecimal.
fn iptc(content: &[u8]) -> Option<Vec<u8>> {
    let packed = content.strip_prefix(b"Raw profile type iptc\0\0")?;
    let text = String::from_utf8(inflated(packed)?).ok()?;
    let digits = text.trim_start().split_once('\n')?.1.trim_start();
    let digits = digits.split_once('\n')?.1.bytes();
    let digits: Vec<u8> = digits.filter(u8::is_ascii_hexdigit).collect();
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
    let bytes = digits.as_chunks::<2>().0.iter();
    let bytes: Vec<u8> = bytes
        .map(|pair| value(pair[0]) << 4 | value(pair[1]))
        .collect();
    super::jpeg::iptc(&bytes)
}

fn resolution(content: &[u8]) -> Option<Resolution> {
    let (across, rest) = content.split_first_chunk::<4>()?;
    let (down, unit) = rest.split_first_chunk::<4>()?;
    let side = |side: &[u8; 4]| f64::from(u32::from_be_bytes(*side)) * PER_METRE;
    let (across, down) = (side(across), side(down));
    (unit.first() == Some(&1) && across > 0.0 && down > 0.0).then_some(Resolution { across, down })
}
