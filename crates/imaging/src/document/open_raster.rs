//! OpenRaster (www.openraster.org, version 0.0.6): a zip of PNGs and a description of the stack.

use std::io::{Cursor, Read, Write};

use roxmltree::{Document as Xml, Node, ParsingOptions};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Blend, Document, DocumentSize, Entry, Group, Layer};
use crate::decode::{Fault, check_pixels};
use crate::embed::{Extras, parts};
use crate::{
    Alpha, AnyPicture, DecodeError, DecodeLimits, DeepPicture, EncodeOptions, Format, OutputFormat,
    Picture, decode_any, encode_any, fit_within, probe, resize,
};

const MEDIA: &[u8] = b"image/openraster";

/// Name of the zip's member with the merged picture.
const MERGED: &str = "mergedimage.png";

/// Largest number of layers that is read: more than anybody uses.
const MOST_LAYERS: usize = 10_000;

/// Size in bytes of the largest description that is read.
const LONGEST: u64 = 16 << 20;

/// Largest depth of groups in groups.
const DEEPEST: usize = 64;

/// Longest side in pixels of the preview in the file.
const PREVIEW: u32 = 256;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn archive(bytes: &[u8]) -> Result<Archive<'_>, Fault> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| match error {
        // The list of what is in it stands at the end.
        zip::result::ZipError::InvalidArchive(_) | zip::result::ZipError::Io(_) => Fault::CutShort,
        other => Fault::damaged(other.to_string()),
    })
}

/// Reads a member of the zip, which may have at most so many bytes.
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

/// Reads the PNG of the merged picture, which every OpenRaster since version 0.0.2 has.
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

/// Reads the description of the stack, an XML text.
fn description(archive: &mut Archive<'_>) -> Result<String, Fault> {
    let text = member(archive, "stack.xml", LONGEST)?;
    String::from_utf8(text).map_err(|_| Fault::damaged("stack.xml is no text"))
}

fn parsed(text: &str) -> Result<Xml<'_>, Fault> {
    let options = ParsingOptions {
        nodes_limit: 1_000_000,
        ..ParsingOptions::default()
    };
    Xml::parse_with_options(text, options)
        .map_err(|error| Fault::damaged(format!("stack.xml: {error}")))
}

/// Width and height of the canvas, and the root of the stack.
fn stack<'a, 'b>(
    xml: &'a Xml<'b>,
    limits: &DecodeLimits,
) -> Result<((u32, u32), Node<'a, 'b>), Fault> {
    let image = xml.root_element();
    let side = |name: &str| {
        let value = image.attribute(name)?.trim().parse::<u32>().ok();
        value.filter(|side| *side > 0)
    };
    let size = side("w").zip(side("h"));
    let size = size.ok_or_else(|| Fault::damaged("stack.xml says no size"))?;
    check_pixels(size, limits)?;
    let stack = image.children().find(|node| node.has_tag_name("stack"));
    let stack = stack.ok_or_else(|| Fault::damaged("stack.xml has no layers"))?;
    Ok((size, stack))
}

/// Reads the layers of an OpenRaster.
pub(super) fn layers(bytes: &[u8], limits: &DecodeLimits) -> Result<Document, DecodeError> {
    opened(bytes, limits, |reader, (width, height), stack| {
        Ok(Document {
            width,
            height,
            entries: reader.entries(stack, 0)?,
        })
    })
}

/// Reads the size of the canvas and of all layers from their headers.
pub(super) fn size(bytes: &[u8], limits: &DecodeLimits) -> Result<DocumentSize, DecodeError> {
    opened(bytes, limits, |reader, (width, height), stack| {
        let mut size = DocumentSize {
            width,
            height,
            pixels: 0,
            bytes: 0,
        };
        let layers = stack.descendants();
        for node in layers.filter(|node| node.has_tag_name("layer")) {
            reader.count_layer()?;
            let bytes = reader.pixels_of(node)?;
            let probe = probe(&bytes).map_err(|error| reader.damaged(&name(node), &error))?;
            let pixels = u64::from(probe.width) * u64::from(probe.height);
            size.pixels = size.pixels.saturating_add(pixels);
            size.bytes = size.bytes.saturating_add(probe.bytes);
        }
        Ok(size)
    })
}

/// Opens a file and calls `read` with its reader, the size of its canvas and its stack.
fn opened<T>(
    bytes: &[u8],
    limits: &DecodeLimits,
    read: impl FnOnce(&mut Reader<'_, '_>, (u32, u32), Node<'_, '_>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let fault = |fault: Fault| fault.of(Format::OpenRaster, limits.max_bytes);
    let mut archive = archive(bytes).map_err(fault)?;
    let text = description(&mut archive).map_err(fault)?;
    let xml = parsed(&text).map_err(fault)?;
    let (size, stack) = stack(&xml, limits).map_err(fault)?;
    let mut reader = Reader {
        archive,
        limits,
        count: 0,
        left: limits.max_bytes,
    };
    read(&mut reader, size, stack)
}

struct Reader<'a, 'b> {
    archive: Archive<'a>,
    limits: &'b DecodeLimits,
    count: usize,
    /// Number of bytes that the layers may still take.
    left: u64,
}

impl Reader<'_, '_> {
    fn fault(&self, fault: Fault) -> DecodeError {
        fault.of(Format::OpenRaster, self.limits.max_bytes)
    }

    /// Reads the entries of a stack, from the lowest up: the file lists them from the top.
    fn entries(&mut self, stack: Node<'_, '_>, depth: usize) -> Result<Vec<Entry>, DecodeError> {
        if depth > DEEPEST {
            return Err(self.fault(Fault::damaged("its groups lie too deep in each other")));
        }
        let mut entries = Vec::new();
        for node in stack.children().filter(Node::is_element) {
            self.count_layer()?;
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

    fn count_layer(&mut self) -> Result<(), DecodeError> {
        self.count += 1;
        if self.count > MOST_LAYERS {
            return Err(self.fault(Fault::damaged("it has too many layers")));
        }
        Ok(())
    }

    fn damaged(&self, name: &str, error: &DecodeError) -> DecodeError {
        self.fault(Fault::damaged(format!("layer {name:?}: {error}")))
    }

    /// Reads the file with a layer's pixels, whose size counts against the limit for all layers.
    fn pixels_of(&mut self, node: Node<'_, '_>) -> Result<Vec<u8>, DecodeError> {
        let name = name(node);
        let source = node.attribute("src");
        let source = source
            .ok_or_else(|| self.fault(Fault::damaged(format!("layer {name:?} names no file"))))?;
        let bytes = member(&mut self.archive, source, self.left);
        let bytes = bytes.map_err(|fault| self.fault(fault))?;
        self.take(bytes.len() as u64)?;
        // What a layer consists of is a picture of its own; most are PNGs.
        match Format::from_content(&bytes) {
            Some(Format::OpenRaster | Format::Psd) => {
                Err(self.fault(Fault::not_supported("a document in a document")))
            }
            _ => Ok(bytes),
        }
    }

    /// Counts bytes against the limit for all layers.
    fn take(&mut self, bytes: u64) -> Result<(), DecodeError> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| self.fault(Fault::TooLarge))?;
        Ok(())
    }

    fn layer(&mut self, node: Node<'_, '_>) -> Result<Layer, DecodeError> {
        let bytes = self.pixels_of(node)?;
        let name = name(node);
        let limits = DecodeLimits {
            max_bytes: self.left,
            ..*self.limits
        };
        let decoded = decode_any(&bytes, &limits);
        let picture = decoded
            .map_err(|error| self.damaged(&name, &error))?
            .picture;
        let channels = if picture.is_deep() { 8 } else { 4 };
        self.take(picture.pixels().saturating_mul(channels))?;
        let place = |side: &str| {
            let value = node.attribute(side).unwrap_or("0").trim().parse::<f64>();
            value.unwrap_or(0.0).round() as i32
        };
        Ok(Layer {
            name,
            left: place("x"),
            top: place("y"),
            picture: picture.without_opaque_alpha(),
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

/// Encodes a document. Since the format has no masks, they are multiplied into the alpha of their
/// layers, and are kept above them as hidden layers.
pub(super) fn encode(document: &Document, extras: &Extras) -> Result<Vec<u8>, String> {
    let mut writer = Writer {
        zip: ZipWriter::new(Cursor::new(Vec::new())),
        // Each layer is a picture of its own, and says itself what its colours are.
        extras: Extras {
            profile: extras.profile.clone(),
            ..Extras::default()
        },
        layers: 0,
        stack: String::new(),
    };
    writer.put("mimetype", MEDIA)?;
    let resolution = match parts(extras, [document.width, document.height]).resolution {
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
    let size = fit_within(merged.size(), PREVIEW, PREVIEW);
    let preview = resize(&merged.eight(), size.0, size.1);
    let preview = png(&preview.into(), &writer.extras)?;
    writer.put("Thumbnails/thumbnail.png", &preview)?;
    let bytes = writer.zip.finish().map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

fn png(picture: &AnyPicture, extras: &Extras) -> Result<Vec<u8>, String> {
    let options = EncodeOptions::default();
    encode_any(picture, OutputFormat::Png, options, extras).map_err(|error| error.to_string())
}

struct Writer {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    /// Metadata that are written into the PNG of each layer.
    extras: Extras,
    layers: usize,
    /// The description of the stack, so far.
    stack: String,
}

impl Writer {
    /// Adds a member uncompressed: PNGs are compressed already, and the first member must not be.
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
        let (width, height) = layer.picture.size();
        let (mut rgb, mut shares, mut greys) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..height {
            for column in 0..width {
                let place = (
                    i64::from(column) + i64::from(layer.left),
                    i64::from(row) + i64::from(layer.top),
                );
                let value = mask.at(place.0, place.1);
                let index = row as usize * width as usize + column as usize;
                let [red, green, blue, own] = layer.picture.at(index);
                rgb.extend([red, green, blue]);
                // Rounded to the nearest.
                shares.push(((u32::from(own) * u32::from(value) + 127) / 255) as u16);
                greys.extend([value; 3]);
            }
        }
        let wrong = |error: crate::ShapeError| error.to_string();
        let shown = Picture::new(width, height, greys).map_err(wrong)?;
        let seen = DeepPicture::new(width, height, rgb, Some(shares)).map_err(wrong)?;
        let seen = AnyPicture::from(seen);
        let seen = match layer.picture {
            AnyPicture::Eight(_) => eight_throughout(seen),
            AnyPicture::Sixteen(_) => seen,
        };
        let above = Layer {
            name: format!("{} (mask)", layer.name),
            visible: false,
            opacity: u8::MAX,
            blend: Blend::Normal,
            mask: None,
            picture: shown.into(),
            ..*layer
        };
        self.picture(&above, &above.picture)?;
        self.picture(layer, &seen)
    }

    fn picture(&mut self, layer: &Layer, picture: &AnyPicture) -> Result<(), String> {
        let source = format!("data/layer{:03}.png", self.layers);
        self.layers += 1;
        let bytes = png(picture, &self.extras)?;
        self.put(&source, &bytes)?;
        let look = look(&layer.name, layer.opacity, layer.visible, layer.blend);
        let (left, top) = (layer.left, layer.top);
        let line = format!("<layer src=\"{source}\" x=\"{left}\" y=\"{top}\"{look}/>\n");
        self.stack.push_str(&line);
        Ok(())
    }
}

/// Converts a picture to 8 bits, including alpha.
fn eight_throughout(picture: AnyPicture) -> AnyPicture {
    let picture = picture.into_eight();
    match picture.alpha().map(|alpha| Alpha::Eight(alpha.to_eight())) {
        Some(alpha) => picture.with_alpha(alpha).expect("of this size").into(),
        None => picture.into(),
    }
}

/// The XML attributes that layers and groups share.
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
