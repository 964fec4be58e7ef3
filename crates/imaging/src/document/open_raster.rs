//! OpenRaster (www.openraster.org, version 0.0.6): a zip of PNGs and a description of their pile.

use std::io::{Cursor, Read, Write};

use roxmltree::{Document as Xml, Node, ParsingOptions};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Blend, Document, Entry, Group, Layer};
use crate::decode::{Fault, check_pixels};
use crate::embed::{Extras, parts};
use crate::{
    Alpha, DecodeError, DecodeLimits, EncodeOptions, Format, OutputFormat, Picture, decode,
    encode_with, fit_within, resize,
};

const MEDIA: &[u8] = b"image/openraster";

/// The picture as it looks.
const MERGED: &str = "mergedimage.png";

/// More layers than anybody paints with.
const MOST_LAYERS: usize = 10_000;

/// The most bytes of the description.
const LONGEST: u64 = 16 << 20;

/// How deep groups may lie in each other.
const DEEPEST: usize = 64;

/// A side of the preview in the file.
const PREVIEW: u32 = 256;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn archive(bytes: &[u8]) -> Result<Archive<'_>, Fault> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| match error {
        // The list of what is in it stands at the end.
        zip::result::ZipError::InvalidArchive(_) | zip::result::ZipError::Io(_) => Fault::CutShort,
        other => Fault::damaged(other.to_string()),
    })
}

/// The bytes of a member, which must be no more than so many.
fn member(archive: &mut Archive<'_>, name: &str, most: u64) -> Result<Vec<u8>, Fault> {
    let missing = |_| Fault::damaged(format!("{name} is missing"));
    let file = archive.by_name(name).map_err(missing)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Fault::damaged(format!("{name}: {error}")))?;
    if bytes.len() as u64 > most {
        Err(Fault::TooLarge)
    } else {
        Ok(bytes)
    }
}

/// The PNG of the picture as it looks, which every OpenRaster since version 0.0.2 holds.
pub(crate) fn merged(bytes: &[u8], limits: &DecodeLimits) -> Result<Vec<u8>, Fault> {
    // A PNG is compressed already: one that becomes many times as large is there to fill memory.
    let most = (bytes.len() as u64)
        .saturating_mul(64)
        .saturating_add(1 << 20);
    let most = most.min(limits.max_bytes);
    let mut archive = archive(bytes)?;
    if archive.index_for_name(MERGED).is_none() {
        return Err(Fault::not_supported(
            "saved without its merged picture; `transfer --layers` paints its layers",
        ));
    }
    member(&mut archive, MERGED, most)
}

/// Reads the layers.
pub(super) fn layers(bytes: &[u8], limits: &DecodeLimits) -> Result<Document, DecodeError> {
    let fault = |fault: Fault| fault.of(Format::OpenRaster, limits.max_bytes);
    let mut archive = archive(bytes).map_err(fault)?;
    let text = member(&mut archive, "stack.xml", LONGEST).map_err(fault)?;
    let damaged = |detail: String| fault(Fault::damaged(detail));
    let text = String::from_utf8(text).map_err(|_| damaged("stack.xml is no text".into()))?;
    let options = ParsingOptions {
        nodes_limit: 1_000_000,
        ..ParsingOptions::default()
    };
    let xml = Xml::parse_with_options(&text, options)
        .map_err(|error| damaged(format!("stack.xml: {error}")))?;
    let image = xml.root_element();
    let side = |name: &str| {
        let value = image.attribute(name)?.trim().parse::<u32>().ok();
        value.filter(|side| *side > 0)
    };
    let size = side("w").zip(side("h"));
    let (width, height) = size.ok_or_else(|| damaged("stack.xml says no size".into()))?;
    check_pixels((width, height), limits).map_err(fault)?;
    let stack = image.children().find(|node| node.has_tag_name("stack"));
    let stack = stack.ok_or_else(|| damaged("stack.xml has no layers".into()))?;
    let mut reader = Reader {
        archive,
        limits,
        count: 0,
        left: limits.max_bytes,
    };
    Ok(Document {
        width,
        height,
        entries: reader.entries(stack, 0)?,
    })
}

struct Reader<'a, 'b> {
    archive: Archive<'a>,
    limits: &'b DecodeLimits,
    count: usize,
    /// Bytes that the layers may still take.
    left: u64,
}

impl Reader<'_, '_> {
    fn fault(&self, fault: Fault) -> DecodeError {
        fault.of(Format::OpenRaster, self.limits.max_bytes)
    }

    /// What is in a stack, from below: the file lists it from above.
    fn entries(&mut self, stack: Node<'_, '_>, depth: usize) -> Result<Vec<Entry>, DecodeError> {
        if depth > DEEPEST {
            return Err(self.fault(Fault::damaged("its groups lie too deep in each other")));
        }
        let mut entries = Vec::new();
        for node in stack.children().filter(Node::is_element) {
            self.count += 1;
            if self.count > MOST_LAYERS {
                return Err(self.fault(Fault::damaged("it has too many layers")));
            }
            match node.tag_name().name() {
                "layer" => entries.push(Entry::Layer(self.layer(node)?)),
                "stack" => {
                    let isolated = node.attribute("isolation") != Some("auto")
                        || node.attribute("composite-op").unwrap_or("svg:src-over")
                            != "svg:src-over"
                        || opacity(node) < u8::MAX;
                    let blend = if isolated {
                        Some(self.blend(node)?)
                    } else {
                        None
                    };
                    entries.push(Entry::Group(Group {
                        name: name(node),
                        opacity: opacity(node),
                        visible: visible(node),
                        blend,
                        entries: self.entries(node, depth + 1)?,
                    }));
                }
                // Of drafts of the format: the look comes from more than pixels.
                kind @ ("filter" | "text") if visible(node) => {
                    let detail = format!("layer {:?} is a {kind}, which is no pixels", name(node));
                    return Err(self.fault(Fault::not_supported(detail)));
                }
                _ => {}
            }
        }
        entries.reverse();
        Ok(entries)
    }

    fn layer(&mut self, node: Node<'_, '_>) -> Result<Layer, DecodeError> {
        let name = name(node);
        let source = node.attribute("src");
        let source = source
            .ok_or_else(|| self.fault(Fault::damaged(format!("layer {name:?} names no file"))))?;
        let left = self.left;
        let bytes = member(&mut self.archive, source, left);
        let bytes = bytes.map_err(|fault| self.fault(fault))?;
        let limits = DecodeLimits {
            max_bytes: left,
            ..*self.limits
        };
        // What a layer consists of is a picture of its own; most are PNGs.
        let decoded = match Format::from_content(&bytes) {
            Some(Format::OpenRaster | Format::Psd) => {
                return Err(self.fault(Fault::not_supported("a document in a document")));
            }
            _ => decode(&bytes, &limits),
        };
        let picture = decoded
            .map_err(|error| self.fault(Fault::damaged(format!("layer {name:?}: {error}"))))?
            .picture;
        let taken = picture.pixels().saturating_mul(5);
        self.left = left
            .checked_sub(taken)
            .ok_or_else(|| self.fault(Fault::TooLarge))?;
        let place = |side: &str| {
            let value = node.attribute(side).unwrap_or("0").trim().parse::<f64>();
            value.unwrap_or(0.0).round() as i32
        };
        let picture = match picture.alpha() {
            Some(alpha) if alpha.is_opaque() => picture.without_alpha(),
            _ => picture,
        };
        Ok(Layer {
            name,
            left: place("x"),
            top: place("y"),
            picture,
            opacity: opacity(node),
            visible: visible(node),
            blend: self.blend(node)?,
            mask: None,
        })
    }

    fn blend(&self, node: Node<'_, '_>) -> Result<Blend, DecodeError> {
        let found = node.attribute("composite-op").unwrap_or("svg:src-over");
        Blend::from_name(found).ok_or_else(|| {
            let name = name(node);
            let detail = format!("layer {name:?} is laid over others by {found:?}");
            self.fault(Fault::not_supported(detail))
        })
    }
}

fn name(node: Node<'_, '_>) -> String {
    node.attribute("name").unwrap_or_default().to_owned()
}

fn opacity(node: Node<'_, '_>) -> u8 {
    let value = node
        .attribute("opacity")
        .unwrap_or("1")
        .trim()
        .parse::<f32>();
    // The cast saturates at both ends.
    (value.unwrap_or(1.0) * 255.0).round() as u8
}

fn visible(node: Node<'_, '_>) -> bool {
    node.attribute("visibility") != Some("hidden")
}

/// Encodes a document. Masks go into the transparency of their layers, and stand above them as hidden
/// layers of their own, because the format has none.
pub(super) fn encode(document: &Document, extras: &Extras) -> Result<Vec<u8>, String> {
    let mut writer = Writer {
        zip: ZipWriter::new(Cursor::new(Vec::new())),
        layers: 0,
        stack: String::new(),
    };
    writer.put("mimetype", MEDIA)?;
    let resolution = match parts(extras).resolution {
        Some(resolution) => format!(
            " xres=\"{}\" yres=\"{}\"",
            resolution.across.round().max(1.0),
            resolution.down.round().max(1.0)
        ),
        None => String::new(),
    };
    writer.stack = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image version=\"0.0.3\" w=\"{}\" \
         h=\"{}\"{resolution}>\n<stack>\n",
        document.width, document.height
    );
    writer.entries(&document.entries)?;
    writer.stack.push_str("</stack>\n</image>\n");
    let stack = std::mem::take(&mut writer.stack);
    writer.put("stack.xml", stack.as_bytes())?;
    let merged = document.merged();
    writer.put(MERGED, &png(&merged, extras)?)?;
    let size = fit_within((merged.width(), merged.height()), PREVIEW, PREVIEW);
    let preview = resize(&merged, size.0, size.1);
    writer.put(
        "Thumbnails/thumbnail.png",
        &png(&preview, &Extras::default())?,
    )?;
    let bytes = writer.zip.finish().map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

fn png(picture: &Picture, extras: &Extras) -> Result<Vec<u8>, String> {
    let options = EncodeOptions::default();
    encode_with(picture, OutputFormat::Png, options, extras).map_err(|error| error.to_string())
}

struct Writer {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    layers: usize,
    /// The description.
    stack: String,
}

impl Writer {
    /// Adds a member as it is: PNGs are compressed, and the first must not be.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        self.zip
            .start_file(name, options)
            .map_err(|error| error.to_string())?;
        self.zip.write_all(bytes).map_err(|error| error.to_string())
    }

    fn entries(&mut self, entries: &[Entry]) -> Result<(), String> {
        for entry in entries.iter().rev() {
            match entry {
                Entry::Layer(layer) => self.layer(layer)?,
                Entry::Group(group) => {
                    let isolation = match group.blend {
                        Some(_) => "isolate",
                        None => "auto",
                    };
                    let blend = group.blend.unwrap_or(Blend::Normal);
                    let look = look(&group.name, group.opacity, group.visible, blend);
                    let line = format!("<stack isolation=\"{isolation}\"{look}>\n");
                    self.stack.push_str(&line);
                    self.entries(&group.entries)?;
                    self.stack.push_str("</stack>\n");
                }
            }
        }
        Ok(())
    }

    fn layer(&mut self, layer: &Layer) -> Result<(), String> {
        let Some(mask) = &layer.mask else {
            return self.picture(layer, &layer.picture);
        };
        let picture = &layer.picture;
        let (columns, rows) = (i64::from(picture.width()), i64::from(picture.height()));
        let (mut shares, mut greys) = (Vec::new(), Vec::new());
        for row in 0..rows {
            for column in 0..columns {
                let place = (column + i64::from(layer.left), row + i64::from(layer.top));
                let value = mask.at(place.0, place.1);
                let own = picture.alpha().map_or(u16::MAX, |alpha| {
                    alpha.at((row * columns + column) as usize)
                });
                let share = u32::from(own) * u32::from(value);
                shares.push(((share + 32_767) / 65_535) as u8);
                greys.extend([value; 3]);
            }
        }
        let wrong = |error: crate::ShapeError| error.to_string();
        let shown = Picture::new(picture.width(), picture.height(), greys).map_err(wrong)?;
        let above = Layer {
            name: format!("{} (mask)", layer.name),
            visible: false,
            opacity: u8::MAX,
            blend: Blend::Normal,
            mask: None,
            picture: shown,
            ..*layer
        };
        self.picture(&above, &above.picture)?;
        let seen = picture
            .clone()
            .with_alpha(Alpha::Eight(shares))
            .map_err(wrong)?;
        self.picture(layer, &seen)
    }

    fn picture(&mut self, layer: &Layer, picture: &Picture) -> Result<(), String> {
        let source = format!("data/layer{:03}.png", self.layers);
        self.layers += 1;
        self.put(&source, &png(picture, &Extras::default())?)?;
        let look = look(&layer.name, layer.opacity, layer.visible, layer.blend);
        let (left, top) = (layer.left, layer.top);
        let line = format!("<layer src=\"{source}\" x=\"{left}\" y=\"{top}\"{look}/>\n");
        self.stack.push_str(&line);
        Ok(())
    }
}

/// The attributes that layers and groups share.
fn look(name: &str, opacity: u8, visible: bool, blend: Blend) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '"' => safe.push_str("&quot;"),
            // XML holds no others of these.
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    let visibility = if visible { "visible" } else { "hidden" };
    let opacity = f32::from(opacity) / 255.0;
    format!(
        " name=\"{safe}\" opacity=\"{opacity}\" visibility=\"{visibility}\" composite-op=\"{}\"",
        blend.name()
    )
}
