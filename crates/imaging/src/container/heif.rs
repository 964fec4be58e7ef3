//! HEIF (ISO/IEC 23008-12): items, their properties, and the places of their bytes.

use std::borrow::Cow;

use super::boxes;
use crate::decode::Fault;

/// Largest number of items that is read: more than any picture consists of.
const MOST_ITEMS: usize = 20_000;

/// A HEIF container, whose items have not been checked.
pub(crate) struct Heif<'a> {
    bytes: &'a [u8],
    /// Content of the box `idat`, in which small items may be stored.
    inside: &'a [u8],
    primary: u32,
    items: Vec<Item>,
    properties: Vec<Property<'a>>,
    /// References between items: kind, from which item, to which ones.
    references: Vec<([u8; 4], u32, Vec<u32>)>,
    /// Whether the container has an image sequence, too.
    pub(crate) moves: bool,
}

/// An item: a picture, a part of one, or metadata.
#[derive(Debug, Default)]
pub(crate) struct Item {
    id: u32,
    pub(crate) kind: [u8; 4],
    /// Media type of an item of kind `mime`.
    media: Vec<u8>,
    place: Place,
    /// Positions and lengths of the item's bytes; a length of 0 reaches to the end.
    extents: Vec<(u64, u64)>,
    /// Indices of the item's properties, in the order in which they are applied.
    properties: Vec<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    File,
    Inside,
    Elsewhere,
}

/// A property of an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Property<'a> {
    /// Width and height as stored.
    Size(u32, u32),
    /// Number of quarter turns, counter-clockwise.
    Turn(u8),
    /// A mirror image: left and right change places if true, else top and bottom.
    Mirror(bool),
    /// A crop: width, height, and the distance of its centre from that of the picture, as
    /// fractions.
    Crop([(i64, i64); 4]),
    /// Colours by an ICC profile.
    Icc(&'a [u8]),
    /// Colours by code points of ITU-T H.273.
    Cicp(Cicp),
    /// Bits of the first channel.
    Depth(u8),
    /// The purpose of an auxiliary picture.
    Auxiliary(&'a [u8]),
    /// Any other property, with its kind, which may have to be understood or can be ignored.
    Other([u8; 4]),
}

/// Code points of ITU-T H.273 that describe colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cicp {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full: bool,
}

/// The bytes of an item, if the file has them.
type Part<'a> = Option<Cow<'a, [u8]>>;

impl<'a> Heif<'a> {
    /// Reads the descriptions of the container's items.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut meta = None;
        let mut moves = false;
        for (kind, content) in boxes(bytes) {
            match kind {
                b"meta" => meta = meta.or(content.get(4..)),
                b"moov" => moves = true,
                _ => {}
            }
        }
        let Some(meta) = meta else {
            return Err(if super::is_whole(bytes) && moves {
                Fault::not_supported("a film without a still picture")
            } else {
                // What says where the picture is did not arrive.
                Fault::CutShort
            });
        };
        let mut found = Self {
            bytes,
            inside: &[],
            primary: 0,
            items: Vec::new(),
            properties: Vec::new(),
            references: Vec::new(),
            moves,
        };
        let damaged = || Fault::damaged("its description of items does not hold together");
        // Items come first, since all else is said of them.
        for (kind, content) in boxes(meta) {
            if kind == b"iinf" {
                found.read_items(content).ok_or_else(damaged)?;
            }
        }
        for (kind, content) in boxes(meta) {
            let mut words = Words(content);
            match kind {
                b"pitm" => {
                    let wide = words.version().ok_or_else(damaged)? > 0;
                    found.primary = words.id(wide).ok_or_else(damaged)?;
                }
                b"idat" => found.inside = content,
                b"iloc" => found.read_places(content).ok_or_else(damaged)?,
                b"iref" => found.read_references(content).ok_or_else(damaged)?,
                b"iprp" => found.read_properties(content).ok_or_else(damaged)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn read_items(&mut self, content: &'a [u8]) -> Option<()> {
        let mut words = Words(content);
        let count = match words.version()? {
            0 => u32::from(words.short()?),
            _ => words.long()?,
        };
        if count as usize > MOST_ITEMS {
            return None;
        }
        for (kind, content) in boxes(words.0) {
            if kind != b"infe" || self.items.len() >= MOST_ITEMS {
                continue;
            }
            let mut words = Words(content);
            let version = words.version()?;
            if version < 2 {
                continue;
            }
            let id = words.id(version > 2)?;
            words.short()?;
            let kind = *words.take(4)?.first_chunk()?;
            let mut names = words.0.split(|&byte| byte == 0);
            let media = names.nth(1).unwrap_or_default();
            self.items.push(Item {
                id,
                kind,
                media: media.to_vec(),
                ..Item::default()
            });
        }
        Some(())
    }

    fn read_places(&mut self, content: &'a [u8]) -> Option<()> {
        let mut words = Words(content);
        let version = words.version()?;
        let sizes = words.short()?;
        let size = |shift: u16| usize::from(sizes >> shift & 15);
        let (offset_size, length_size, base_size) = (size(12), size(8), size(4));
        let index_size = if version > 0 { size(0) } else { 0 };
        let count = if version < 2 {
            u32::from(words.short()?)
        } else {
            words.long()?
        };
        for _ in 0..count {
            let id = words.id(version >= 2)?;
            let method = if version > 0 { words.short()? & 15 } else { 0 };
            let place = match (method, words.short()?) {
                (0, 0) => Place::File,
                (1, 0) => Place::Inside,
                _ => Place::Elsewhere,
            };
            let base = words.number(base_size)?;
            let mut extents = Vec::new();
            for _ in 0..words.short()? {
                words.number(index_size)?;
                let offset = base.checked_add(words.number(offset_size)?)?;
                extents.push((offset, words.number(length_size)?));
            }
            if let Some(item) = self.items.iter_mut().find(|item| item.id == id) {
                item.place = place;
                item.extents = extents;
            }
        }
        Some(())
    }

    fn read_references(&mut self, content: &'a [u8]) -> Option<()> {
        let mut words = Words(content);
        let wide = words.version()? > 0;
        for (kind, content) in boxes(words.0) {
            let mut words = Words(content);
            let from = words.id(wide)?;
            let count = words.short()?;
            let to: Option<Vec<u32>> = (0..count).map(|_| words.id(wide)).collect();
            self.references.push((*kind, from, to?));
        }
        Some(())
    }

    fn read_properties(&mut self, content: &'a [u8]) -> Option<()> {
        for (kind, content) in boxes(content) {
            match kind {
                b"ipco" => {
                    let properties = boxes(content).map(|(kind, content)| property(kind, content));
                    self.properties = properties.collect::<Option<_>>()?;
                }
                b"ipma" => {
                    let mut words = Words(content);
                    let head = words.long()?;
                    let (wide_id, wide) = (head >> 24 > 0, head & 1 > 0);
                    for _ in 0..words.long()? {
                        let id = words.id(wide_id)?;
                        let count = words.byte()?;
                        let mut numbers = Vec::new();
                        for _ in 0..count {
                            numbers.push(if wide {
                                usize::from(words.short()? & 0x7fff)
                            } else {
                                usize::from(words.byte()? & 0x7f)
                            });
                        }
                        if let Some(item) = self.items.iter_mut().find(|item| item.id == id) {
                            item.properties.extend(numbers);
                        }
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// The picture that is meant to be shown.
    pub(crate) fn primary(&self) -> Result<&Item, Fault> {
        self.item(self.primary)
            .ok_or_else(|| Fault::damaged("it does not say which picture is meant"))
    }

    /// All items, including metadata.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    fn item(&self, id: u32) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The properties of an item, in the order in which they are applied.
    pub(crate) fn properties(&self, item: &Item) -> impl Iterator<Item = &Property<'a>> {
        // Numbers count from 1; 0 is none.
        item.properties
            .iter()
            .filter_map(|number| self.properties.get(number.checked_sub(1)?))
    }

    /// Width and height of an item as stored.
    pub(crate) fn size(&self, item: &Item) -> Result<(u32, u32), Fault> {
        self.properties(item)
            .find_map(|property| match property {
                Property::Size(width, height) => Some((*width, *height)),
                _ => None,
            })
            .ok_or_else(|| Fault::damaged("it has no size"))
    }

    /// The items of which an item is composed.
    pub(crate) fn parts(&self, item: &Item) -> Result<Vec<&Item>, Fault> {
        let found = self
            .references
            .iter()
            .find(|(kind, from, _)| kind == b"dimg" && *from == item.id);
        let (.., to) = found.ok_or_else(|| Fault::damaged("parts of it are missing"))?;
        let parts = to.iter().map(|&id| self.item(id));
        parts
            .collect::<Option<_>>()
            .ok_or_else(|| Fault::damaged("parts of it are missing"))
    }

    /// The alpha picture of an item, and whether the item's colours are multiplied by it.
    pub(crate) fn alpha(&self, item: &Item) -> Option<(&Item, bool)> {
        const NAMES: [&[u8]; 2] = [
            b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
            b"urn:mpeg:hevc:2015:auxid:1",
        ];
        let is_alpha = |other: &&Item| {
            self.properties(other).any(|property| match property {
                Property::Auxiliary(name) => {
                    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
                    NAMES.contains(&name)
                }
                _ => false,
            })
        };
        let leads = |kind: &[u8; 4], from: u32, to: u32| {
            self.references
                .iter()
                .any(|(own, start, ends)| own == kind && *start == from && ends.contains(&to))
        };
        let other = self
            .items
            .iter()
            .filter(|other| leads(b"auxl", other.id, item.id))
            .find(is_alpha)?;
        Some((other, leads(b"prem", item.id, other.id)))
    }

    /// The bytes of an item.
    pub(crate) fn data(&self, item: &Item) -> Result<Cow<'a, [u8]>, Fault> {
        let whole = match item.place {
            Place::File => self.bytes,
            Place::Inside => self.inside,
            Place::Elsewhere => return Err(Fault::not_supported("pixels in another file")),
        };
        let part = |&(start, length): &(u64, u64)| {
            let rest = whole.get(usize::try_from(start).ok()?..)?;
            match length {
                0 => Some(rest),
                length => rest.get(..usize::try_from(length).ok()?),
            }
        };
        let parts: Option<Vec<&[u8]>> = item.extents.iter().map(part).collect();
        let parts = parts.ok_or(Fault::CutShort)?;
        match parts[..] {
            [] => Err(Fault::damaged("it does not say where its pixels are")),
            [only] => Ok(Cow::Borrowed(only)),
            // Parts that lie over each other could claim more than there is.
            _ if parts.iter().map(|part| part.len()).sum::<usize>() > whole.len() => {
                Err(Fault::damaged("parts of it lie over each other"))
            }
            _ => Ok(Cow::Owned(parts.concat())),
        }
    }

    /// EXIF and XMP of the picture, as far as they can be read.
    pub(crate) fn metadata(&self) -> (Part<'a>, Part<'a>) {
        let find = |wanted: &dyn Fn(&Item) -> bool| {
            let item = self.items.iter().find(|item| wanted(item))?;
            self.data(item).ok()
        };
        let exif = find(&|item| &item.kind == b"Exif");
        let xmp = find(&|item| &item.kind == b"mime" && item.media == b"application/rdf+xml");
        (exif, xmp)
    }
}

impl Item {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }
}

fn property<'a>(kind: &[u8; 4], content: &'a [u8]) -> Option<Property<'a>> {
    let mut words = Words(content);
    Some(match kind {
        b"ispe" => {
            words.version()?;
            Property::Size(words.long()?, words.long()?)
        }
        b"pixi" => {
            words.version()?;
            words.byte()?;
            Property::Depth(words.byte()?)
        }
        b"irot" => Property::Turn(words.byte()? & 3),
        b"imir" => Property::Mirror(words.byte()? & 1 > 0),
        b"clap" => {
            let mut fraction = |signed: bool| {
                let over = words.long()?;
                let over = if signed {
                    i64::from(over as i32)
                } else {
                    i64::from(over)
                };
                Some((over, i64::from(words.long()?)))
            };
            Property::Crop([
                fraction(false)?,
                fraction(false)?,
                fraction(true)?,
                fraction(true)?,
            ])
        }
        b"colr" => match words.take(4)? {
            b"nclx" => Property::Cicp(Cicp {
                primaries: words.short()?,
                transfer: words.short()?,
                matrix: words.short()?,
                full: words.byte()? >> 7 > 0,
            }),
            b"prof" | b"rICC" => Property::Icc(words.0),
            _ => Property::Other(*kind),
        },
        b"auxC" => {
            words.version()?;
            Property::Auxiliary(words.0)
        }
        _ => Property::Other(*kind),
    })
}

/// A reader of big-endian numbers.
struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, size: usize) -> Option<u64> {
        if size > 8 {
            return None;
        }
        let bytes = self.take(size)?.iter();
        Some(bytes.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn byte(&mut self) -> Option<u8> {
        self.number(1).map(|number| number as u8)
    }

    fn short(&mut self) -> Option<u16> {
        self.number(2).map(|number| number as u16)
    }

    fn long(&mut self) -> Option<u32> {
        self.number(4).map(|number| number as u32)
    }

    fn id(&mut self, wide: bool) -> Option<u32> {
        if wide {
            self.long()
        } else {
            self.short().map(u32::from)
        }
    }

    /// Reads the version of a full box, and skips its flags.
    fn version(&mut self) -> Option<u8> {
        self.long().map(|word| (word >> 24) as u8)
    }
}
