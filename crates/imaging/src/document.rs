//! Documents, pictures in layers: OpenRaster and Photoshop's.

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

/// A format that supports layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// OpenRaster, which Krita, GIMP and MyPaint read.
    OpenRaster,
    /// Photoshop's document.
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

/// A document: layers on a canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Width of the canvas in pixels, at least 1.
    pub width: u32,
    /// Height of the canvas in pixels, at least 1.
    pub height: u32,
    /// The layers and groups, from the lowest up.
    pub entries: Vec<Entry>,
}

/// A layer or a group in a stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A layer with pixels.
    Layer(Layer),
    /// A group of other entries.
    Group(Group),
}

/// A layer: pixels somewhere on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The layer's name.
    pub name: String,
    /// Column of the canvas at which the layer begins, which may lie outside.
    pub left: i32,
    /// Row of the canvas at which the layer begins, which may lie outside.
    pub top: i32,
    /// Pixels of the layer, in sRGB.
    pub picture: AnyPicture,
    /// Opacity of the layer, 0…255.
    pub opacity: u8,
    /// Whether the layer is visible.
    pub visible: bool,
    /// Blend mode with which the layer is laid over those below.
    pub blend: Blend,
    /// Mask of the layer, if it has one.
    pub mask: Option<LayerMask>,
}

/// The mask of a layer: white shows it, black hides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerMask {
    /// Column of the canvas at which the mask begins.
    pub left: i32,
    /// Row of the canvas at which the mask begins.
    pub top: i32,
    /// Width of the mask in pixels.
    pub width: u32,
    /// Height of the mask in pixels.
    pub height: u32,
    /// Values of the mask, `[height, width]`, from 0, black, to 255, white.
    pub values: Vec<u8>,
    /// Value of the mask everywhere else on the canvas.
    pub outside: u8,
}

/// A group of layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// Opacity of the group, 0…255.
    pub opacity: u8,
    /// Whether the group is visible.
    pub visible: bool,
    /// Blend mode of the group as a whole; `None` for a group whose layers are blended one by one.
    pub blend: Option<Blend>,
    /// Layers and groups inside of it, from the lowest up.
    pub entries: Vec<Entry>,
}

impl Layer {
    /// An opaque, visible layer over the whole canvas.
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
    /// Value of the mask at a place of the canvas.
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

/// The size of a document, from its headers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentSize {
    /// Width of the canvas in pixels.
    pub width: u32,
    /// Height of the canvas in pixels.
    pub height: u32,
    /// Number of pixels of all layers together, including hidden ones.
    pub pixels: u64,
    /// Bytes that all layers together take.
    pub bytes: u64,
}

impl Document {
    /// A document with one layer that fills it.
    pub fn single(picture: impl Into<AnyPicture>) -> Self {
        Self::stacked(Layer::whole("painting", picture), [])
    }

    /// A document as large as its lowest layer, with the other layers above it in their order.
    pub fn stacked(ground: Layer, above: impl IntoIterator<Item = Layer>) -> Self {
        let (width, height) = ground.picture.size();
        let layers = [ground].into_iter().chain(above);
        Self {
            width,
            height,
            entries: layers.map(Entry::Layer).collect(),
        }
    }

    /// Reads the size of a document from the headers of the file and of its layers, without
    /// decoding any pixel.
    ///
    /// # Errors
    /// As [`Document::read`], as far as headers show them.
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
    /// A [`DecodeError`]: the format is another one, the file is damaged or exceeds the limits, or
    /// it has layers that do not consist of pixels alone (adjustments, clipping), which the error
    /// names.
    pub fn read(bytes: &[u8], limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let format = layered(bytes)?;
        guarded(format, || match format {
            Format::Psd => {
                psd::layers(bytes, limits).map_err(|fault| fault.of(format, limits.max_bytes))
            }
            _ => open_raster::layers(bytes, limits),
        })
    }

    /// Encodes the document as a file, with metadata and a mark.
    ///
    /// # Errors
    /// The document exceeds what the format supports.
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

    /// Merges the visible layers into one picture, of 16 bits if a layer has 16.
    pub fn merged(&self) -> AnyPicture {
        composite::merged(self)
    }

    /// Whether a layer has 16 bits a channel.
    pub fn is_deep(&self) -> bool {
        is_deep(&self.entries)
    }

    /// Applies `change` to each layer, including hidden ones.
    pub fn change_all(&mut self, change: &mut dyn FnMut(&mut Layer)) {
        change_all(&mut self.entries, change);
    }

    /// Applies `change` to each visible layer.
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

/// The format of bytes, if it is one with layers.
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
