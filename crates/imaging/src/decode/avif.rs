//! Decoding of AVIF: one or several AV1 pictures in a container, with alpha in another picture.

use super::fault::{Fault, zeros};
use super::raster::{Channels, Raster, Samples};
use super::whole::ends_in_zeros;
use super::yuv::{self, Coefficients, Planes};
use crate::container::{Cicp, Heif, Item, Property};
use image::metadata::Orientation;
use re_rav1d::{Decoder, PixelLayout, PlanarImageComponent, Settings};

/// An AVIF whose container has been read.
pub(super) struct Avif<'a> {
    container: Heif<'a>,
}

impl<'a> Avif<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let container = Heif::open(bytes)?;
        container.primary()?;
        Ok(Self { container })
    }

    /// Width and height before rotation.
    pub(super) fn size(&self) -> Result<(u32, u32), Fault> {
        let primary = self.container.primary()?;
        let size = self.container.size(primary)?;
        Ok(match self.crop(primary, size)? {
            Some([_, _, width, height]) => (width, height),
            None => size,
        })
    }

    /// Largest number of bytes that decoding takes at a time: planes of 16 bits, and the raster
    /// made from them.
    pub(super) fn memory(&self) -> Result<u64, Fault> {
        let (width, height) = self.container.size(self.container.primary()?)?;
        Ok((u64::from(width) * u64::from(height)).saturating_mul(4 * 2 + 4 * 2))
    }

    /// Bits of each colour channel, if the file says so.
    pub(super) fn bits(&self) -> Option<u8> {
        let primary = self.container.primary().ok()?;
        self.container
            .properties(primary)
            .find_map(|property| match property {
                Property::Depth(bits) => Some(*bits),
                _ => None,
            })
            .filter(|bits| (8..=16).contains(bits))
    }

    /// Whether the file is an animation.
    pub(super) fn moves(&self) -> bool {
        self.container.moves
    }

    /// Rotation and mirroring that the picture needs for viewing.
    pub(super) fn orientation(&self) -> Result<Orientation, Fault> {
        let (mut turn, mut mirror) = (0, None);
        for property in self.container.properties(self.container.primary()?) {
            match property {
                Property::Turn(quarters) => turn = *quarters,
                Property::Mirror(sideways) => mirror = Some(*sideways),
                _ => {}
            }
        }
        // Turned against the clock first, then mirrored.
        Ok(match (turn, mirror) {
            (0, None) => Orientation::NoTransforms,
            (0, Some(true)) | (2, Some(false)) => Orientation::FlipHorizontal,
            (2, None) => Orientation::Rotate180,
            (0, Some(false)) | (2, Some(true)) => Orientation::FlipVertical,
            (1, Some(false)) | (3, Some(true)) => Orientation::Rotate90FlipH,
            (3, None) => Orientation::Rotate90,
            (1, Some(true)) | (3, Some(false)) => Orientation::Rotate270FlipH,
            _ => Orientation::Rotate270,
        })
    }

    /// Left, top, width and height of the part that is meant to be shown.
    fn crop(&self, item: &Item, (width, height): (u32, u32)) -> Result<Option<[u32; 4]>, Fault> {
        let found = self
            .container
            .properties(item)
            .find_map(|property| match property {
                Property::Crop(fractions) => Some(*fractions),
                _ => None,
            });
        let Some(fractions) = found else {
            return Ok(None);
        };
        let part = |whole: u32, (over, under): (i64, i64), (off, below): (i64, i64)| {
            // The part lies around the centre, which is moved by `off / below`.
            let whole = i64::from(whole);
            let length = over.checked_div(under).filter(|_| over % under == 0)?;
            let doubled = (whole - length) * below + 2 * off;
            let start = doubled.checked_div(2 * below)?;
            let exact = doubled % (2 * below) == 0;
            let inside = length > 0 && start >= 0 && start + length <= whole;
            (exact && inside).then_some((start as u32, length as u32))
        };
        let [across, down, right, lower] = fractions;
        match (part(width, across, right), part(height, down, lower)) {
            (Some((left, width)), Some((top, height))) => Ok(Some([left, top, width, height])),
            _ => Err(Fault::not_supported("a part of a picture between pixels")),
        }
    }

    /// Decodes the pixels.
    pub(super) fn decode(&self) -> Result<Raster, Fault> {
        let primary = self.container.primary()?;
        let (width, height) = self.container.size(primary)?;
        let mut raster = self.colours(primary)?;
        if let Some((alpha, multiplied)) = self.container.alpha(primary) {
            let alpha = self.item(alpha, true)?;
            if (alpha.width, alpha.height) != (width, height) {
                return Err(Fault::not_supported("transparency in another size"));
            }
            raster = yuv::with_alpha(raster, alpha, multiplied)?;
        }
        match self.crop(primary, (width, height))? {
            Some(part) => yuv::cropped(raster, part),
            None => Ok(raster),
        }
    }

    fn colours(&self, item: &Item) -> Result<Raster, Fault> {
        self.item(item, false)
    }

    /// Decodes an item in colour or, if `grey`, only its brightness, as for alpha.
    fn item(&self, item: &Item, grey: bool) -> Result<Raster, Fault> {
        let size = self.container.size(item)?;
        match &item.kind {
            b"av01" => self.coded(item, size, grey),
            b"grid" => self.grid(item, size, grey),
            b"iden" | b"iovl" => Err(Fault::not_supported("a picture laid over others")),
            other => Err(Fault::not_supported(format!(
                "pixels of kind {}",
                String::from_utf8_lossy(other)
            ))),
        }
    }

    /// Decodes a grid of pictures side by side and below each other.
    fn grid(&self, item: &Item, size: (u32, u32), grey: bool) -> Result<Raster, Fault> {
        let data = self.container.data(item)?;
        let damaged = || Fault::damaged("its grid does not hold together");
        let [_, flags, rows, columns, sides @ ..] = &data[..] else {
            return Err(damaged());
        };
        let (rows, columns) = (usize::from(*rows) + 1, usize::from(*columns) + 1);
        let sides: Vec<u32> = match flags & 1 {
            0 => {
                let sides = sides.as_chunks::<2>().0.iter();
                sides.map(|side| u16::from_be_bytes(*side).into()).collect()
            }
            _ => {
                let sides = sides.as_chunks::<4>().0.iter();
                sides.map(|side| u32::from_be_bytes(*side)).collect()
            }
        };
        let parts = self.container.parts(item)?;
        if sides.get(..2) != Some(&[size.0, size.1]) || parts.len() != rows * columns {
            return Err(damaged());
        }
        let mut whole: Option<Raster> = None;
        for (index, part) in parts.into_iter().enumerate() {
            let own = self.container.size(part)?;
            if part.kind != *b"av01" {
                return Err(Fault::not_supported("a grid of grids"));
            }
            // All parts have one size, and the last ones reach to the end or beyond.
            let (across, down) = (own.0 as usize * columns, own.1 as usize * rows);
            if across < size.0 as usize || down < size.1 as usize {
                return Err(damaged());
            }
            if across >= size.0 as usize + own.0 as usize
                || down >= size.1 as usize + own.1 as usize
            {
                return Err(damaged());
            }
            let tile = self.coded(part, own, grey)?;
            let whole = match &mut whole {
                Some(whole) => whole,
                None => whole.insert(blank(size, &tile)?),
            };
            let place = (
                index % columns * own.0 as usize,
                index / columns * own.1 as usize,
            );
            yuv::put(whole, &tile, place)?;
        }
        whole.ok_or_else(damaged)
    }

    fn coded(&self, item: &Item, size: (u32, u32), grey: bool) -> Result<Raster, Fault> {
        let stored = self.container.data(item)?;
        let cicp = self
            .container
            .properties(item)
            .find_map(|property| match property {
                Property::Cicp(cicp) => Some(*cicp),
                _ => None,
            });
        // The coding itself ends in no more zeros than a few.
        if ends_in_zeros(&stored) {
            return Err(Fault::CutShort);
        }
        let picture = av1(stored.into_owned(), size)?;
        if (picture.width(), picture.height()) != size {
            return Err(Fault::damaged("its pixels have another size than it says"));
        }
        raster(&picture, cicp, grey)
    }
}

/// A container's description of its colours: a profile, and code points.
pub(crate) fn colours<'a>(container: &Heif<'a>) -> (Option<&'a [u8]>, Option<Cicp>) {
    let (mut icc, mut cicp) = (None, None);
    let Ok(primary) = container.primary() else {
        return (None, None);
    };
    for property in container.properties(primary) {
        match property {
            Property::Icc(profile) => icc = icc.or(Some(*profile)),
            Property::Cicp(numbers) => cicp = cicp.or(Some(*numbers)),
            _ => {}
        }
    }
    (icc, cicp)
}

fn blank((width, height): (u32, u32), like: &Raster) -> Result<Raster, Fault> {
    let length = width as usize * height as usize * like.channels.count();
    Ok(Raster {
        width,
        height,
        channels: like.channels,
        samples: match like.samples {
            Samples::Eight(_) => Samples::Eight(zeros(length)?),
            Samples::Sixteen(_) => Samples::Sixteen(zeros(length)?),
            Samples::Float(_) => Samples::Float(zeros(length)?),
        },
    })
}

/// Decodes the first frame of an AV1 stream. On one thread: several would wait for each other
/// forever if one failed.
fn av1(stored: Vec<u8>, (width, height): (u32, u32)) -> Result<re_rav1d::Picture, Fault> {
    let failed = |error: re_rav1d::Error| match error {
        re_rav1d::Error::NotEnoughMemory => Fault::TooLarge,
        re_rav1d::Error::UnsupportedBitstream => Fault::not_supported("a kind of AV1"),
        // Nothing came of all that there is.
        re_rav1d::Error::Again => Fault::damaged("there is no picture in its AV1"),
        other => Fault::damaged(format!("AV1: {other}")),
    };
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(width.saturating_mul(height).max(1));
    let mut decoder = Decoder::with_settings(&settings).map_err(failed)?;
    if stored.is_empty() {
        return Err(Fault::CutShort);
    }
    /// Largest number of decoding steps: more than any still picture takes.
    const MOST_STEPS: usize = 10_000;
    let mut sent = decoder.send_data(stored, None, None, None);
    for _ in 0..MOST_STEPS {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(error) if !error.is_again() => return Err(failed(error)),
            Err(error) => match sent {
                Err(again) if again.is_again() => sent = decoder.send_pending_data(),
                Err(other) => return Err(failed(other)),
                Ok(()) => return Err(failed(error)),
            },
        }
    }
    Err(failed(re_rav1d::Error::Again))
}

/// Converts the samples of an AV1 picture to red, green and blue, or only its brightness if `grey`.
fn raster(picture: &re_rav1d::Picture, cicp: Option<Cicp>, grey: bool) -> Result<Raster, Fault> {
    use re_rav1d::pixel::YUVRange;
    let bits = picture.bit_depth() as u32;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let layout = picture.pixel_layout();
    let shares = match layout {
        PixelLayout::I420 => (2, 2),
        PixelLayout::I422 => (2, 1),
        PixelLayout::I400 | PixelLayout::I444 => (1, 1),
    };
    let plane = |component, (across, down): (usize, usize)| -> Result<Vec<u16>, Fault> {
        let plane = picture.plane(component);
        let stride = picture.stride(component) as usize;
        let (columns, rows) = (width.div_ceil(across), height.div_ceil(down));
        let mut samples = zeros(columns * rows)?;
        let lines = plane.chunks(stride.max(1)).take(rows);
        for (line, target) in lines.zip(samples.chunks_mut(columns)) {
            match bits {
                8 => {
                    let bytes = line.iter().zip(target);
                    bytes.for_each(|(byte, sample)| *sample = u16::from(*byte));
                }
                _ => {
                    let words = line.as_chunks::<2>().0.iter().zip(target);
                    words.for_each(|(word, sample)| *sample = u16::from_ne_bytes(*word));
                }
            }
        }
        Ok(samples)
    };
    let stored = matches!(picture.color_range(), YUVRange::Full);
    let full = cicp.map_or(stored, |cicp| cicp.full);
    let brightness = plane(PlanarImageComponent::Y, (1, 1))?;
    let differences = match layout {
        PixelLayout::I400 => None,
        _ if grey => None,
        _ => Some([
            plane(PlanarImageComponent::U, shares)?,
            plane(PlanarImageComponent::V, shares)?,
        ]),
    };
    let matrix = match cicp.map(|cicp| cicp.matrix) {
        Some(matrix) if matrix != 2 => matrix,
        _ => matrix_of(picture),
    };
    let primaries = cicp.map_or(2, |cicp| cicp.primaries);
    let channels = match differences {
        Some(_) => Channels::Rgb,
        None => Channels::Grey,
    };
    yuv::raster(&Planes {
        width,
        height,
        bits,
        full,
        shares,
        brightness,
        differences,
        coefficients: match channels {
            Channels::Grey => Coefficients::Weights(0.299, 0.114),
            _ => Coefficients::of(matrix, primaries)?,
        },
    })
}

/// The matrix of a picture's colours as a code point of H.273.
fn matrix_of(picture: &re_rav1d::Picture) -> u16 {
    use re_rav1d::pixel::MatrixCoefficients::*;
    match picture.matrix_coefficients() {
        Identity => 0,
        BT709 => 1,
        BT470M => 4,
        BT470BG | ST170M => 6,
        ST240M => 7,
        YCgCo => 8,
        BT2020NonConstantLuminance => 9,
        BT2020ConstantLuminance => 10,
        ST2085 => 11,
        ChromaticityDerivedNonConstantLuminance => 12,
        ChromaticityDerivedConstantLuminance => 13,
        ICtCp => 14,
        _ => 2,
    }
}
