//! Pictures in layers: OpenRaster and Photoshop's documents.

mod blend;
mod composite;
mod open_raster;
mod psd;

use std::borrow::Cow;
use std::fmt;

pub use blend::Blend;
pub(crate) use open_raster::merged as open_raster_merged;
pub(crate) use psd::{Psd, resources as psd_resources};

use crate::decode::guarded;
use crate::{AnyPicture, ColourProfile, DecodeError, DecodeLimits, EncodeError, Extras, Format};

/// A format that holds layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// OpenRaster, which Krita, GIMP and MyPaint read.
    OpenRaster,
    /// Photoshop's.
    Psd,
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
    /// The layer's name.
    pub name: String,
    /// Its left side on the canvas, which may lie outside.
    pub left: i32,
    /// Its upper side.
    pub top: i32,
    /// The pixels, in sRGB.
    pub picture: AnyPicture,
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
    /// The group's name.
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
    pub fn whole(name: impl Into<String>, picture: impl Into<AnyPicture>) -> Self {
        Self {
            name: name.into(),
            left: 0,
            top: 0,
            picture: picture.into(),
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

/// The size of a document, by its headers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentSize {
    /// Pixels in a row of the canvas.
    pub width: u32,
    /// Rows of the canvas.
    pub height: u32,
    /// Pixels of all layers together, hidden ones among them.
    pub pixels: u64,
    /// Bytes that all layers together take.
    pub bytes: u64,
}

impl Document {
    /// A document of one layer that fills it.
    pub fn single(picture: impl Into<AnyPicture>) -> Self {
        Self::stacked(Layer::whole("painting", picture), [])
    }

    /// A document as large as its lowest layer, with others above it, from below.
    pub fn stacked(ground: Layer, above: impl IntoIterator<Item = Layer>) -> Self {
        let (width, height) = ground.picture.size();
        let layers = [ground].into_iter().chain(above);
        Self {
            width,
            height,
            entries: layers.map(Entry::Layer).collect(),
        }
    }

    /// The size that the headers of a file and of its layers say, before any pixel is decoded.
    ///
    /// # Errors
    /// As [`Document::read`], as far as headers tell.
    pub fn size(bytes: &[u8], limits: &DecodeLimits) -> Result<DocumentSize, DecodeError> {
        let format = layered(bytes)?;
        guarded(format, || match format {
            Format::Psd => {
                psd::size(bytes, limits).map_err(|fault| fault.of(format, limits.max_bytes))
            }
            _ => open_raster::size(bytes, limits),
        })
    }

    /// Reads the layers of an OpenRaster or PSD.
    ///
    /// # Errors
    /// A [`DecodeError`]: another format, damage, limits that are broken, or kinds of layers whose look
    /// does not come from pixels alone (adjustments, clipping), which are named.
    pub fn read(bytes: &[u8], limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let format = layered(bytes)?;
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
        let mut extras = Cow::Borrowed(extras);
        // Without a profile, Krita takes 16 bits for linear light.
        if self.is_deep() && extras.profile.is_none() {
            extras.to_mut().profile = ColourProfile::srgb();
        }
        match format {
            DocumentFormat::OpenRaster => open_raster::encode(self, &extras),
            DocumentFormat::Psd => psd::encode(self, &extras),
        }
        .map_err(failed)
    }

    /// The document as it looks, in 16 bits where a layer has 16.
    pub fn merged(&self) -> AnyPicture {
        composite::merged(self)
    }

    /// Whether a layer has 16 bits a channel.
    pub fn is_deep(&self) -> bool {
        is_deep(&self.entries)
    }

    /// Changes each layer, hidden ones too.
    pub fn change_all(&mut self, change: &mut dyn FnMut(&mut Layer)) {
        change_all(&mut self.entries, change);
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

/// The format of bytes that hold layers.
fn layered(bytes: &[u8]) -> Result<Format, DecodeError> {
    match Format::from_content(bytes) {
        Some(format @ (Format::OpenRaster | Format::Psd)) => Ok(format),
        Some(format) => Err(DecodeError::NoLayers { format }),
        None => Err(DecodeError::unknown(bytes)),
    }
}

fn is_deep(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| match entry {
        Entry::Layer(layer) => layer.picture.is_deep(),
        Entry::Group(group) => is_deep(&group.entries),
    })
}

fn change_all(entries: &mut [Entry], change: &mut dyn FnMut(&mut Layer)) {
    for entry in entries {
        match entry {
            Entry::Layer(layer) => change(layer),
            Entry::Group(group) => change_all(&mut group.entries, change),
        }
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
mod tests;
