//! Writing of PSD, with 8 bits a channel, or 16 if a layer has 16.

use super::planes::packed;
use crate::document::{Document, Entry, Group, Layer, LayerMask};
use crate::embed::{Extras, parts};
use crate::picture::sixteen_to_eight;
use crate::{Alpha, AnyPicture, over_white};

/// Longest side of a PSD in pixels.
const LONGEST: u32 = 30_000;

/// Encodes a document as a PSD.
pub(in crate::document) fn encode(document: &Document, extras: &Extras) -> Result<Vec<u8>, String> {
    let (width, height) = (document.width, document.height);
    if width.max(height) > LONGEST {
        return Err(format!(
            "{width}×{height} pixels do not fit into a PSD, whose sides end at {LONGEST}"
        ));
    }
    let merged = document.merged();
    let has_alpha = merged.has_alpha();
    let mut bytes = b"8BPS\0\x01\0\0\0\0\0\0".to_vec();
    bytes.extend(if has_alpha { [0, 4] } else { [0, 3] });
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    let deep = merged.is_deep();
    // Bits; red, green and blue; no palette.
    bytes.extend([0, if deep { 16 } else { 8 }, 0, 3, 0, 0, 0, 0]);
    put_long(&mut bytes, &resources(extras, [width, height]))?;
    let mut records = Vec::new();
    let mut pixels = Vec::new();
    let mut count = 0i16;
    for entry in &document.entries {
        put_entry(entry, deep, (&mut records, &mut pixels), &mut count)?;
    }
    let number = if has_alpha { -count } else { count };
    let mut section = number.to_be_bytes().to_vec();
    section.extend(records);
    section.extend(pixels);
    if section.len() % 2 == 1 {
        section.push(0);
    }
    let mut layers = Vec::new();
    if deep {
        // No layers of 8 bits, no global mask, and the layers of 16 among what else there is.
        layers.extend([0; 8]);
        layers.extend(b"8BIMLr16");
        section.resize(section.len().next_multiple_of(4), 0);
        put_long(&mut layers, &section)?;
    } else {
        put_long(&mut layers, &section)?;
        // No global mask.
        layers.extend([0; 4]);
    }
    put_long(&mut bytes, &layers)?;
    put_merged(&mut bytes, &merged);
    Ok(bytes)
}

/// Appends content, preceded by its length.
fn put_long(bytes: &mut Vec<u8>, content: &[u8]) -> Result<(), String> {
    let length = u32::try_from(content.len()).map_err(|_| "more than 4 GiB".to_owned())?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(content);
    Ok(())
}

fn resources(extras: &Extras, size: [u32; 2]) -> Vec<u8> {
    let parts = parts(extras, size);
    let mut bytes = Vec::new();
    let mut put = |number: u16, content: &[u8]| {
        bytes.extend(b"8BIM");
        bytes.extend(number.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(content);
        if content.len() % 2 == 1 {
            bytes.push(0);
        }
    };
    if let Some(resolution) = parts.resolution {
        let fixed = |value: f64| ((value * 65_536.0).round().clamp(1.0, 4e9) as u32).to_be_bytes();
        let mut content = fixed(resolution.across).to_vec();
        // Pixels per inch, shown per inch.
        content.extend([0, 1, 0, 1]);
        content.extend(fixed(resolution.down));
        content.extend([0, 1, 0, 1]);
        put(1005, &content);
    }
    for (number, content) in [
        (1028, &parts.iptc),
        (1039, &parts.profile),
        (1058, &parts.exif),
        (1060, &parts.xmp),
    ] {
        if let Some(content) = content {
            put(number, content);
        }
    }
    bytes
}

fn put_entry(
    entry: &Entry,
    deep: bool,
    (records, pixels): (&mut Vec<u8>, &mut Vec<u8>),
    count: &mut i16,
) -> Result<(), String> {
    match entry {
        Entry::Layer(layer) => {
            put_layer(layer, deep, records, pixels);
            *count = count.checked_add(1).ok_or("too many layers")?;
        }
        Entry::Group(group) => {
            put_section(None, records, pixels);
            for entry in &group.entries {
                put_entry(entry, deep, (&mut *records, &mut *pixels), count)?;
            }
            put_section(Some(group), records, pixels);
            *count = count.checked_add(2).ok_or("too many layers")?;
        }
    }
    Ok(())
}

/// Appends the part of a record that follows the channels and is the same for layers and groups.
fn put_rest(
    records: &mut Vec<u8>,
    (blend, opacity, visible): (&[u8; 4], u8, bool),
    mask: Option<&LayerMask>,
    (name, section): (&str, &[u8]),
) {
    records.extend(b"8BIM");
    records.extend(blend);
    records.extend([opacity, 0, if visible { 8 } else { 10 }, 0]);
    let mut more = Vec::new();
    match mask {
        None => more.extend([0; 4]),
        Some(mask) => {
            more.extend(20u32.to_be_bytes());
            let rectangle = [
                mask.top,
                mask.left,
                mask.top.saturating_add_unsigned(mask.height),
                mask.left.saturating_add_unsigned(mask.width),
            ];
            rectangle
                .iter()
                .for_each(|side| more.extend(side.to_be_bytes()));
            more.extend([mask.outside, 0, 0, 0]);
        }
    }
    // No ranges that blending is bound to.
    more.extend([0; 4]);
    let short: Vec<u8> = name
        .chars()
        .map(|letter| {
            if letter.is_ascii() {
                letter as u8
            } else {
                b'?'
            }
        })
        .take(255)
        .collect();
    more.push(short.len() as u8);
    more.extend(&short);
    // The name and its length take a multiple of four bytes.
    while !(more.len() - base(mask)).is_multiple_of(4) {
        more.push(0);
    }
    let letters: Vec<u16> = name.encode_utf16().collect();
    let mut unicode = (letters.len() as u32).to_be_bytes().to_vec();
    letters
        .iter()
        .for_each(|letter| unicode.extend(letter.to_be_bytes()));
    if !unicode.len().is_multiple_of(4) {
        unicode.extend([0, 0]);
    }
    for (key, content) in [(b"luni", &unicode[..]), (b"lsct", section)] {
        if !content.is_empty() {
            more.extend(b"8BIM");
            more.extend(key);
            more.extend((content.len() as u32).to_be_bytes());
            more.extend(content);
        }
    }
    records.extend((more.len() as u32).to_be_bytes());
    records.extend(more);
}

/// Number of bytes before the name in a record's extra data.
fn base(mask: Option<&LayerMask>) -> usize {
    let mask = if mask.is_some() { 24 } else { 4 };
    mask + 4
}

fn put_layer(layer: &Layer, deep: bool, records: &mut Vec<u8>, pixels: &mut Vec<u8>) {
    let (width, height) = layer.picture.size();
    for side in [
        layer.top,
        layer.left,
        layer.top.saturating_add_unsigned(height),
        layer.left.saturating_add_unsigned(width),
    ] {
        records.extend(side.to_be_bytes());
    }
    let count = width as usize * height as usize;
    let mut channels: Vec<(i16, Vec<u8>)> = Vec::new();
    // Without transparency, programs take a layer for a background.
    for (number, at) in [(-1, 3), (0, 0), (1, 1), (2, 2)] {
        let plane = (0..count).map(|index| layer.picture.at(index)[at]);
        channels.push((number, channel(&plane_of(plane, deep), row(width, deep))));
    }
    if let Some(mask) = &layer.mask {
        let plane = mask.values.iter().map(|&value| u16::from(value) * 257);
        channels.push((-2, channel(&plane_of(plane, deep), row(mask.width, deep))));
    }
    records.extend((channels.len() as u16).to_be_bytes());
    for (number, channel) in &channels {
        records.extend(number.to_be_bytes());
        records.extend((channel.len() as u32).to_be_bytes());
        pixels.extend(channel);
    }
    put_rest(
        records,
        (layer.blend.key(), layer.opacity, layer.visible),
        layer.mask.as_ref(),
        (&layer.name, &[]),
    );
}

/// Appends the record that opens a group; without a group, the one that ends a group's layers.
fn put_section(group: Option<&Group>, records: &mut Vec<u8>, pixels: &mut Vec<u8>) {
    // No pixels, but the channels that every layer has.
    records.extend([0; 16]);
    records.extend([0, 4]);
    for number in [-1i16, 0, 1, 2] {
        records.extend(number.to_be_bytes());
        records.extend([0, 0, 0, 2]);
        pixels.extend([0, 0]);
    }
    let Some(group) = group else {
        let section = [0, 0, 0, 3];
        let name = "</Layer group>";
        put_rest(records, (b"norm", 255, true), None, (name, &section));
        return;
    };
    let blend = group.blend.map_or(b"pass", |blend| blend.key());
    let section = [&[0, 0, 0, 1], &b"8BIM"[..], blend].concat();
    let look = (blend, group.opacity, group.visible);
    put_rest(records, look, None, (&group.name, &section));
}

/// Bytes of a row.
fn row(width: u32, deep: bool) -> usize {
    width as usize * if deep { 2 } else { 1 }
}

/// Converts samples of 0…65535 to bytes in the depth of the file.
fn plane_of(samples: impl Iterator<Item = u16>, deep: bool) -> Vec<u8> {
    if deep {
        samples.flat_map(u16::to_be_bytes).collect()
    } else {
        samples.map(sixteen_to_eight).collect()
    }
}

/// Compresses a plane row by row, with the rows' lengths first.
fn channel(plane: &[u8], row: usize) -> Vec<u8> {
    let mut bytes = vec![0, 1];
    put_rows(&mut bytes, plane.chunks(row.max(1)));
    bytes
}

/// Appends compressed rows, with their lengths first.
fn put_rows<'a>(bytes: &mut Vec<u8>, rows: impl Iterator<Item = &'a [u8]>) {
    let rows: Vec<Vec<u8>> = rows.map(packed).collect();
    rows.iter()
        .for_each(|row| bytes.extend((row.len() as u16).to_be_bytes()));
    rows.iter().for_each(|row| bytes.extend(row));
}

/// Appends the merged picture, blended with white where it is transparent, with its alpha as a
/// fourth plane.
fn put_merged(bytes: &mut Vec<u8>, merged: &AnyPicture) {
    let (width, _) = merged.size();
    let deep = merged.is_deep();
    let planes: Vec<Vec<u8>> = match merged {
        AnyPicture::Eight(picture) => {
            let flat = over_white(picture);
            let colours = (0..3).map(|at| flat.iter().skip(at).step_by(3).copied().collect());
            let alpha = picture.alpha().map(Alpha::to_eight);
            colours.chain(alpha).collect()
        }
        AnyPicture::Sixteen(picture) => {
            let count = picture.rgb().len() / 3;
            let colours = (0..3).map(|channel| {
                let samples = (0..count).map(|index| {
                    let pixel = merged.at(index);
                    let (sample, share) = (u64::from(pixel[channel]), u64::from(pixel[3]));
                    let white = u64::from(u16::MAX);
                    // A weighted mean of samples, hence a sample.
                    ((sample * share + white * (white - share) + white / 2) / white) as u16
                });
                plane_of(samples, deep)
            });
            let alpha = picture.alpha();
            let alpha = alpha.map(|alpha| plane_of(alpha.iter().copied(), deep));
            colours.chain(alpha).collect()
        }
    };
    bytes.extend([0, 1]);
    put_rows(
        bytes,
        planes
            .iter()
            .flat_map(|plane| plane.chunks(row(width, deep))),
    );
}
