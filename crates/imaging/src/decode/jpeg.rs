//! Decoding of JPEG, baseline and progressive, with any sampling and any order of scans; pixels are
//! the same as libjpeg's.
//!
//! Unlike decoders for viewing, this one invents no pixels: data that end early, or contain invalid
//! codes, are an error. Only the marker at the end may be missing, since webcams and some phones
//! leave it out, and anything that follows it is ignored.

mod bits;
mod frame;
mod huffman;
mod scan;
mod transform;
mod upsample;

use super::fault::{Fault, zeros};
use super::raster::{Channels, Raster, Samples};
use bits::Bits;
use frame::{Component, Frame, Tables};
use scan::Scan;
use upsample::Plane;

const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const QUANTISATION: u8 = 0xdb;
const CODES: u8 = 0xc4;
const RESTART_INTERVAL: u8 = 0xdd;
const ARITHMETIC: u8 = 0xcc;
const JFIF: u8 = 0xe0;
const ADOBE: u8 = 0xee;

/// The colour space of a JPEG's three components.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    /// The colour space that the markers of the file give.
    Marked,
    /// Brightness and two colour differences (YCbCr), whatever the markers say.
    Differences,
    /// Red, green and blue, or grey, whatever the markers say.
    Plain,
}

/// A JPEG whose header has been read.
pub(super) struct Jpeg<'a> {
    bytes: &'a [u8],
    position: usize,
    tables: Tables,
    frame: Frame,
    jfif: bool,
    adobe: Option<u8>,
}

/// The state of one component during decoding.
struct Part {
    /// Coefficients of a progressive picture, until all scans are read.
    coefficients: Vec<[i16; 64]>,
    samples: Vec<u8>,
    quantisation: Option<[u16; 64]>,
    /// For each coefficient, the lowest bit that was sent.
    sent: [Option<u8>; 64],
}

impl<'a> Jpeg<'a> {
    /// Reads the header up to the size of the picture. `tables` is a JPEG without a picture, in
    /// which TIFF keeps tables.
    pub(super) fn open(bytes: &'a [u8], tables: Option<&[u8]>) -> Result<Self, Fault> {
        let mut known = Tables::default();
        if let Some(tables) = tables {
            let mut reader = Marks {
                bytes: tables,
                position: 0,
            };
            while let Ok(mark) = reader.next() {
                match mark {
                    END_OF_IMAGE => break,
                    START_OF_IMAGE => {}
                    QUANTISATION => known.read_quantisation(reader.segment()?)?,
                    CODES => known.read_codes(reader.segment()?)?,
                    _ => drop(reader.segment()?),
                }
            }
        }
        let mut reader = Marks { bytes, position: 0 };
        let (mut jfif, mut adobe) = (false, None);
        loop {
            match reader.next()? {
                START_OF_IMAGE => {}
                END_OF_IMAGE | START_OF_SCAN => {
                    return Err(Fault::damaged("there is no picture in it"));
                }
                QUANTISATION => known.read_quantisation(reader.segment()?)?,
                CODES => known.read_codes(reader.segment()?)?,
                ARITHMETIC => return Err(Fault::not_supported("arithmetic coding")),
                RESTART_INTERVAL => known.restart_interval = interval(reader.segment()?)?,
                JFIF => jfif |= reader.segment()?.starts_with(b"JFIF"),
                ADOBE => {
                    let segment = reader.segment()?;
                    if segment.starts_with(b"Adobe") {
                        adobe = segment.get(11).copied();
                    }
                }
                mark @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                    let frame = Frame::new(mark, reader.segment()?)?;
                    return Ok(Self {
                        bytes,
                        position: reader.position,
                        tables: known,
                        frame,
                        jfif,
                        adobe,
                    });
                }
                0x01 | 0xd0..=0xd7 => {}
                _ => drop(reader.segment()?),
            }
        }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.frame.width as u32, self.frame.height as u32)
    }

    /// The channels of the decoded picture.
    pub(super) fn channels(&self) -> Channels {
        match self.frame.components.len() {
            1 => Channels::Grey,
            3 => Channels::Rgb,
            _ => Channels::Cmyk,
        }
    }

    /// Largest number of bytes that decoding takes at a time.
    pub(super) fn memory(&self) -> u64 {
        let samples = |part: &Component| (part.columns * part.rows * 64) as u64;
        let stored: u64 = self.frame.components.iter().map(samples).sum();
        let pixels = (self.frame.width * self.frame.height) as u64;
        let coefficients = if self.frame.progressive {
            2 * stored
        } else {
            0
        };
        stored + coefficients + pixels * self.frame.components.len() as u64
    }

    /// Decodes the pixels.
    pub(super) fn decode(self, colours: Colours) -> Result<Raster, Fault> {
        let turn = self.turn(colours);
        let (frame, parts) = self.parts()?;
        let channels = match frame.components.len() {
            1 => Channels::Grey,
            3 => Channels::Rgb,
            _ => Channels::Cmyk,
        };
        let planes: Vec<Plane> = frame
            .components
            .iter()
            .zip(&parts)
            .map(|(component, part)| Plane {
                samples: &part.samples,
                stride: component.columns * 8,
                width: component.width,
                height: component.height,
                factors: component.factors,
                largest: frame.largest,
            })
            .collect();
        let (width, count) = (frame.width, planes.len());
        let mut samples = zeros(width * frame.height * count)?;
        let mut rows = vec![vec![0; width]; count];
        for (y, target) in samples.chunks_exact_mut(width * count).enumerate() {
            for (plane, row) in planes.iter().zip(&mut rows) {
                plane.upsampled(y, row);
            }
            gather(&rows, turn, target);
        }
        Ok(Raster {
            width: frame.width as u32,
            height: frame.height as u32,
            channels,
            samples: Samples::Eight(samples),
        })
    }

    /// Whether the first three components are YCbCr and must be converted.
    fn turn(&self, colours: Colours) -> bool {
        let names: Vec<u8> = self.frame.components.iter().map(|part| part.name).collect();
        match (colours, names.len(), self.adobe) {
            (Colours::Plain, ..) | (_, 1, _) => false,
            (Colours::Differences, ..) => true,
            (Colours::Marked, 4, adobe) => adobe == Some(2),
            (Colours::Marked, _, _) if self.jfif => true,
            (Colours::Marked, _, Some(transform)) => transform != 0,
            (Colours::Marked, _, None) => names != *b"RGB",
        }
    }

    /// Reads all scans, and computes samples from the coefficients.
    fn parts(mut self) -> Result<(Frame, Vec<Part>), Fault> {
        let frame = self.frame.clone();
        let mut parts = Vec::new();
        for component in &frame.components {
            let blocks = component.columns * component.rows;
            parts.push(Part {
                coefficients: if frame.progressive {
                    let mut blocks_of_zeros = Vec::new();
                    blocks_of_zeros
                        .try_reserve_exact(blocks)
                        .map_err(|_| Fault::TooLarge)?;
                    blocks_of_zeros.resize(blocks, [0; 64]);
                    blocks_of_zeros
                } else {
                    Vec::new()
                },
                samples: if frame.progressive {
                    Vec::new()
                } else {
                    zeros(blocks * 64)?
                },
                quantisation: None,
                sent: [None; 64],
            });
        }
        let mut reader = Marks {
            bytes: self.bytes,
            position: self.position,
        };
        while !parts.iter().all(Part::is_whole) {
            match reader.next()? {
                END_OF_IMAGE => break,
                QUANTISATION => self.tables.read_quantisation(reader.segment()?)?,
                CODES => self.tables.read_codes(reader.segment()?)?,
                RESTART_INTERVAL => self.tables.restart_interval = interval(reader.segment()?)?,
                START_OF_SCAN => {
                    let scan = Scan::new(reader.segment()?, &frame)?;
                    let mut bits = Bits::new(self.bytes, reader.position);
                    self.scan(&scan, &mut bits, &mut parts)?;
                    bits.check_end()?;
                    reader.position = bits.position();
                }
                0x00 | 0x01 | 0xd0..=0xd8 => {}
                0xc0..=0xcf => return Err(Fault::not_supported("several frames")),
                _ => drop(reader.segment()?),
            }
        }
        // Fine detail that was never sent is the choice of whoever saved the file; a component
        // without anything is not.
        if parts.iter().any(|part| part.sent[0].is_none()) {
            return Err(Fault::damaged("a component is missing"));
        }
        if frame.progressive {
            for (component, part) in frame.components.iter().zip(&mut parts) {
                part.transform(component)?;
            }
        }
        Ok((frame, parts))
    }

    fn scan(&self, scan: &Scan, bits: &mut Bits, parts: &mut [Part]) -> Result<(), Fault> {
        let (frame, tables) = (&self.frame, &self.tables);
        for member in &scan.members {
            let (part, component) = (
                &mut parts[member.component],
                &frame.components[member.component],
            );
            if part.quantisation.is_none() {
                let table = tables.quantisation[component.table];
                part.quantisation =
                    Some(table.ok_or_else(|| Fault::damaged("a quantisation table is missing"))?);
            }
            let band = if frame.progressive {
                scan.band.0..=scan.band.1
            } else {
                0..=63
            };
            let low = if frame.progressive { scan.bits.1 } else { 0 };
            part.sent[band].fill(Some(low));
        }
        scan.walk(
            frame,
            tables.restart_interval,
            bits,
            |bits, state, member, column, row| {
                let (part, component) = (
                    &mut parts[member.component],
                    &frame.components[member.component],
                );
                if frame.progressive {
                    let block = &mut part.coefficients[row * component.columns + column];
                    return scan.progressive(bits, state, member, tables, block);
                }
                let mut block = [0; 64];
                scan.sequential(bits, state, member, tables, &mut block)?;
                let stride = component.columns * 8;
                let target = &mut part.samples[row * 8 * stride + column * 8..];
                let quantisation = part.quantisation.as_ref().unwrap_or(&[1; 64]);
                transform::to_pixels(&block, quantisation, target, stride);
                Ok(())
            },
        )
    }
}

impl Part {
    /// Whether every coefficient has been sent to its last bit.
    fn is_whole(&self) -> bool {
        self.sent.iter().all(|&low| low == Some(0))
    }

    /// Computes samples from the coefficients, and frees these.
    fn transform(&mut self, component: &Component) -> Result<(), Fault> {
        let coefficients = std::mem::take(&mut self.coefficients);
        let stride = component.columns * 8;
        self.samples = zeros(coefficients.len() * 64)?;
        let quantisation = self.quantisation.unwrap_or([1; 64]);
        for (index, block) in coefficients.iter().enumerate() {
            let (row, column) = (index / component.columns, index % component.columns);
            let target = &mut self.samples[row * 8 * stride + column * 8..];
            transform::to_pixels(block, &quantisation, target, stride);
        }
        Ok(())
    }
}

/// Interleaves the components of a row to colours or inks; `turn` says whether they are YCbCr.
fn gather(rows: &[Vec<u8>], turn: bool, target: &mut [u8]) {
    match rows {
        [grey] => target.copy_from_slice(grey),
        [first, second, third] => {
            let pixels = target.as_chunks_mut::<3>().0.iter_mut();
            for (((pixel, &y), &b), &r) in pixels.zip(first).zip(second).zip(third) {
                *pixel = if turn { rgb(y, b, r) } else { [y, b, r] };
            }
        }
        [first, second, third, fourth] => {
            let pixels = target.as_chunks_mut::<4>().0.iter_mut();
            let inks = first.iter().zip(second).zip(third).zip(fourth);
            // All who write such files store what the inks leave over, as Photoshop does; what is
            // coded as differences is the ink itself (libjpeg's YCCK).
            for (pixel, (((&y, &b), &r), &black)) in pixels.zip(inks) {
                let inks = if turn { rgb(y, b, r) } else { [!y, !b, !r] };
                *pixel = [inks[0], inks[1], inks[2], !black];
            }
        }
        _ => {}
    }
}

/// Converts YCbCr to red, green and blue (JFIF 1.02), in fixed-point numbers of 16 bits.
#[inline(always)]
pub(super) fn rgb(y: u8, b: u8, r: u8) -> [u8; 3] {
    let (y, b, r) = (i32::from(y), i32::from(b) - 128, i32::from(r) - 128);
    let half = 1 << 15;
    [
        y + ((91_881 * r + half) >> 16),
        y + ((-22_554 * b - 46_802 * r + half) >> 16),
        y + ((116_130 * b + half) >> 16),
    ]
    .map(|value| value.clamp(0, 255) as u8)
}

fn interval(segment: &[u8]) -> Result<usize, Fault> {
    match *segment {
        [high, low, ..] => Ok(usize::from(u16::from_be_bytes([high, low]))),
        _ => Err(Fault::damaged("a restart interval is too short")),
    }
}

/// A walk over the markers of a JPEG.
struct Marks<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Marks<'a> {
    /// Finds the next marker, and skips anything before it.
    fn next(&mut self) -> Result<u8, Fault> {
        let rest = self.bytes.get(self.position..).ok_or(Fault::CutShort)?;
        let start = rest
            .windows(2)
            .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff))
            .ok_or(Fault::CutShort)?;
        self.position += start + 2;
        Ok(rest[start + 1])
    }

    /// The content of the segment after a marker.
    fn segment(&mut self) -> Result<&'a [u8], Fault> {
        let rest = self.bytes.get(self.position..).ok_or(Fault::CutShort)?;
        let length = rest.first_chunk::<2>().ok_or(Fault::CutShort)?;
        let length = usize::from(u16::from_be_bytes(*length)).max(2);
        let segment = rest.get(2..length).ok_or(Fault::CutShort)?;
        self.position += length;
        Ok(segment)
    }
}
