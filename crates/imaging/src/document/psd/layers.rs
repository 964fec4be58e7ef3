//! Layers of a PSD: their records, channels and groups.

use super::planes::planes;
use super::{Psd, Words};
use crate::colour::Source;
use crate::decode::{Fault, check_pixels, flatten};
use crate::document::{Blend, Document, DocumentSize, Entry, Group, Layer, LayerMask};
use crate::{DecodeLimits, Format, metadata};

/// Kinds of layers that are not made of pixels, by their keys.
const ADJUSTMENTS: [(&[u8; 4], &str); 22] = [
    (b"levl", "levels"),
    (b"curv", "curves"),
    (b"brit", "brightness and contrast"),
    (b"CgEd", "brightness and contrast"),
    (b"expA", "exposure"),
    (b"vibA", "vibrance"),
    (b"hue2", "hue and saturation"),
    (b"hue ", "hue and saturation"),
    (b"blnc", "colour balance"),
    (b"blwh", "black and white"),
    (b"phfl", "a photo filter"),
    (b"mixr", "a channel mixer"),
    (b"clrL", "colour lookup"),
    (b"nvrt", "inversion"),
    (b"post", "posterising"),
    (b"thrs", "a threshold"),
    (b"selc", "selective colour"),
    (b"grdm", "a gradient map"),
    (b"SoCo", "a fill of colour"),
    (b"GdFl", "a fill of gradients"),
    (b"PtFl", "a fill of patterns"),
    (b"lfx2", "effects"),
];

/// Blend modes in which the fill opacity changes colours: dodging and burning, sums and
/// differences.
const FILLED_OTHERWISE: [&[u8; 4]; 8] = [
    b"idiv", b"lbrn", b"div ", b"lddg", b"vLit", b"lLit", b"hMix", b"diff",
];

/// The record of a layer, which precedes all pixels.
struct Record {
    name: String,
    /// Bounds of the layer on the canvas: top, left, bottom and right.
    rectangle: [i32; 4],
    /// Index and length in bytes of each channel.
    channels: Vec<(i16, usize)>,
    blend: [u8; 4],
    /// Opacity of the layer and of its fill together. They differ only for effects, and for modes
    /// in which the fill's is not a plain opacity.
    opacity: u8,
    /// Opacity of the fill, if the blend mode does not use it as a plain opacity.
    odd_fill: Option<u8>,
    clipped: bool,
    visible: bool,
    mask: Option<MaskRecord>,
    /// Kind of section: 1 or 2 for a group's own record, 3 for the end of its layers.
    section: u32,
    /// Blend mode of the group as a whole, if it has one.
    section_blend: Option<[u8; 4]>,
    /// Anything besides pixels on which the layer's look depends.
    adjustment: Option<&'static str>,
}

struct MaskRecord {
    rectangle: [i32; 4],
    outside: u8,
    enabled: bool,
}

/// Reads the size of the canvas and of all layers from their records.
pub(in crate::document) fn size(
    bytes: &[u8],
    limits: &DecodeLimits,
) -> Result<DocumentSize, Fault> {
    let psd = Psd::open(bytes)?;
    check_pixels(psd.size(), limits)?;
    let (width, height) = psd.size();
    let mut pixels = 0u64;
    for record in records(&psd)?.0 {
        let (width, height) = sides(record.rectangle)?;
        pixels = pixels.saturating_add(width as u64 * height as u64);
    }
    let channels = if psd.is_deep() { 8 } else { 4 };
    Ok(DocumentSize {
        width,
        height,
        pixels,
        bytes: pixels.saturating_mul(channels),
    })
}

/// Reads the records of the layers; returns them with the pixel data that follow.
fn records<'a>(psd: &Psd<'a>) -> Result<(Vec<Record>, Words<'a>), Fault> {
    let mut words = Words(psd.layers);
    let section = if psd.layers.is_empty() {
        psd.layers
    } else {
        let length = words.length(psd.large)?;
        words.take(length)?
    };
    let section = if section.is_empty() {
        // With 16 bits they lie behind the global mask.
        deep_section(words, psd.large)?
    } else {
        Some(section)
    };
    let none = || Fault::not_supported("no layers; paint it as a picture");
    let mut words = Words(section.ok_or_else(none)?);
    let count = (words.short()? as i16).unsigned_abs();
    let mut records = Vec::new();
    for _ in 0..count {
        records.push(record(&mut words, psd.large)?);
    }
    Ok((records, words))
}

/// Reads the layers of a PSD.
pub(in crate::document) fn layers(bytes: &[u8], limits: &DecodeLimits) -> Result<Document, Fault> {
    let psd = Psd::open(bytes)?;
    check_pixels(psd.size(), limits)?;
    let source = Source::of(bytes, Format::Psd, &metadata::read(bytes, Format::Psd));
    let (records, mut words) = records(&psd)?;
    // Groups that are being read: what is in each so far.
    let mut open: Vec<Vec<Entry>> = vec![Vec::new()];
    let mut left = limits.max_bytes;
    for record in records {
        let data: Result<Vec<(i16, &[u8])>, Fault> = record
            .channels
            .iter()
            .map(|&(number, length)| Ok((number, words.take(length)?)))
            .collect();
        let data = data?;
        let damaged = || Fault::damaged("its groups do not hold together");
        match record.section {
            3 => open.push(Vec::new()),
            1 | 2 => {
                let entries = open
                    .pop()
                    .filter(|_| !open.is_empty())
                    .ok_or_else(damaged)?;
                let key = record.section_blend.unwrap_or(record.blend);
                let group = Group {
                    name: record.name.clone(),
                    opacity: record.opacity,
                    visible: record.visible,
                    blend: match &key {
                        b"pass" => None,
                        key => Some(blend(key, &record.name)?),
                    },
                    entries,
                };
                open.last_mut()
                    .ok_or_else(damaged)?
                    .push(Entry::Group(group));
            }
            _ => {
                if let Some(layer) = layer(&psd, &record, &data, &source, &mut left)? {
                    open.last_mut()
                        .ok_or_else(damaged)?
                        .push(Entry::Layer(layer));
                }
            }
        }
    }
    let entries = open.pop().filter(|_| open.is_empty());
    let entries = entries.ok_or_else(|| Fault::damaged("its groups do not hold together"))?;
    let (width, height) = psd.size();
    Ok(Document {
        width,
        height,
        entries,
    })
}

/// Finds the section of 16-bit layers, which is part of the additional information.
fn deep_section<'a>(mut words: Words<'a>, large: bool) -> Result<Option<&'a [u8]>, Fault> {
    if words.0.is_empty() {
        return Ok(None);
    }
    let length = words.long()? as usize;
    words.take(length)?;
    while words.0.len() >= 12 {
        words.take(4)?;
        let key = words.take(4)?;
        let length = words.length(large && is_wide(key))?;
        let content = words.take(length)?;
        if matches!(key, b"Lr16" | b"Layr") {
            return Ok(Some(content));
        }
        let rest = length.next_multiple_of(4) - length;
        words.take(rest.min(words.0.len()))?;
    }
    Ok(None)
}

/// Whether the length after a key takes eight bytes in a PSB.
fn is_wide(key: &[u8]) -> bool {
    const WIDE: [&[u8; 4]; 13] = [
        b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2",
        b"FEid", b"FXid", b"PxSD",
    ];
    WIDE.iter().any(|wide| &wide[..] == key)
}

fn record(words: &mut Words<'_>, large: bool) -> Result<Record, Fault> {
    let rectangle = rectangle(words)?;
    let mut channels = Vec::new();
    for _ in 0..words.short()?.min(56) {
        channels.push((words.short()? as i16, words.length(large)?));
    }
    words.take(4)?;
    let blend = *words.take(4)?.first_chunk().ok_or(Fault::CutShort)?;
    let opacity = words.byte()?;
    let clipped = words.byte()? > 0;
    let flags = words.byte()?;
    words.byte()?;
    let length = words.long()? as usize;
    let mut more = Words(words.take(length)?);
    let length = more.long()? as usize;
    let mask = mask(more.take(length)?)?;
    let length = more.long()? as usize;
    more.take(length)?;
    let length = usize::from(more.byte()?);
    let name = more.take(length)?;
    let mut name = String::from_utf8_lossy(name).into_owned();
    // The name and its length take a multiple of four bytes.
    more.take((length + 1).next_multiple_of(4) - length - 1)?;
    let (mut section, mut section_blend, mut adjustment) = (0, None, None);
    let mut fill = u8::MAX;
    while more.0.len() >= 12 {
        more.take(4)?;
        let key = more.take(4)?;
        let length = more.length(large && is_wide(key))?;
        let content = more.take(length)?;
        if length % 2 == 1 && !more.0.is_empty() {
            more.take(1)?;
        }
        match key {
            b"luni" => {
                let letters = content.get(4..).unwrap_or_default().as_chunks::<2>().0;
                let letters = letters.iter().map(|pair| u16::from_be_bytes(*pair));
                let whole: String = char::decode_utf16(letters)
                    .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .take_while(|&letter| letter != '\0')
                    .collect();
                name = whole;
            }
            b"lsct" | b"lsdk" => {
                let mut words = Words(content);
                section = words.long()?;
                if length >= 12 {
                    words.take(4)?;
                    section_blend = words.take(4)?.first_chunk().copied();
                }
            }
            b"iOpa" => fill = content.first().copied().unwrap_or(fill),
            key => {
                let known = ADJUSTMENTS.iter().find(|(own, _)| &own[..] == key);
                adjustment = adjustment.or(known.map(|(_, name)| *name));
            }
        }
    }
    Ok(Record {
        name,
        rectangle,
        channels,
        blend,
        opacity: ((u16::from(opacity) * u16::from(fill) + 127) / 255) as u8,
        odd_fill: (fill < u8::MAX && FILLED_OTHERWISE.contains(&&blend)).then_some(fill),
        clipped,
        visible: flags & 2 == 0,
        mask,
        section,
        section_blend,
        adjustment,
    })
}

fn rectangle(words: &mut Words<'_>) -> Result<[i32; 4], Fault> {
    let mut sides = [0; 4];
    for side in &mut sides {
        *side = words.long()? as i32;
    }
    Ok(sides)
}

fn mask(content: &[u8]) -> Result<Option<MaskRecord>, Fault> {
    if content.len() < 18 {
        return Ok(None);
    }
    let mut words = Words(content);
    let rectangle = rectangle(&mut words)?;
    let outside = words.byte()?;
    let enabled = words.byte()? & 2 == 0;
    Ok(Some(MaskRecord {
        rectangle,
        outside,
        enabled,
    }))
}

/// Width and height of a rectangle, which may lie outside of the canvas.
fn sides([top, left, bottom, right]: [i32; 4]) -> Result<(usize, usize), Fault> {
    let side = |start: i32, end: i32| {
        let side = i64::from(end) - i64::from(start);
        let sound = (0..=300_000).contains(&side);
        sound.then_some(side as usize)
    };
    side(left, right)
        .zip(side(top, bottom))
        .ok_or_else(|| Fault::damaged("a layer has an impossible size"))
}

fn blend(key: &[u8; 4], name: &str) -> Result<Blend, Fault> {
    Blend::from_key(key).ok_or_else(|| {
        let key = String::from_utf8_lossy(key);
        Fault::not_supported(format!("layer {name:?} is laid over others by {key:?}"))
    })
}

/// Reads a layer; `None` if it has no pixels.
fn layer(
    psd: &Psd<'_>,
    record: &Record,
    data: &[(i16, &[u8])],
    source: &Source,
    left: &mut u64,
) -> Result<Option<Layer>, Fault> {
    let name = &record.name;
    if record.visible
        && let Some(adjustment) = record.adjustment
    {
        let detail = format!("layer {name:?} has {adjustment}, which are no pixels");
        return Err(Fault::not_supported(detail));
    }
    if record.visible && record.clipped {
        let detail = format!("layer {name:?} is clipped by the one below");
        return Err(Fault::not_supported(detail));
    }
    if record.visible
        && let Some(fill) = record.odd_fill
    {
        let percent = (f32::from(fill) / 2.55).round();
        let detail = format!(
            "layer {name:?} is filled by {percent} %, which is no opacity in its mode; set the fill to \
             100 % and the opacity in its place"
        );
        return Err(Fault::not_supported(detail));
    }
    let size = sides(record.rectangle)?;
    if size.0 == 0 || size.1 == 0 {
        return Ok(None);
    }
    // What all layers take together is bounded too.
    let most = if psd.is_deep() { 20 } else { 12 };
    let needed = (size.0 as u64 * size.1 as u64).saturating_mul(most);
    *left = left.checked_sub(needed).ok_or(Fault::TooLarge)?;
    let plane = |number: i16, size: (usize, usize)| -> Result<Option<Vec<u16>>, Fault> {
        let Some((_, stored)) = data.iter().find(|(own, _)| *own == number) else {
            return Ok(None);
        };
        let mut words = Words(stored);
        let packing = words.short()?;
        let mut found = planes(words.0, (packing, psd.large, psd.bits), size, (1, 1))?;
        Ok(found.pop())
    };
    let mut found = Vec::new();
    for number in 0..psd.colours() as i16 {
        let missing = || Fault::damaged("channels of a layer are missing");
        found.push(plane(number, size)?.ok_or_else(missing)?);
    }
    let alpha = plane(-1, size)?;
    let has_alpha = alpha.is_some();
    found.extend(alpha);
    let raster = psd.raster(size, found, has_alpha)?;
    let picture = flatten(raster, source)?.0.without_opaque_alpha();
    let mask = match &record.mask {
        Some(mask) if mask.enabled => {
            let (width, height) = sides(mask.rectangle)?;
            let values = match width * height {
                0 => Some(Vec::new()),
                _ => plane(-2, (width, height))?,
            };
            let byte = |value: u16| {
                if psd.bits == 16 {
                    (value >> 8) as u8
                } else {
                    value as u8
                }
            };
            values.map(|values| LayerMask {
                left: mask.rectangle[1],
                top: mask.rectangle[0],
                width: width as u32,
                height: height as u32,
                values: values.into_iter().map(byte).collect(),
                outside: mask.outside,
            })
        }
        _ => None,
    };
    Ok(Some(Layer {
        name: name.clone(),
        left: record.rectangle[1],
        top: record.rectangle[0],
        picture,
        opacity: record.opacity,
        visible: record.visible,
        blend: blend(&record.blend, name)?,
        mask,
    }))
}
