//! PSD, Photoshop's documents, and PSB for larger ones.

mod layers;
mod planes;
mod write;

pub(super) use layers::{layers, size};
pub(super) use write::encode;

use crate::decode::{Channels, Fault, Raster, Samples};
use planes::planes;

/// The header of a PSD, and its sections.
pub(crate) struct Psd<'a> {
    /// Whether the file is a PSB, in which lengths take more bytes.
    large: bool,
    count: usize,
    width: u32,
    height: u32,
    bits: u16,
    mode: u16,
    palette: &'a [u8],
    resources: &'a [u8],
    /// The section of layers and their data.
    layers: &'a [u8],
    /// The section of the merged picture.
    merged: &'a [u8],
}

impl<'a> Psd<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut words = Words(bytes);
        if words.take(4)? != b"8BPS" {
            return Err(Fault::damaged("it does not begin as one"));
        }
        let large = match words.short()? {
            1 => false,
            2 => true,
            version => return Err(Fault::not_supported(format!("version {version}"))),
        };
        words.take(6)?;
        let count = usize::from(words.short()?);
        let (height, width) = (words.long()?, words.long()?);
        let (bits, mode) = (words.short()?, words.short()?);
        let length = words.long()? as usize;
        let palette = words.take(length)?;
        let length = words.long()? as usize;
        let resources = words.take(length)?;
        let length = words.length(large)?;
        let layers = words.take(length)?;
        let most = if large { 300_000 } else { 30_000 };
        if !(1..=56).contains(&count) || width.max(height) > most {
            return Err(Fault::damaged("an impossible number of channels or pixels"));
        }
        let colours = match mode {
            1 | 2 | 8 => 1,
            3 => 3,
            4 => 4,
            9 => return Err(Fault::not_supported("CIE L*a*b* colours")),
            0 => 1,
            mode => return Err(Fault::not_supported(format!("colours of mode {mode}"))),
        };
        if count < colours {
            return Err(Fault::damaged("channels are missing"));
        }
        match (mode, bits) {
            (0, 1) | (1 | 2 | 3 | 4 | 8, 8) | (1 | 3 | 4 | 8, 16) => {}
            (_, 32) => return Err(Fault::not_supported("32 bits a channel")),
            _ => return Err(Fault::damaged(format!("{bits} bits a channel"))),
        }
        Ok(Self {
            large,
            count,
            width,
            height,
            bits,
            mode,
            palette,
            resources,
            layers,
            merged: words.0,
        })
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Whether samples have more than 8 bits.
    pub(crate) fn is_deep(&self) -> bool {
        self.bits == 16
    }

    /// Largest number of bytes that decoding takes at a time.
    pub(crate) fn memory(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let sample = if self.bits == 16 { 2 } else { 1 };
        pixels.saturating_mul((self.count as u64 + 5) * sample)
    }

    /// Number of colour channels.
    fn colours(&self) -> usize {
        match self.mode {
            3 => 3,
            4 => 4,
            _ => 1,
        }
    }

    /// Whether the first channel after the colours is alpha: so it is with a negative number of
    /// layers, and in files without layers of programs other than Photoshop.
    fn has_alpha(&self) -> bool {
        let count = || {
            let mut words = Words(self.layers);
            words.length(self.large).ok().filter(|&it| it > 0)?;
            words.short().ok()
        };
        let says_so = count().is_none_or(|count| (count as i16) < 0) || self.layers.is_empty();
        self.count > self.colours() && says_so && matches!(self.mode, 1 | 3 | 4)
    }

    /// Numbers and contents of the image resources.
    fn resources(&self) -> Vec<(u16, &'a [u8])> {
        let mut found = Vec::new();
        let mut words = Words(self.resources);
        let mut next = || -> Result<(u16, &'a [u8]), Fault> {
            words.take(4)?;
            let number = words.short()?;
            let name = usize::from(words.byte()?);
            // The name and its length take an even number of bytes.
            words.take((name + 1).next_multiple_of(2) - 1)?;
            let length = words.long()? as usize;
            let content = words.take(length)?;
            if length % 2 == 1 {
                words.take(1)?;
            }
            Ok((number, content))
        };
        while let Ok(resource) = next() {
            found.push(resource);
        }
        found
    }

    /// Whether the file has a merged picture, and not the white that Photoshop writes in its place
    /// if compatibility is not maximised.
    fn holds_merged(&self) -> bool {
        const VERSION: u16 = 1057;
        let resources = self.resources();
        let version = resources.iter().find(|(number, _)| *number == VERSION);
        self.layers.is_empty() || version.is_none_or(|(_, content)| content.get(4) != Some(&0))
    }

    /// Decodes the merged picture.
    pub(crate) fn merged(&self) -> Result<Raster, Fault> {
        if !self.holds_merged() {
            return Err(Fault::not_supported(
                "saved without its merged picture; `transfer --layers` paints its layers",
            ));
        }
        let colours = self.colours();
        let has_alpha = self.has_alpha();
        let wanted = colours + usize::from(has_alpha);
        let mut words = Words(self.merged);
        let packing = words.short()?;
        let size = (self.width as usize, self.height as usize);
        let planes = planes(
            words.0,
            (packing, self.large, self.bits),
            size,
            (self.count, wanted),
        )?;
        let raster = self.raster(size, planes, has_alpha)?;
        // Photoshop lays it over white, and others do not.
        if has_alpha && !self.layers.is_empty() && lies_on_white(&raster) {
            Ok(without_white(raster))
        } else {
            Ok(raster)
        }
    }

    /// Interleaves planes of 16 bits, each sample in its own range, to a raster.
    fn raster(
        &self,
        (width, height): (usize, usize),
        mut planes: Vec<Vec<u16>>,
        has_alpha: bool,
    ) -> Result<Raster, Fault> {
        let most = if self.bits == 16 { u16::MAX } else { 255 };
        if self.mode == 0 {
            // A bit says black.
            for sample in &mut planes[0] {
                *sample = if *sample > 0 { 0 } else { 255 };
            }
        }
        if self.mode == 4 {
            // Inks are kept as what they leave.
            for plane in &mut planes[..4] {
                plane.iter_mut().for_each(|sample| *sample = most - *sample);
            }
        }
        if self.mode == 2 {
            let Some([red, green, blue]) = self
                .palette
                .get(..768)
                .map(|palette| [0, 1, 2].map(|at| &palette[at * 256..(at + 1) * 256]))
            else {
                return Err(Fault::damaged("its palette is too short"));
            };
            let places = std::mem::take(&mut planes[0]);
            planes = [red, green, blue]
                .map(|colours| {
                    let colours = places.iter().map(|&at| u16::from(colours[usize::from(at)]));
                    colours.collect()
                })
                .to_vec();
        }
        let channels = match (planes.len() - usize::from(has_alpha), has_alpha) {
            (1, false) => Channels::Grey,
            (1, true) => Channels::GreyAlpha,
            (3, false) => Channels::Rgb,
            (3, true) => Channels::Rgba,
            (4, false) => Channels::Cmyk,
            _ => Channels::CmykAlpha,
        };
        let pixels = width * height;
        let interleaved = (0..pixels).flat_map(|at| planes.iter().map(move |plane| plane[at]));
        let samples = match self.bits {
            16 => Samples::Sixteen(interleaved.collect()),
            _ => Samples::Eight(interleaved.map(|sample| sample as u8).collect()),
        };
        Ok(Raster {
            width: width as u32,
            height: height as u32,
            channels,
            samples,
        })
    }
}

/// Whether colours are blended with white: none is darker than white at its alpha allows.
fn lies_on_white(raster: &Raster) -> bool {
    /// Tolerance for rounding, in levels of 255.
    const ROUNDING: u32 = 2;
    let inks = matches!(raster.channels, Channels::CmykAlpha);
    let count = raster.channels.count();
    let fits = |pixel: &[u32], most: u32| {
        let Some((alpha, colours)) = pixel.split_last() else {
            return true;
        };
        let slack = ROUNDING * most / 255;
        colours.iter().all(|colour| {
            if inks {
                *colour <= alpha + slack
            } else {
                colour + alpha + slack >= most
            }
        })
    };
    match &raster.samples {
        Samples::Eight(samples) => samples.chunks_exact(count).all(|pixel| {
            let pixel: Vec<u32> = pixel.iter().map(|&sample| sample.into()).collect();
            fits(&pixel, 255)
        }),
        Samples::Sixteen(samples) => samples.chunks_exact(count).all(|pixel| {
            let pixel: Vec<u32> = pixel.iter().map(|&sample| sample.into()).collect();
            fits(&pixel, 65_535)
        }),
        Samples::Float(_) => false,
    }
}

/// Removes the white with which colours were blended.
fn without_white(mut raster: Raster) -> Raster {
    let inks = matches!(raster.channels, Channels::CmykAlpha);
    let count = raster.channels.count();
    fn clear(pixel: &mut [u32], most: u32, inks: bool) {
        let (alpha, colours) = pixel.split_last_mut().expect("a pixel has alpha");
        for colour in colours {
            // White is no ink at all.
            let white = if inks { 0 } else { most };
            let kept = u64::from(*colour) * u64::from(most);
            let paper = u64::from(white) * u64::from(most - *alpha);
            let whole = u64::from((*alpha).max(1));
            let found = (kept.saturating_sub(paper) + whole / 2) / whole;
            *colour = if *alpha == 0 {
                white
            } else {
                found.min(most.into()) as u32
            };
        }
    }
    let mut pixel = vec![0u32; count];
    match &mut raster.samples {
        Samples::Eight(samples) => {
            for own in samples.chunks_exact_mut(count) {
                pixel
                    .iter_mut()
                    .zip(&*own)
                    .for_each(|(to, from)| *to = (*from).into());
                clear(&mut pixel, 255, inks);
                own.iter_mut()
                    .zip(&pixel)
                    .for_each(|(to, from)| *to = *from as u8);
            }
        }
        Samples::Sixteen(samples) => {
            for own in samples.chunks_exact_mut(count) {
                pixel
                    .iter_mut()
                    .zip(&*own)
                    .for_each(|(to, from)| *to = (*from).into());
                clear(&mut pixel, 65_535, inks);
                own.iter_mut()
                    .zip(&pixel)
                    .for_each(|(to, from)| *to = *from as u16);
            }
        }
        Samples::Float(_) => {}
    }
    raster
}

/// Numbers and contents of the image resources in a section.
pub(crate) fn resources(bytes: &[u8]) -> Vec<(u16, &[u8])> {
    Psd::open(bytes).map_or_else(|_| Vec::new(), |psd| psd.resources())
}

/// A reader of big-endian numbers.
struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Fault::CutShort)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self, size: usize) -> Result<u64, Fault> {
        let bytes = self.take(size)?.iter();
        Ok(bytes.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.number(1).map(|number| number as u8)
    }

    fn short(&mut self) -> Result<u16, Fault> {
        self.number(2).map(|number| number as u16)
    }

    fn long(&mut self) -> Result<u32, Fault> {
        self.number(4).map(|number| number as u32)
    }

    /// Reads a length, which takes eight bytes in a PSB.
    fn length(&mut self, large: bool) -> Result<usize, Fault> {
        let length = self.number(if large { 8 } else { 4 })?;
        usize::try_from(length).map_err(|_| Fault::CutShort)
    }
}
