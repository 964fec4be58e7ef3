//! Decoding of TIFF, of the first page: strips and tiles; interleaved or planar samples of 1…32
//! bits or floating point; grey, colours, palettes and inks; and the usual compressions.

mod chunk;
mod directory;
mod fax;
mod layout;
mod predictor;
mod unpack;

pub(crate) use directory::Directory;

use super::fault::{Fault, zeros};
use super::jpeg::{Colours, Jpeg};
use super::raster::{Raster, Samples};
use directory::Order;
use layout::{Layout, Photometric};

const JPEG: u16 = 7;
const JPEG_TABLES: u16 = 347;
const ORIENTATION: u16 = 274;

/// A TIFF whose directory has been read.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    directory: Directory<'a>,
}

impl<'a> Tiff<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let directory = Directory::first(bytes)?;
        Ok(Self { bytes, directory })
    }

    pub(super) fn size(&self) -> Result<(u32, u32), Fault> {
        layout::size(&self.directory)
    }

    /// Whether there are further pages.
    pub(super) fn more_pages(&self) -> bool {
        self.directory.more_pages
    }

    /// Orientation of the picture, as EXIF counts it, 1…8.
    pub(super) fn orientation(&self) -> u8 {
        let value = self.directory.number(ORIENTATION).ok().flatten();
        value.and_then(|value| value.try_into().ok()).unwrap_or(1)
    }

    /// The bytes of a tag's values.
    pub(super) fn tag(&self, tag: u16) -> Option<&'a [u8]> {
        self.directory.raw(tag)
    }

    /// Largest number of bytes that decoding takes at a time.
    pub(super) fn memory(&self) -> Result<u64, Fault> {
        let layout = Layout::new(&self.directory)?;
        let wide = match (layout.float, layout.bits) {
            (true, _) => 4,
            (false, 0..=8) => 1,
            _ => 2,
        };
        let bytes = [layout.width, layout.height, layout.channels.count(), wide]
            .iter()
            .fold(1u64, |product, &factor| {
                product.saturating_mul(factor as u64)
            });
        let (width, height) = layout.chunk;
        let chunk = [width, height, layout.chunk_samples(), layout.bits]
            .iter()
            .fold(1u64, |product, &factor| {
                product.saturating_mul(factor as u64)
            });
        Ok(bytes.saturating_add(chunk / 8))
    }

    /// Whether samples have more than 8 bits.
    pub(super) fn is_deep(&self) -> bool {
        Layout::new(&self.directory)
            .is_ok_and(|layout| layout.float || layout.bits > 8 && layout.palette.is_empty())
    }

    /// Decodes the pixels.
    pub(super) fn decode(&self) -> Result<Raster, Fault> {
        let layout = Layout::new(&self.directory)?;
        self.check_brightness(&layout)?;
        let length = layout.width * layout.height * layout.channels.count();
        let mut raster = Raster {
            width: layout.width as u32,
            height: layout.height as u32,
            channels: layout.channels,
            samples: match (layout.float, layout.bits, layout.palette.is_empty()) {
                (true, ..) => Samples::Float(zeros(length)?),
                (false, 0..=8, _) => Samples::Eight(zeros(length)?),
                (false, _, false) => Samples::Eight(zeros(length)?),
                _ => Samples::Sixteen(zeros(length)?),
            },
        };
        let (columns, rows) = layout.chunks();
        let planes = if layout.planar { layout.count } else { 1 };
        for plane in 0..planes {
            for row in 0..rows {
                for column in 0..columns {
                    let index = (plane * rows + row) * columns + column;
                    self.chunk(&layout, index, (plane, row, column), &mut raster)?;
                }
            }
        }
        if layout.premultiplied {
            unpack::divide_by_alpha(&mut raster);
        }
        Ok(raster)
    }

    fn chunk(
        &self,
        layout: &Layout,
        index: usize,
        (plane, row, column): (usize, usize, usize),
        raster: &mut Raster,
    ) -> Result<(), Fault> {
        let (width, height) = layout.chunk;
        let (left, top) = (column * width, row * height);
        let rows = if layout.tiles {
            height
        } else {
            height.min(layout.height - top)
        };
        let stored = self.stored(layout, index)?;
        let place = unpack::Place { plane, left, top };
        if layout.compression == JPEG {
            let tile = self.jpeg(layout, stored)?;
            return unpack::copy_jpeg(&tile, layout, &place, raster);
        }
        let little = self.directory.order == Order::Little;
        let bytes = chunk::rows(stored, layout, rows, little)?;
        unpack::unpack(&bytes, layout, rows, &place, self.directory.order, raster)
    }

    /// The bytes of a strip or tile as stored in the file.
    fn stored(&self, layout: &Layout, index: usize) -> Result<&'a [u8], Fault> {
        let offset = layout.offsets.get(index).copied().ok_or(Fault::CutShort)?;
        let offset = usize::try_from(offset).map_err(|_| Fault::CutShort)?;
        let rest = self.bytes.get(offset..).ok_or(Fault::CutShort)?;
        let length = match layout.lengths.get(index).copied() {
            Some(length) => usize::try_from(length).map_err(|_| Fault::CutShort)?,
            // A writer that told no lengths means all that is there.
            None if layout.lengths.is_empty() => rest.len(),
            None => return Err(Fault::CutShort),
        };
        rest.get(..length).ok_or(Fault::CutShort)
    }

    fn jpeg(&self, layout: &Layout, stored: &[u8]) -> Result<Raster, Fault> {
        let picture = Jpeg::open(stored, self.tag(JPEG_TABLES))?;
        let (width, height) = picture.size();
        let (most_wide, most_high) = layout.chunk;
        if width as usize > most_wide || height as usize > most_high.next_multiple_of(16) {
            return Err(Fault::damaged("a JPEG in it is larger than its place"));
        }
        if width == 0 || height == 0 {
            return Err(Fault::damaged("a JPEG in it has no pixels"));
        }
        if layout.bits != 8 || picture.channels().count() != layout.chunk_samples() {
            return Err(Fault::not_supported(
                "JPEG of another kind than the TIFF says",
            ));
        }
        picture.decode(match layout.photometric {
            Photometric::Differences if !layout.planar => Colours::Differences,
            _ => Colours::Plain,
        })
    }

    /// Checks that colour differences are as in JPEG; anything else is refused, because it would be
    /// shown in wrong colours.
    fn check_brightness(&self, layout: &Layout) -> Result<(), Fault> {
        if layout.photometric != Photometric::Differences || layout.compression == JPEG {
            return Ok(());
        }
        let near = |tag: u16, usual: &[f64]| {
            self.directory.fractions(tag).is_none_or(|values| {
                let pairs = values.iter().zip(usual);
                values.len() >= usual.len() && pairs.into_iter().all(|(a, b)| (a - b).abs() < 2e-3)
            })
        };
        let usual = near(529, &[0.299, 0.587, 0.114])
            && near(532, &[0.0, 255.0, 128.0, 255.0, 128.0, 255.0]);
        if !usual || layout.bits != 8 || layout.planar || layout.count != 3 {
            return Err(Fault::not_supported("an unusual kind of YCbCr"));
        }
        Ok(())
    }
}
