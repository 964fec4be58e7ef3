//! Unpacking: from the bytes of a chunk to samples in the picture.

use super::directory::Order;
use super::layout::{Layout, Photometric};
use super::{Fault, Raster, Samples};
use crate::decode::jpeg::rgb;
use crate::decode::raster::Channels;

/// The place of a chunk in the picture.
pub(super) struct Place {
    pub(super) plane: usize,
    pub(super) left: usize,
    pub(super) top: usize,
}

/// Lists the channels of the picture for the samples of a chunk.
fn channels(layout: &Layout, place: &Place) -> Vec<(usize, usize)> {
    let colours = layout.channels.colours();
    // A palette's one sample becomes three channels.
    let stored = if layout.photometric == Photometric::Palette {
        1
    } else {
        colours
    };
    let all = (0..stored)
        .map(|sample| (sample, sample))
        .chain(layout.alpha.map(|sample| (sample, colours)));
    if layout.planar {
        all.filter(|&(sample, _)| sample == place.plane)
            .map(|(_, channel)| (0, channel))
            .collect()
    } else {
        all.collect()
    }
}

/// Copies the rows of a chunk into the picture; pixels beyond its edges are padding.
pub(super) fn unpack(
    bytes: &[u8],
    layout: &Layout,
    rows: usize,
    place: &Place,
    order: Order,
    raster: &mut Raster,
) -> Result<(), Fault> {
    let samples = layout.chunk_samples();
    let across = layout.chunk.0.min(layout.width.saturating_sub(place.left));
    let down = rows.min(layout.height.saturating_sub(place.top));
    if layout.photometric == Photometric::Differences {
        return differences(bytes, layout, place, (across, down), raster);
    }
    let row_bytes = (layout.chunk.0 * samples * layout.bits).div_ceil(8);
    let count = layout.channels.count();
    let used = channels(layout, place);
    for (row, bytes) in bytes.chunks_exact(row_bytes).take(down).enumerate() {
        let start = ((place.top + row) * layout.width + place.left) * count;
        let target = start..start + across * count;
        match &mut raster.samples {
            Samples::Eight(values) => {
                let most = ((1u32 << layout.bits.min(16)) - 1).max(1);
                for &(sample, channel) in &used {
                    let inverted = is_inverted(layout, channel);
                    for (column, pixel) in
                        values[target.clone()].chunks_exact_mut(count).enumerate()
                    {
                        let value = sample_at(bytes, column * samples + sample, layout, order);
                        if let (0, Some(&colour)) = (channel, layout.palette.get(value as usize)) {
                            // Writers disagree on the low byte: it repeats the high or is zero.
                            pixel[..3].copy_from_slice(&colour.map(|part| (part >> 8) as u8));
                            continue;
                        }
                        let value = ((value * 510 + most) / (2 * most)) as u8;
                        pixel[channel] = if inverted { !value } else { value };
                    }
                }
            }
            Samples::Sixteen(values) => {
                let most = (1u64 << layout.bits) - 1;
                for &(sample, channel) in &used {
                    let inverted = is_inverted(layout, channel);
                    for (column, pixel) in
                        values[target.clone()].chunks_exact_mut(count).enumerate()
                    {
                        let value = sample_at(bytes, column * samples + sample, layout, order);
                        let value = match layout.bits {
                            16 => value as u16,
                            _ => ((u64::from(value) * 131_070 + most) / (2 * most)) as u16,
                        };
                        pixel[channel] = if inverted { !value } else { value };
                    }
                }
            }
            Samples::Float(values) => {
                for &(sample, channel) in &used {
                    let inverted = is_inverted(layout, channel);
                    for (column, pixel) in
                        values[target.clone()].chunks_exact_mut(count).enumerate()
                    {
                        let size = layout.bits / 8;
                        let start = (column * samples + sample) * size;
                        let value = float(order.number(&bytes[start..start + size]), size);
                        pixel[channel] = if inverted { 1.0 - value } else { value };
                    }
                }
            }
        }
    }
    Ok(())
}

fn is_inverted(layout: &Layout, channel: usize) -> bool {
    channel == 0 && layout.photometric == Photometric::Grey { inverted: true }
}

/// Reads an integer of 1…32 bits, packed from the high bit down.
#[inline(always)]
fn sample_at(row: &[u8], index: usize, layout: &Layout, order: Order) -> u32 {
    match layout.bits {
        8 => u32::from(row[index]),
        bits @ (16 | 24 | 32) => {
            let size = bits / 8;
            order.number(&row[index * size..(index + 1) * size]) as u32
        }
        bits => (index * bits..(index + 1) * bits).fold(0, |value, bit| {
            value << 1 | u32::from(row[bit / 8] >> (7 - bit % 8) & 1)
        }),
    }
}

/// Converts the bits of a floating-point number of 2, 4 or 8 bytes (IEEE 754).
fn float(bits: u64, size: usize) -> f32 {
    match size {
        2 => {
            let (sign, exponent, rest) = (bits >> 15 & 1, bits >> 10 & 31, bits & 1023);
            let size = match exponent {
                0 => rest as f32 / (1u32 << 24) as f32,
                31 if rest > 0 => f32::NAN,
                31 => f32::INFINITY,
                _ => (1024 + rest) as f32 * 2f32.powi(exponent as i32 - 25),
            };
            if sign == 1 { -size } else { size }
        }
        4 => f32::from_bits(bits as u32),
        _ => f64::from_bits(bits) as f32,
    }
}

/// Unpacks units of a few pixels: first their brightnesses, then two colour differences for all of
/// them.
fn differences(
    bytes: &[u8],
    layout: &Layout,
    place: &Place,
    (across, down): (usize, usize),
    raster: &mut Raster,
) -> Result<(), Fault> {
    let Samples::Eight(values) = &mut raster.samples else {
        return Err(Fault::not_supported("an unusual kind of YCbCr"));
    };
    let (wide, high) = layout.shares;
    let unit = wide * high + 2;
    let row_units = layout.chunk.0.div_ceil(wide);
    for row in 0..down {
        for column in 0..across {
            let start = (row / high * row_units + column / wide) * unit;
            let parts = bytes.get(start..start + unit).ok_or(Fault::CutShort)?;
            let brightness = parts[row % high * wide + column % wide];
            let pixel = ((place.top + row) * layout.width + place.left + column) * 3;
            let colour = rgb(brightness, parts[unit - 2], parts[unit - 1]);
            values[pixel..pixel + 3].copy_from_slice(&colour);
        }
    }
    Ok(())
}

/// Copies a JPEG that is a strip or tile into the picture.
pub(super) fn copy_jpeg(
    tile: &Raster,
    layout: &Layout,
    place: &Place,
    raster: &mut Raster,
) -> Result<(), Fault> {
    let (Samples::Eight(from), Samples::Eight(to)) = (&tile.samples, &mut raster.samples) else {
        return Err(Fault::not_supported("JPEG of other samples than bytes"));
    };
    let across = layout.chunk.0.min(layout.width.saturating_sub(place.left));
    let down = layout.chunk.1.min(layout.height.saturating_sub(place.top));
    if (tile.width as usize) < across || (tile.height as usize) < down {
        return Err(Fault::damaged("a JPEG in it is smaller than its place"));
    }
    let (samples, count) = (layout.chunk_samples(), layout.channels.count());
    let used = channels(layout, place);
    for row in 0..down {
        for column in 0..across {
            let source = (row * tile.width as usize + column) * samples;
            let target = ((place.top + row) * layout.width + place.left + column) * count;
            for &(sample, channel) in &used {
                let value = from[source + sample];
                // Of four components together, a JPEG by itself holds what the inks leave over, and
                // its decoder has turned them; one in a TIFF holds the values.
                let turned = (tile.channels == Channels::Cmyk) != is_inverted(layout, channel);
                to[target + channel] = if turned { !value } else { value };
            }
        }
    }
    Ok(())
}

/// Divides colours by alpha, by which they were multiplied; where alpha is zero, nothing is left of
/// them.
pub(super) fn divide_by_alpha(raster: &mut Raster) {
    let (count, colours) = (raster.channels.count(), raster.channels.colours());
    if count == colours {
        return;
    }
    match &mut raster.samples {
        Samples::Eight(values) => values.chunks_exact_mut(count).for_each(|pixel| {
            let share = u32::from(pixel[colours]);
            for value in pixel[..colours].iter_mut().filter(|_| share > 0) {
                *value = ((u32::from(*value) * 255 + share / 2) / share).min(255) as u8;
            }
        }),
        Samples::Sixteen(values) => values.chunks_exact_mut(count).for_each(|pixel| {
            let share = u64::from(pixel[colours]);
            for value in pixel[..colours].iter_mut().filter(|_| share > 0) {
                *value = ((u64::from(*value) * 65_535 + share / 2) / share).min(65_535) as u16;
            }
        }),
        Samples::Float(values) => values.chunks_exact_mut(count).for_each(|pixel| {
            let share = pixel[colours];
            for value in pixel[..colours].iter_mut().filter(|_| share > 0.0) {
                *value /= share;
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_numbers() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0x3800, 0.5),
            (0xc000, -2.0),
            (0x0001, 5.960_464_5e-8),
        ] {
            assert_eq!(float(bits, 2), value);
        }
        assert_eq!(float(1.5f64.to_bits(), 8), 1.5);
        assert!(float(0x7e00, 2).is_nan());
    }

    #[test]
    fn colours_come_back_from_alpha() {
        let mut raster = Raster {
            width: 3,
            height: 1,
            channels: Channels::Rgba,
            samples: Samples::Eight(vec![60, 51, 0, 51, 7, 7, 7, 0, 90, 80, 70, 255]),
        };
        divide_by_alpha(&mut raster);
        let expected = vec![255, 255, 0, 51, 7, 7, 7, 0, 90, 80, 70, 255];
        assert_eq!(raster.samples, Samples::Eight(expected));
    }
}
