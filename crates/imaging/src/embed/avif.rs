//! Embedding in AVIF, as items and properties.

use super::Parts;
use crate::container::{Heif, boxes, put_box};

/// Adds a profile, EXIF and XMP to an AVIF that was just written, the latter two as items; a file
/// that is not as expected is left unchanged.
pub(super) fn embedded(bytes: Vec<u8>, parts: &Parts) -> Vec<u8> {
    if parts.exif.is_none() && parts.xmp.is_none() && parts.profile.is_none() {
        return bytes;
    }
    rebuilt(&bytes, parts).unwrap_or(bytes)
}

/// An item to add: its kind, the data after its name, and its bytes.
type Added = ([u8; 4], &'static [u8], Vec<u8>);

fn rebuilt(bytes: &[u8], parts: &Parts) -> Option<Vec<u8>> {
    let container = Heif::open(bytes).ok()?;
    let find = |wanted: &[u8; 4]| {
        let mut found = boxes(bytes).filter(|(kind, _)| *kind == wanted);
        found.next().map(|(_, content)| content)
    };
    let meta = find(b"meta")?.get(4..)?;
    let mut added: Vec<Added> = Vec::new();
    if let Some(exif) = &parts.exif {
        // No bytes stand before it.
        added.push((*b"Exif", b"", [&[0; 4], &exif[..]].concat()));
    }
    if let Some(xmp) = &parts.xmp {
        added.push((*b"mime", b"application/rdf+xml\0", xmp.clone()));
    }
    let mut pixels = Vec::new();
    for item in container.items() {
        pixels.push((u16::try_from(item.id()).ok()?, container.data(item).ok()?));
    }
    let primary = u16::try_from(container.primary().ok()?.id()).ok()?;
    let first = pixels.iter().map(|(id, _)| *id).max()?.checked_add(1)?;
    let lengths: Vec<(u16, usize)> = pixels
        .iter()
        .map(|(id, data)| (*id, data.len()))
        .chain(
            (first..)
                .zip(&added)
                .map(|(id, (.., data))| (id, data.len())),
        )
        .collect();
    let mut head = Vec::new();
    put_box(&mut head, b"ftyp", find(b"ftyp")?);
    // The places of items depend on how long this is, which does not depend on them.
    let describe = |start: usize| -> Option<Vec<u8>> {
        let mut described = vec![0; 4];
        let mut refers = false;
        for (kind, content) in boxes(meta) {
            match kind {
                b"iloc" => put_box(&mut described, b"iloc", &places(&lengths, start)?),
                b"iinf" => put_box(&mut described, b"iinf", &infos(content, first, &added)?),
                b"iref" => {
                    refers = true;
                    let content = references(content, first, added.len(), primary)?;
                    put_box(&mut described, b"iref", &content);
                }
                b"iprp" => match &parts.profile {
                    Some(icc) => {
                        put_box(&mut described, b"iprp", &properties(content, icc, primary)?);
                    }
                    None => put_box(&mut described, b"iprp", content),
                },
                b"idat" => return None,
                _ => put_box(&mut described, kind, content),
            }
        }
        if !refers {
            let content = references(&[0; 4], first, added.len(), primary)?;
            put_box(&mut described, b"iref", &content);
        }
        Some(described)
    };
    const HEAD_OF_BOX: usize = 8;
    let length = describe(0)?.len();
    let start = head.len() + HEAD_OF_BOX + length + HEAD_OF_BOX;
    put_box(&mut head, b"meta", &describe(start)?);
    let mut data = Vec::new();
    pixels.iter().for_each(|(_, part)| data.extend(&part[..]));
    added.iter().for_each(|(.., part)| data.extend(part));
    if u32::try_from(start + data.len()).is_err() {
        return None;
    }
    put_box(&mut head, b"mdat", &data);
    Some(head)
}

fn places(lengths: &[(u16, usize)], start: usize) -> Option<Vec<u8>> {
    // Version 0; places and lengths of four bytes, no common beginning.
    let mut content = vec![0, 0, 0, 0, 0x44, 0];
    content.extend(u16::try_from(lengths.len()).ok()?.to_be_bytes());
    let mut place = start;
    for (id, length) in lengths {
        content.extend(id.to_be_bytes());
        content.extend([0, 0, 0, 1]);
        content.extend(u32::try_from(place).ok()?.to_be_bytes());
        content.extend(u32::try_from(*length).ok()?.to_be_bytes());
        place += length;
    }
    Some(content)
}

fn infos(content: &[u8], first: u16, added: &[Added]) -> Option<Vec<u8>> {
    let (&[0, _, _, _], rest) = content.split_first_chunk::<4>()? else {
        return None;
    };
    let (count, rest) = rest.split_first_chunk::<2>()?;
    let count = u16::from_be_bytes(*count).checked_add(u16::try_from(added.len()).ok()?)?;
    let mut content = vec![0; 4];
    content.extend(count.to_be_bytes());
    content.extend(rest);
    for (id, (kind, media, _)) in (first..).zip(added) {
        let mut info = vec![2, 0, 0, 0];
        info.extend(id.to_be_bytes());
        info.extend([0, 0]);
        info.extend(kind);
        // Without a name.
        info.push(0);
        info.extend(*media);
        put_box(&mut content, b"infe", &info);
    }
    Some(content)
}

/// Adds references from each added item to the picture that it describes.
fn references(content: &[u8], first: u16, count: usize, primary: u16) -> Option<Vec<u8>> {
    let &[0, ..] = content else {
        return None;
    };
    let mut content = content.to_vec();
    for id in (first..).take(count) {
        let mut reference = id.to_be_bytes().to_vec();
        reference.extend([0, 1]);
        reference.extend(primary.to_be_bytes());
        put_box(&mut content, b"cdsc", &reference);
    }
    Some(content)
}

/// Adds a profile as a property of the picture.
fn properties(content: &[u8], icc: &[u8], primary: u16) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut number = 0u8;
    for (kind, content) in boxes(content) {
        match kind {
            b"ipco" => {
                number = u8::try_from(boxes(content).count() + 1).ok()?;
                let mut content = content.to_vec();
                put_box(&mut content, b"colr", &[b"prof", icc].concat());
                put_box(&mut found, kind, &content);
            }
            b"ipma" => {
                let (&[0, _, _, flags], rest) = content.split_first_chunk::<4>()? else {
                    return None;
                };
                if flags & 1 > 0 || number > 127 {
                    return None;
                }
                let mut content = vec![0; 4];
                let (count, mut rest) = rest.split_first_chunk::<4>()?;
                content.extend(count);
                for _ in 0..u32::from_be_bytes(*count) {
                    let (&[high, low, count], behind) = rest.split_first_chunk::<3>()?;
                    let (own, behind) = behind.split_at_checked(usize::from(count))?;
                    let more = u16::from_be_bytes([high, low]) == primary;
                    content.extend([high, low, count + u8::from(more)]);
                    content.extend(own);
                    if more {
                        content.push(number);
                    }
                    rest = behind;
                }
                put_box(&mut found, kind, &content);
            }
            _ => put_box(&mut found, kind, content),
        }
    }
    (number > 0).then_some(found)
}
