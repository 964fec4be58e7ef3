//! The layout of a TIFF's pixels, from its directory, checked before any pixel is read.

use super::Fault;
use super::directory::Directory;
use crate::decode::raster::Channels;

/// The meaning of a TIFF's colours (tag 262).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Photometric {
    /// Grey, with whether the smallest value is white.
    Grey {
        inverted: bool,
    },
    Rgb,
    Palette,
    Inks,
    /// Brightness and colour differences (YCbCr).
    Differences,
}

/// The layout of samples in the file.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Samples per pixel in the file.
    pub(super) count: usize,
    /// Bits per sample.
    pub(super) bits: usize,
    pub(super) float: bool,
    pub(super) photometric: Photometric,
    /// The palette's colours as 16-bit values, if the picture has one.
    pub(super) palette: Vec<[u16; 3]>,
    pub(super) channels: Channels,
    /// Index of alpha among the samples.
    pub(super) alpha: Option<usize>,
    /// Whether colours are multiplied by alpha.
    pub(super) premultiplied: bool,
    /// Whether each sample has separate chunks.
    pub(super) planar: bool,
    pub(super) compression: u16,
    pub(super) predictor: u16,
    /// Whether the lowest bit of each byte comes first.
    pub(super) low_first: bool,
    /// Options of the fax compressions.
    pub(super) fax_options: u32,
    /// Number of pixels that a colour difference covers, across and down.
    pub(super) shares: (usize, usize),
    /// Width and height of a strip or tile.
    pub(super) chunk: (usize, usize),
    /// Whether chunks are tiles, the last of which are as large as all others.
    pub(super) tiles: bool,
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
}

/// The size of the picture.
pub(super) fn size(directory: &Directory) -> Result<(u32, u32), Fault> {
    let side = |tag| -> Result<u32, Fault> {
        let side = directory
            .number(tag)?
            .ok_or_else(|| Fault::damaged("it has no size"))?;
        Ok(u32::try_from(side).unwrap_or(u32::MAX))
    };
    Ok((side(256)?, side(257)?))
}

impl Layout {
    pub(super) fn new(directory: &Directory) -> Result<Self, Fault> {
        let number = |tag, usual| Ok::<_, Fault>(directory.number(tag)?.unwrap_or(usual));
        let (width, height) = size(directory)?;
        let (width, height) = (width as usize, height as usize);
        let count = number(277, 1)? as usize;
        let bits = directory.numbers(258)?.unwrap_or_else(|| vec![1]);
        let formats = directory.numbers(339)?.unwrap_or_else(|| vec![1]);
        let different = |values: &[u64]| values.windows(2).any(|pair| pair[0] != pair[1]);
        if different(&bits) || different(&formats) {
            return Err(Fault::not_supported("samples of different kinds"));
        }
        let bits = bits.first().copied().unwrap_or(1) as usize;
        let float = match formats.first() {
            Some(3) => true,
            Some(1 | 4) | None => false,
            Some(2) => return Err(Fault::not_supported("samples with a sign")),
            Some(_) => return Err(Fault::not_supported("complex numbers")),
        };
        let fits = if float {
            matches!(bits, 16 | 32 | 64)
        } else {
            (1..=32).contains(&bits)
        };
        if !fits {
            return Err(Fault::not_supported(format!("{bits} bits a sample")));
        }
        if !(1..=64).contains(&count) {
            return Err(Fault::not_supported(format!("{count} samples a pixel")));
        }
        let photometric = match number(262, 1)? {
            0 => Photometric::Grey { inverted: true },
            1 | 4 => Photometric::Grey { inverted: false },
            2 => Photometric::Rgb,
            3 => Photometric::Palette,
            5 if number(332, 1)? == 1 => Photometric::Inks,
            6 => Photometric::Differences,
            other => return Err(Fault::not_supported(colours_not_read(other))),
        };
        let colours = match photometric {
            Photometric::Grey { .. } | Photometric::Palette => 1,
            Photometric::Rgb | Photometric::Differences => 3,
            Photometric::Inks => 4,
        };
        if count < colours {
            return Err(Fault::damaged("samples are missing in each pixel"));
        }
        let (alpha, premultiplied) = alpha(directory.numbers(338)?, count, colours);
        let channels = match (photometric, alpha) {
            (Photometric::Grey { .. }, None) => Channels::Grey,
            (Photometric::Grey { .. }, Some(_)) => Channels::GreyAlpha,
            (Photometric::Inks, None) => Channels::Cmyk,
            (Photometric::Inks, Some(_)) => Channels::CmykAlpha,
            (_, None) => Channels::Rgb,
            (_, Some(_)) => Channels::Rgba,
        };
        let palette = match photometric {
            Photometric::Palette => palette(directory, bits)?,
            _ => Vec::new(),
        };
        let tiles = directory.number(322)?.is_some();
        let chunk = if tiles {
            (number(322, 0)?, number(323, 0)?)
        } else {
            (width as u64, number(278, u64::MAX)?.min(height as u64))
        };
        // No tile is much larger than the picture; what is larger is a lie or an attack.
        let most = |side: usize| side.max(1).next_multiple_of(16).max(4096) as u64;
        if chunk.0 == 0 || chunk.1 == 0 || chunk.0 > most(width) || chunk.1 > most(height) {
            return Err(Fault::damaged(
                "its tiles or strips have an impossible size",
            ));
        }
        let lists = if tiles { (324, 325) } else { (273, 279) };
        let missing = || Fault::damaged("it does not say where its pixels are");
        let shares = directory.numbers(530)?.unwrap_or_else(|| vec![2, 2]);
        let shares = match (photometric, &shares[..]) {
            (Photometric::Differences, &[across @ (1 | 2 | 4), down @ (1 | 2 | 4)]) => {
                (across as usize, down as usize)
            }
            (Photometric::Differences, _) => {
                return Err(Fault::damaged(
                    "its colour differences have impossible shares",
                ));
            }
            _ => (1, 1),
        };
        let compression = number(259, 1)? as u16;
        Ok(Self {
            width,
            height,
            count,
            bits,
            float,
            photometric,
            palette,
            channels,
            alpha,
            premultiplied,
            planar: number(284, 1)? == 2 && count > 1,
            compression,
            predictor: number(317, 1)? as u16,
            low_first: number(266, 1)? == 2,
            fax_options: number(if compression == 4 { 293 } else { 292 }, 0)? as u32,
            shares,
            chunk: (chunk.0 as usize, chunk.1 as usize),
            tiles,
            offsets: directory.numbers(lists.0)?.ok_or_else(missing)?,
            lengths: directory.numbers(lists.1)?.unwrap_or_default(),
        })
    }

    /// Number of strips or tiles, across and down.
    pub(super) fn chunks(&self) -> (usize, usize) {
        (
            self.width.div_ceil(self.chunk.0),
            self.height.div_ceil(self.chunk.1),
        )
    }

    /// Samples per pixel in one chunk.
    pub(super) fn chunk_samples(&self) -> usize {
        if self.planar { 1 } else { self.count }
    }
}

fn colours_not_read(photometric: u64) -> String {
    match photometric {
        5 => "inks other than cyan, magenta, yellow and black".into(),
        8..=10 => "CIE L*a*b* colours".into(),
        32_803 => "a camera's raw samples".into(),
        32_844 | 32_845 => "LogLuv colours".into(),
        other => format!("colours of kind {other}"),
    }
}

/// Index of the sample that is alpha, and whether colours are multiplied by it.
fn alpha(extra: Option<Vec<u64>>, count: usize, colours: usize) -> (Option<usize>, bool) {
    match extra {
        // Many writers of old leave the tag out.
        None => ((count == colours + 1).then_some(colours), false),
        Some(extra) => {
            let place = extra
                .iter()
                .take(count - colours)
                .position(|kind| matches!(kind, 1 | 2));
            let premultiplied = place.is_some_and(|place| extra[place] == 1);
            (place.map(|place| colours + place), premultiplied)
        }
    }
}

/// Reads the palette: in the file all reds come first, then all greens, then all blues.
fn palette(directory: &Directory, bits: usize) -> Result<Vec<[u16; 3]>, Fault> {
    if bits > 16 {
        return Err(Fault::damaged("its palette has too many colours"));
    }
    let values = directory.numbers(320)?;
    let values = values.ok_or_else(|| Fault::damaged("its palette is missing"))?;
    let colours = 1 << bits;
    if values.len() < 3 * colours {
        return Err(Fault::damaged("its palette is too short"));
    }
    // Some writers put bytes where 16 bits belong; then no value reaches beyond a byte.
    let narrow = values.iter().all(|&value| value < 256);
    let wide = |value: u64| {
        if narrow {
            value as u16 * 257
        } else {
            value as u16
        }
    };
    let colour = |place| [0, 1, 2].map(|channel| wide(values[channel * colours + place]));
    Ok((0..colours).map(colour).collect())
}
