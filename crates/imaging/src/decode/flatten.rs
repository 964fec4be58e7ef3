//! Flattening: from a [`Raster`] to sRGB with alpha.

use super::fault::Fault;
use super::raster::{Channels, Raster, Samples};
use crate::colour::{Source, to_srgb};
use crate::{Alpha, AnyPicture, DeepPicture, Picture};

/// Converts samples to sRGB in the depth of their file. Returns whether a profile was used, too.
pub(crate) fn flatten(raster: Raster, source: &Source) -> Result<(AnyPicture, bool), Fault> {
    let Raster {
        width,
        height,
        channels,
        samples,
    } = raster;
    let wrong = |error: crate::ShapeError| Fault::damaged(error.to_string());
    let profile = match source {
        Source::Srgb => None,
        Source::Profile(profile) => Some(&**profile),
        Source::HighDynamicRange(kind) => {
            return Err(Fault::not_supported(format!("high dynamic range, {kind}")));
        }
    };
    match samples {
        Samples::Eight(samples) => {
            let (colours, alpha) = apart(samples, channels);
            let count = channels.colours();
            let conversion = profile.and_then(|profile| to_srgb(profile, count));
            let converted = conversion.and_then(|conversion| conversion.eight(&colours, count));
            let (rgb, used) = match (converted, profile) {
                (Some(rgb), _) => (rgb, true),
                // Grey with a profile for colours is a colour of equal parts.
                (None, Some(profile)) if count == 1 => {
                    let spread = to_rgb(colours, channels, inks_eight);
                    match to_srgb(profile, 3).and_then(|found| found.eight(&spread, 3)) {
                        Some(rgb) => (rgb, true),
                        None => (spread, false),
                    }
                }
                (None, _) => (to_rgb(colours, channels, inks_eight), false),
            };
            let mut picture = Picture::new(width, height, rgb).map_err(wrong)?;
            if let Some(alpha) = alpha {
                picture = picture.with_alpha(Alpha::Eight(alpha)).map_err(wrong)?;
            }
            Ok((AnyPicture::Eight(picture), used))
        }
        Samples::Sixteen(samples) => sixteen((width, height), samples, channels, profile),
        Samples::Float(samples) => {
            let samples = samples
                .iter()
                .map(|&sample| (sample * 65_535.0).round() as u16);
            sixteen((width, height), samples.collect(), channels, profile)
        }
    }
}

fn sixteen(
    (width, height): (u32, u32),
    samples: Vec<u16>,
    channels: Channels,
    profile: Option<&moxcms::ColorProfile>,
) -> Result<(AnyPicture, bool), Fault> {
    let (colours, alpha) = apart(samples, channels);
    let count = channels.colours();
    let converted = profile
        .and_then(|profile| to_srgb(profile, count))
        .and_then(|conversion| conversion.sixteen(&colours, count));
    let (rgb, used) = match (converted, profile) {
        (Some(rgb), _) => (rgb, true),
        (None, Some(profile)) if count == 1 => {
            let spread = to_rgb(colours, channels, inks_sixteen);
            match to_srgb(profile, 3).and_then(|found| found.sixteen(&spread, 3)) {
                Some(rgb) => (rgb, true),
                None => (spread, false),
            }
        }
        (None, _) => (to_rgb(colours, channels, inks_sixteen), false),
    };
    let picture = DeepPicture::new(width, height, rgb, alpha);
    let picture = picture.map_err(|error| Fault::damaged(error.to_string()))?;
    Ok((AnyPicture::Sixteen(picture), used))
}

/// Separates colours and alpha.
fn apart<T: Copy>(samples: Vec<T>, channels: Channels) -> (Vec<T>, Option<Vec<T>>) {
    if !channels.has_alpha() {
        return (samples, None);
    }
    let (count, colours) = (channels.count(), channels.colours());
    let mut apart = Vec::with_capacity(samples.len() / count * colours);
    let mut alpha = Vec::with_capacity(samples.len() / count);
    for pixel in samples.chunks_exact(count) {
        apart.extend_from_slice(&pixel[..colours]);
        alpha.push(pixel[colours]);
    }
    (apart, Some(alpha))
}

/// Converts colours to red, green and blue without a profile; `inks` converts four inks.
fn to_rgb<T: Copy>(
    colours: Vec<T>,
    channels: Channels,
    inks: impl Fn(&[T; 4]) -> [T; 3],
) -> Vec<T> {
    match channels.colours() {
        1 => colours.iter().flat_map(|&grey| [grey; 3]).collect(),
        4 => colours.as_chunks::<4>().0.iter().flat_map(inks).collect(),
        _ => colours,
    }
}

/// The colour that remains of white under four inks, each of which absorbs its share of the light
/// that the others leave.
fn inks_eight(inks: &[u8; 4]) -> [u8; 3] {
    let left = |ink: u8| 255 - u32::from(ink);
    [0, 1, 2].map(|ink| ((left(inks[ink]) * left(inks[3]) + 127) / 255) as u8)
}

fn inks_sixteen(inks: &[u16; 4]) -> [u16; 3] {
    let left = |ink: u16| 65_535 - u64::from(ink);
    [0, 1, 2].map(|ink| ((left(inks[ink]) * left(inks[3]) + 32_767) / 65_535) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::sixteen_to_eight;

    fn flat(channels: Channels, samples: Samples) -> Picture {
        let raster = Raster {
            width: 1,
            height: 1,
            channels,
            samples,
        };
        flatten(raster, &Source::Srgb).unwrap().0.into_eight()
    }

    #[test]
    fn every_kind_of_sample_is_brought_to_bytes() {
        let grey = flat(Channels::GreyAlpha, Samples::Eight(vec![7, 9]));
        assert_eq!(grey.rgb(), [7; 3]);
        assert_eq!(grey.alpha(), Some(&Alpha::Eight(vec![9])));
        let grey = flat(Channels::GreyAlpha, Samples::Sixteen(vec![257, 5]));
        assert_eq!(grey.rgb(), [1; 3]);
        assert_eq!(grey.alpha(), Some(&Alpha::Sixteen(vec![5])));
        let colour = flat(Channels::Rgb, Samples::Sixteen(vec![65535, 0, 514]));
        assert_eq!(colour.rgb(), [255, 0, 2]);
        let colour = flat(
            Channels::Rgba,
            Samples::Float(vec![0.5, 2.0, f32::NAN, 1.0]),
        );
        assert_eq!(colour.rgb(), [128, 255, 0]);
        assert_eq!(colour.alpha(), Some(&Alpha::Sixteen(vec![65535])));
        let inks = flat(Channels::Cmyk, Samples::Eight(vec![255, 0, 128, 51]));
        assert_eq!(inks.rgb(), [0, 204, 102]);
        assert_eq!(
            sixteen_to_eight(inks_sixteen(&[0, 65535, 0, 32768])[0]),
            127
        );
    }
}
