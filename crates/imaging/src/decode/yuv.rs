//! Conversion of brightness and colour differences (YCbCr), as in video and pictures coded with its
//! codecs, to red, green and blue.

use super::fault::{Fault, zeros};
use super::raster::{Channels, Raster, Samples};

/// Planes of YCbCr samples, of 8 to 16 bits.
pub(super) struct Planes {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: u32,
    /// Whether samples use their full range.
    pub(super) full: bool,
    /// Number of pixels that a sample of the colour differences covers, across and down: 1 or 2.
    pub(super) shares: (usize, usize),
    /// Brightness, `[height, width]`.
    pub(super) brightness: Vec<u16>,
    /// Colour differences of blue and of red, `[height / down, width / across]` each, rounded up.
    pub(super) differences: Option<[Vec<u16>; 2]>,
    pub(super) coefficients: Coefficients,
}

/// Coefficients by which colours are computed from brightness and differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Coefficients {
    /// The planes are green, blue and red themselves.
    Identity,
    /// Brightness is a weighted sum, with these weights of red and of blue.
    Weights(f32, f32),
    /// The differences are those of green and orange (YCgCo).
    GreenOrange,
}

impl Coefficients {
    /// The coefficients for code points of ITU-T H.273.
    pub(super) fn of(matrix: u16, primaries: u16) -> Result<Self, Fault> {
        Ok(match (matrix, primaries) {
            (0, _) => Self::Identity,
            (1, _) | (12, 1) => Self::Weights(0.2126, 0.0722),
            (4, _) => Self::Weights(0.30, 0.11),
            (2 | 3 | 5 | 6, _) | (12, 5 | 6) => Self::Weights(0.299, 0.114),
            (7, _) => Self::Weights(0.212, 0.087),
            (8, _) => Self::GreenOrange,
            (9, _) | (12, 9) => Self::Weights(0.2627, 0.0593),
            (other, _) => {
                return Err(Fault::not_supported(format!(
                    "matrix coefficients of kind {other}"
                )));
            }
        })
    }
}

/// Converts planes to red, green and blue, or to grey if there are no colour differences: bytes for
/// 8 bits, else the full range of 16.
pub(super) fn raster(planes: &Planes) -> Result<Raster, Fault> {
    let most = ((1u32 << planes.bits) - 1) as f32;
    let step = (1u32 << (planes.bits - 8)) as f32;
    // To 0…1 and −0.5…0.5.
    let (base, range, spread) = if planes.full {
        (0.0, most, most)
    } else {
        (16.0 * step, 219.0 * step, 224.0 * step)
    };
    let middle = 128.0 * step;
    let bright = |sample: u16| (f32::from(sample) - base) / range;
    let differ = |sample: f32| (sample - middle) / spread;
    let scale = if planes.bits == 8 { 255.0 } else { 65_535.0 };
    // The cast saturates at 0, the target's own clamp at its largest value.
    let value = |value: f32| (value * scale + 0.5).clamp(0.0, scale) as u16;
    let (channels, samples) = match &planes.differences {
        None => {
            let mut samples: Vec<u16> = zeros(planes.brightness.len())?;
            for (sample, stored) in samples.iter_mut().zip(&planes.brightness) {
                *sample = value(bright(*stored));
            }
            (Channels::Grey, samples)
        }
        Some([blue, red]) => {
            let mut samples: Vec<u16> = zeros(planes.brightness.len() * 3)?;
            let rows = samples.chunks_exact_mut(planes.width * 3);
            for (row, (target, line)) in rows
                .zip(planes.brightness.chunks_exact(planes.width))
                .enumerate()
            {
                let blue = Line::new(blue, planes, row);
                let red = Line::new(red, planes, row);
                for (column, (pixel, stored)) in target
                    .as_chunks_mut::<3>()
                    .0
                    .iter_mut()
                    .zip(line)
                    .enumerate()
                {
                    let (blue, red) = (blue.at(column), red.at(column));
                    let bright = bright(*stored);
                    *pixel = match planes.coefficients {
                        Coefficients::Identity => {
                            let plain = |sample: f32| (sample - base) / range;
                            [plain(red), bright, plain(blue)]
                        }
                        Coefficients::Weights(of_red, of_blue) => {
                            let (blue, red) = (differ(blue), differ(red));
                            let r = bright + 2.0 * (1.0 - of_red) * red;
                            let b = bright + 2.0 * (1.0 - of_blue) * blue;
                            let g = (bright - of_red * r - of_blue * b) / (1.0 - of_red - of_blue);
                            [r, g, b]
                        }
                        Coefficients::GreenOrange => {
                            let (green, orange) = (differ(blue), differ(red));
                            let rest = bright - green;
                            [rest + orange, bright + green, rest - orange]
                        }
                    }
                    .map(value);
                }
            }
            (Channels::Rgb, samples)
        }
    };
    Ok(Raster {
        width: planes.width as u32,
        height: planes.height as u32,
        channels,
        samples: match planes.bits {
            8 => Samples::Eight(samples.into_iter().map(|sample| sample as u8).collect()),
            _ => Samples::Sixteen(samples),
        },
    })
}

/// The two rows of colour differences beside a row of pixels. Samples are at the centre of the
/// pixels that they cover, and values between them are interpolated.
struct Line<'a> {
    near: &'a [u16],
    far: &'a [u16],
    /// Weight of the nearer row: 1, or 3/4 if a sample covers two rows.
    share: f32,
    halved: bool,
}

impl<'a> Line<'a> {
    fn new(plane: &'a [u16], planes: &Planes, row: usize) -> Self {
        let (across, down) = planes.shares;
        let columns = planes.width.div_ceil(across);
        let rows = planes.height.div_ceil(down);
        let line = |row: usize| &plane[row * columns..(row + 1) * columns];
        let (near, far, share) = match down {
            1 => (row, row, 1.0),
            _ => {
                let near = row / 2;
                let far = match row % 2 {
                    0 => near.saturating_sub(1),
                    _ => (near + 1).min(rows - 1),
                };
                (near, far, 0.75)
            }
        };
        Self {
            near: line(near),
            far: line(far),
            share,
            halved: across == 2,
        }
    }

    fn at(&self, column: usize) -> f32 {
        let mixed = |column: usize| {
            let (near, far) = (f32::from(self.near[column]), f32::from(self.far[column]));
            near * self.share + far * (1.0 - self.share)
        };
        if !self.halved {
            return mixed(column);
        }
        let near = column / 2;
        let far = match column % 2 {
            0 => near.saturating_sub(1),
            _ => (near + 1).min(self.near.len() - 1),
        };
        mixed(near) * 0.75 + mixed(far) * 0.25
    }
}

/// Adds the brightness of another picture of that size to colours as their alpha.
pub(super) fn with_alpha(
    colours: Raster,
    alpha: Raster,
    multiplied: bool,
) -> Result<Raster, Fault> {
    let channels = match (colours.channels, alpha.channels) {
        (Channels::Grey, Channels::Grey) => Channels::GreyAlpha,
        (Channels::Rgb, Channels::Grey) => Channels::Rgba,
        _ => return Err(Fault::damaged("its transparency has colours")),
    };
    let count = colours.channels.count();
    let samples = match (colours.samples, alpha.samples) {
        (Samples::Eight(colours), Samples::Eight(alpha)) => {
            Samples::Eight(beside(&colours, &alpha, count, multiplied))
        }
        (colours, alpha) => Samples::Sixteen(beside(
            &sixteen(colours),
            &sixteen(alpha),
            count,
            multiplied,
        )),
    };
    Ok(Raster {
        channels,
        samples,
        ..colours
    })
}

fn sixteen(samples: Samples) -> Vec<u16> {
    match samples {
        Samples::Eight(samples) => samples
            .into_iter()
            .map(|byte| u16::from(byte) * 257)
            .collect(),
        Samples::Sixteen(samples) => samples,
        Samples::Float(samples) => samples
            .into_iter()
            .map(|sample| (sample * 65_535.0).round() as u16)
            .collect(),
    }
}

fn beside<T>(colours: &[T], alpha: &[T], count: usize, multiplied: bool) -> Vec<T>
where
    T: Copy + Into<u32> + TryFrom<u32> + Limit,
{
    let mut samples = Vec::with_capacity(colours.len() + alpha.len());
    for (pixel, &share) in colours.chunks_exact(count).zip(alpha) {
        let whole: u32 = share.into();
        samples.extend(pixel.iter().map(|&colour| {
            if !multiplied || whole == 0 {
                return colour;
            }
            let most: u32 = T::MOST.into();
            let divided = (colour.into() * most + whole / 2) / whole;
            T::try_from(divided.min(most)).unwrap_or(T::MOST)
        }));
        samples.push(share);
    }
    samples
}

/// The largest value of a type of samples.
trait Limit: Sized {
    const MOST: Self;
}

impl Limit for u8 {
    const MOST: Self = Self::MAX;
}

impl Limit for u16 {
    const MOST: Self = Self::MAX;
}

/// The part of a raster with this left, top, width and height, which must lie inside.
pub(super) fn cropped(raster: Raster, part: [u32; 4]) -> Result<Raster, Fault> {
    let [left, top, width, height] = part;
    let count = raster.channels.count();
    let columns = raster.width as usize * count;
    let (start, length) = (left as usize * count, width as usize * count);
    fn rows<T: Copy>(
        samples: &[T],
        columns: usize,
        (top, height): (usize, usize),
        (start, length): (usize, usize),
    ) -> Vec<T> {
        let rows = samples.chunks_exact(columns).skip(top).take(height);
        rows.flat_map(|row| &row[start..start + length])
            .copied()
            .collect()
    }
    let down = (top as usize, height as usize);
    let across = (start, length);
    Ok(Raster {
        width,
        height,
        channels: raster.channels,
        samples: match raster.samples {
            Samples::Eight(samples) => Samples::Eight(rows(&samples, columns, down, across)),
            Samples::Sixteen(samples) => Samples::Sixteen(rows(&samples, columns, down, across)),
            Samples::Float(samples) => Samples::Float(rows(&samples, columns, down, across)),
        },
    })
}

/// Copies a tile to its place; parts beyond the edges are left out.
pub(super) fn put(
    whole: &mut Raster,
    tile: &Raster,
    (left, top): (usize, usize),
) -> Result<(), Fault> {
    if whole.channels != tile.channels {
        return Err(Fault::damaged("parts of it are of different kinds"));
    }
    let count = whole.channels.count();
    let (from, to) = (tile.width as usize * count, whole.width as usize * count);
    let start = left * count;
    fn rows<T: Copy>(
        (whole, to, start): (&mut [T], usize, usize),
        (tile, from): (&[T], usize),
        top: usize,
    ) {
        let length = from.min(to - start);
        let targets = whole.chunks_exact_mut(to).skip(top);
        for (target, row) in targets.zip(tile.chunks_exact(from)) {
            target[start..start + length].copy_from_slice(&row[..length]);
        }
    }
    match (&mut whole.samples, &tile.samples) {
        (Samples::Eight(whole), Samples::Eight(tile)) => {
            rows((whole, to, start), (tile, from), top);
        }
        (Samples::Sixteen(whole), Samples::Sixteen(tile)) => {
            rows((whole, to, start), (tile, from), top);
        }
        _ => return Err(Fault::damaged("parts of it are of different kinds")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(bits: u32, full: bool, samples: [u16; 3], coefficients: Coefficients) -> Samples {
        let [bright, blue, red] = samples;
        let planes = Planes {
            width: 1,
            height: 1,
            bits,
            full,
            shares: (1, 1),
            brightness: vec![bright],
            differences: Some([vec![blue], vec![red]]),
            coefficients,
        };
        raster(&planes).unwrap().samples
    }

    #[test]
    fn known_colours() {
        // Red of BT.601 and BT.709 in the limited range, as the standards print it.
        let usual = Coefficients::of(6, 2).unwrap();
        let red = pixel(8, false, [81, 90, 240], usual);
        assert_eq!(red, Samples::Eight(vec![254, 0, 0]));
        let red = pixel(8, false, [63, 102, 240], Coefficients::of(1, 1).unwrap());
        assert_eq!(red, Samples::Eight(vec![255, 1, 0]));
        let white = pixel(10, false, [940, 512, 512], usual);
        assert_eq!(white, Samples::Sixteen(vec![65_535; 3]));
        let plain = pixel(8, true, [20, 30, 10], Coefficients::of(0, 1).unwrap());
        assert_eq!(plain, Samples::Eight(vec![10, 20, 30]));
        let grey = pixel(8, true, [77, 128, 128], Coefficients::of(8, 1).unwrap());
        assert_eq!(grey, Samples::Eight(vec![77; 3]));
        assert!(Coefficients::of(14, 9).is_err());
    }

    #[test]
    fn halved_differences_are_mixed_between_their_places() {
        let planes = Planes {
            width: 5,
            height: 1,
            bits: 8,
            full: true,
            shares: (2, 2),
            brightness: vec![0; 5],
            differences: Some([vec![0, 40, 80], vec![128; 3]]),
            coefficients: Coefficients::Identity,
        };
        let Samples::Eight(samples) = raster(&planes).unwrap().samples else {
            panic!("bytes stay bytes");
        };
        let blue: Vec<u8> = samples.iter().skip(2).step_by(3).copied().collect();
        assert_eq!(blue, [0, 10, 30, 50, 70]);
    }

    #[test]
    fn colours_that_are_multiplied_are_divided() {
        let grey = |samples| Raster {
            width: 2,
            height: 1,
            channels: Channels::Grey,
            samples: Samples::Eight(samples),
        };
        let found = with_alpha(grey(vec![50, 9]), grey(vec![100, 0]), true).unwrap();
        assert_eq!(found.samples, Samples::Eight(vec![128, 100, 9, 0]));
    }
}
