//! Pictures in layers: OpenRaster and Photoshop's documents.

mod blend;
mod composite;
mod open_raster;
mod psd;

use std::fmt;
use std::path::Path;

pub use blend::Blend;
pub(crate) use open_raster::merged as open_raster_merged;
pub(crate) use psd::{Psd, resources as psd_resources};

use crate::decode::guarded;
use crate::{DecodeError, DecodeLimits, EncodeError, Extras, Format, Picture};

/// A format that holds layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// OpenRaster, which Krita, GIMP and MyPaint read.
    OpenRaster,
    /// Photoshop's.
    Psd,
}

impl DocumentFormat {
    /// The format that a file name's ending asks for, in either case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "ora" => Some(Self::OpenRaster),
            "psd" => Some(Self::Psd),
            _ => None,
        }
    }
}

impl fmt::Display for DocumentFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OpenRaster => "OpenRaster",
            Self::Psd => "PSD",
        })
    }
}

/// Layers on a canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Pixels in a row of the canvas, at least 1.
    pub width: u32,
    /// Rows of the canvas, at least 1.
    pub height: u32,
    /// The layers and groups, from below.
    pub entries: Vec<Entry>,
}

/// One thing in a pile of layers.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Pixels.
    Layer(Layer),
    /// Other layers.
    Group(Group),
}

/// Pixels somewhere on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// Its left side on the canvas, which may lie outside.
    pub left: i32,
    /// Its upper side.
    pub top: i32,
    /// The pixels, in sRGB.
    pub picture: Picture,
    /// How much of it is seen, 0…255.
    pub opacity: u8,
    /// Whether it is seen at all.
    pub visible: bool,
    /// How it is laid over what is below.
    pub blend: Blend,
    /// Where it is seen.
    pub mask: Option<LayerMask>,
}

/// Where a layer is seen: white shows it, black hides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerMask {
    /// Its left side on the canvas.
    pub left: i32,
    /// Its upper side.
    pub top: i32,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `[height, width]`.
    pub values: Vec<u8>,
    /// The value everywhere else.
    pub outside: u8,
}

/// Layers that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How much of it is seen, 0…255.
    pub opacity: u8,
    /// Whether it is seen at all.
    pub visible: bool,
    /// How it is laid over what is below; nothing lets its layers through one by one.
    pub blend: Option<Blend>,
    /// What is in it, from below.
    pub entries: Vec<Entry>,
}

impl Layer {
    /// A layer over the whole canvas that is fully seen.
    pub fn whole(name: impl Into<String>, picture: Picture) -> Self {
        Self {
            name: name.into(),
            left: 0,
            top: 0,
            picture,
            opacity: u8::MAX,
            visible: true,
            blend: Blend::Normal,
            mask: None,
        }
    }
}

impl LayerMask {
    /// The value at a place of the canvas.
    pub fn at(&self, column: i64, row: i64) -> u8 {
        let (column, row) = (column - i64::from(self.left), row - i64::from(self.top));
        let inside = (0..i64::from(self.width)).contains(&column)
            && (0..i64::from(self.height)).contains(&row);
        if inside {
            self.values[row as usize * self.width as usize + column as usize]
        } else {
            self.outside
        }
    }
}

impl Document {
    /// Reads the layers of an OpenRaster or PSD.
    ///
    /// # Errors
    /// A [`DecodeError`]: another format, damage, limits that are broken, or kinds of layers whose look
    /// does not come from pixels alone (adjustments, clipping), which are named.
    pub fn read(bytes: &[u8], limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let format = match Format::from_content(bytes) {
            Some(format @ (Format::OpenRaster | Format::Psd)) => format,
            Some(format) => return Err(DecodeError::NoLayers { format }),
            None => return Err(DecodeError::unknown(bytes)),
        };
        guarded(format, || match format {
            Format::Psd => {
                psd::layers(bytes, limits).map_err(|fault| fault.of(format, limits.max_bytes))
            }
            _ => open_raster::layers(bytes, limits),
        })
    }

    /// The bytes of a file, with metadata and a mark beside the layers.
    ///
    /// # Errors
    /// More than the format can hold.
    pub fn encode(&self, format: DocumentFormat, extras: &Extras) -> Result<Vec<u8>, EncodeError> {
        let failed = |detail: String| EncodeError::Document { format, detail };
        match format {
            DocumentFormat::OpenRaster => open_raster::encode(self, extras),
            DocumentFormat::Psd => psd::encode(self, extras),
        }
        .map_err(failed)
    }

    /// The document as it looks.
    pub fn merged(&self) -> Picture {
        composite::merged(self)
    }

    /// Changes each layer that is seen.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn change_visible<E>(
        &mut self,
        change: &mut dyn FnMut(&mut Layer) -> Result<(), E>,
    ) -> Result<(), E> {
        change_visible(&mut self.entries, change)
    }
}

fn change_visible<E>(
    entries: &mut [Entry],
    change: &mut dyn FnMut(&mut Layer) -> Result<(), E>,
) -> Result<(), E> {
    for entry in entries {
        match entry {
            Entry::Layer(layer) if layer.visible => change(layer)?,
            Entry::Group(group) if group.visible => change_visible(&mut group.entries, change)?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alpha, Metadata, decode};

    /// A red ground, and on it a group with a blue square that is half seen through a mask.
    fn document() -> Document {
        let blue = Picture::filled(4, 3, [20, 40, 200]);
        let alpha = (0..12).map(|index| if index % 4 == 3 { 0 } else { 255 });
        let blue = blue.with_alpha(Alpha::Eight(alpha.collect())).unwrap();
        let mut square = Layer::whole("square & <more>", blue);
        (square.left, square.top, square.opacity) = (2, 1, 128);
        square.mask = Some(LayerMask {
            left: 2,
            top: 1,
            width: 2,
            height: 2,
            values: vec![255, 255, 0, 255],
            outside: 0,
        });
        let mut hidden = Layer::whole("hidden", Picture::filled(8, 6, [0; 3]));
        hidden.visible = false;
        Document {
            width: 8,
            height: 6,
            entries: vec![
                Entry::Layer(Layer::whole("ground", Picture::filled(8, 6, [200, 40, 30]))),
                Entry::Group(Group {
                    name: "group".into(),
                    opacity: 255,
                    visible: true,
                    blend: Some(Blend::Multiply),
                    entries: vec![Entry::Layer(square), Entry::Layer(hidden)],
                }),
            ],
        }
    }

    #[test]
    fn a_psd_comes_back_with_all_of_its_layers() {
        let document = document();
        let bytes = document
            .encode(DocumentFormat::Psd, &Extras::default())
            .unwrap();
        let limits = DecodeLimits::default();
        assert_eq!(Document::read(&bytes, &limits).unwrap(), document);
        let merged = decode(&bytes, &limits).unwrap();
        assert_eq!(merged.format, Format::Psd);
        assert_eq!(merged.picture, document.merged());
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end], &limits).is_err(), "{end}");
            let _ = Document::read(&bytes[..end], &limits);
        }
    }

    #[test]
    fn an_open_raster_comes_back_with_masks_in_the_transparency() {
        let document = document();
        let bytes = document
            .encode(DocumentFormat::OpenRaster, &Extras::default())
            .unwrap();
        let limits = DecodeLimits::default();
        let merged = decode(&bytes, &limits).unwrap();
        assert_eq!(merged.format, Format::OpenRaster);
        assert_eq!(merged.picture, document.merged());
        let found = Document::read(&bytes, &limits).unwrap();
        assert_eq!(found.merged(), document.merged());
        let Entry::Group(group) = &found.entries[1] else {
            panic!("a group stays a group");
        };
        assert_eq!(group.blend, Some(Blend::Multiply));
        // The mask itself lies above its layer, for whoever wants to change it.
        let names: Vec<&str> = group
            .entries
            .iter()
            .map(|entry| match entry {
                Entry::Layer(layer) => &layer.name[..],
                Entry::Group(group) => &group.name[..],
            })
            .collect();
        assert_eq!(
            names,
            ["square & <more>", "square & <more> (mask)", "hidden"]
        );
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end], &limits).is_err(), "{end}");
        }
    }

    #[test]
    fn a_hidden_group_stays_and_is_not_seen() {
        let mut document = document();
        let Entry::Group(group) = &mut document.entries[1] else {
            panic!("it has a group");
        };
        group.visible = false;
        for format in [DocumentFormat::Psd, DocumentFormat::OpenRaster] {
            let bytes = document.encode(format, &Extras::default()).unwrap();
            let limits = DecodeLimits::default();
            let mut found = Document::read(&bytes, &limits).unwrap();
            let ground = Picture::filled(8, 6, [200, 40, 30]);
            assert_eq!(decode(&bytes, &limits).unwrap().picture, ground, "{format}");
            assert_eq!(found.merged(), ground, "{format}");
            let mut seen = Vec::new();
            let outcome: Result<(), ()> = found.change_visible(&mut |layer| {
                seen.push(layer.name.clone());
                Ok(())
            });
            assert_eq!((outcome, &seen[..]), (Ok(()), &["ground".to_owned()][..]));
            let Entry::Group(group) = &found.entries[1] else {
                panic!("{format}: the group is kept");
            };
            assert!(!group.visible && group.entries.len() >= 2, "{format}");
        }
    }

    /// Refused for want of a merged picture, with its layers whole.
    #[track_caller]
    fn lacks_merged(bytes: &[u8], layers: &Document) {
        let limits = DecodeLimits::default();
        let error = decode(bytes, &limits).unwrap_err();
        assert!(error.to_string().contains("without its merged picture"));
        assert!(error.to_string().contains("--layers"), "{error}");
        assert_eq!(&Document::read(bytes, &limits).unwrap(), layers);
        assert!(Metadata::of(bytes).is_ok());
    }

    #[test]
    fn a_psd_without_its_merged_picture_is_not_a_white_one() {
        /// The header, and the palette of no bytes.
        const RESOURCES: usize = 30;
        let document = document();
        let extras = Extras::default();
        let mut bytes = document.encode(DocumentFormat::Psd, &extras).unwrap();
        // Version information: whether the merged picture is real stands behind four bytes.
        let version = b"8BIM\x04\x21\0\0\0\0\0\x05\0\0\0\x01\0\0";
        let length = bytes[RESOURCES..RESOURCES + 4].first_chunk().unwrap();
        let length = u32::from_be_bytes(*length) + version.len() as u32;
        bytes[RESOURCES..RESOURCES + 4].copy_from_slice(&length.to_be_bytes());
        bytes.splice(RESOURCES + 4..RESOURCES + 4, *version);
        lacks_merged(&bytes, &document);
        // The one that says that it is real.
        bytes[RESOURCES + 4 + 16] = 1;
        let found = decode(&bytes, &DecodeLimits::default()).unwrap();
        assert_eq!(found.picture, document.merged());
    }

    /// The members of a zip, but for one, with the description changed.
    fn rezipped(bytes: &[u8], without: &str, change: &dyn Fn(String) -> String) -> Vec<u8> {
        use std::io::{Cursor, Read, Write};
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).unwrap();
            let (name, mut content) = (member.name().unwrap().into_owned(), Vec::new());
            member.read_to_end(&mut content).unwrap();
            if name == "stack.xml" {
                content = change(String::from_utf8(content).unwrap()).into_bytes();
            }
            if name != without {
                let options = zip::write::SimpleFileOptions::default();
                let options = options.compression_method(zip::CompressionMethod::Stored);
                writer.start_file(name, options).unwrap();
                writer.write_all(&content).unwrap();
            }
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_open_raster_without_its_merged_picture_is_refused_by_name() {
        let format = DocumentFormat::OpenRaster;
        let bytes = document().encode(format, &Extras::default()).unwrap();
        let limits = DecodeLimits::default();
        let document = Document::read(&bytes, &limits).unwrap();
        let without = rezipped(&bytes, "mergedimage.png", &|text| text);
        lacks_merged(&without, &document);

        let refused = |change: &dyn Fn(String) -> String| {
            let error = Document::read(&rezipped(&bytes, "", change), &limits).unwrap_err();
            error.to_string()
        };
        let top = "h=\"6\">\n<stack>";
        let with = |more: &str| {
            let more = format!("{top}{more}");
            refused(&|text| text.replace(top, &more))
        };
        let text = with("<text name=\"title\" x=\"0\" y=\"0\"/>");
        assert!(
            text.contains("\"title\" is a text, which is no pixels"),
            "{text}"
        );
        let nameless = with("<layer name=\"empty\"/>");
        assert!(nameless.contains("\"empty\" names no file"), "{nameless}");
        let missing = with("<layer src=\"data/none.png\"/>");
        assert!(missing.contains("data/none.png is missing"), "{missing}");
    }

    #[test]
    fn layers_of_no_pixels_are_passed_over() {
        let mut psd = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x02\0\x08\0\x03".to_vec();
        psd.extend([0; 8]);
        // One layer of 0 × 0 pixels, with three channels of two bytes each that say how they are packed.
        let mut layers = b"\0\x01".to_vec();
        layers.extend([0; 16]);
        layers.extend(b"\0\x03\0\0\0\0\0\x02\0\x01\0\0\0\x02\0\x02\0\0\0\x02");
        layers.extend(b"8BIMnorm\xff\0\0\0\0\0\0\x0c\0\0\0\0\0\0\0\0\x03one");
        layers.extend([0; 6]);
        for length in [layers.len() + 4, layers.len()] {
            psd.extend((length as u32).to_be_bytes());
        }
        psd.extend(&layers);
        // The merged picture, as it is.
        psd.extend(b"\0\0\x01\x02\x03\x04\x05\x06");
        let limits = DecodeLimits::default();
        assert_eq!(Document::read(&psd, &limits).unwrap().entries, []);
        let found = decode(&psd, &limits).unwrap().picture;
        assert_eq!(found.rgb(), [1, 3, 5, 2, 4, 6]);
    }

    #[test]
    fn layers_are_laid_over_each_other() {
        let merged = document().merged();
        let at = |column: usize, row: usize| {
            let start = (row * 8 + column) * 3;
            <[u8; 3]>::try_from(&merged.rgb()[start..start + 3]).unwrap()
        };
        assert_eq!(merged.alpha(), None);
        assert_eq!(at(0, 0), [200, 40, 30]);
        // Multiplied: (200·20/255, 40·40/255, 30·200/255), half of it.
        assert_eq!(at(2, 1), [107, 23, 27]);
        assert_eq!(at(2, 2), [200, 40, 30], "the mask hides it");
        assert_eq!(at(4, 1), [200, 40, 30], "outside of the mask");
    }
}
