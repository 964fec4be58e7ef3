//! Recognition of the colour space of a file.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics,
};

use crate::container::{Cicp, Heif};
use crate::decode::{JpegXlColours, avif_colours, jpeg_xl_colours};
use crate::document::open_raster_merged;
use crate::metadata::{Exif, Metadata, png_chunks};
use crate::{DecodeLimits, Format};

/// A colour profile, as the bytes of an ICC profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColourProfile {
    icc: Vec<u8>,
}

impl ColourProfile {
    /// A profile from its ICC bytes; `None` if they are not a profile for red, green and blue.
    pub fn new(icc: Vec<u8>) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(&icc).ok()?;
        (profile.color_space == DataColorSpace::Rgb).then_some(Self { icc })
    }

    /// The profile of sRGB; `None` if it cannot be encoded, which does not happen.
    pub(crate) fn srgb() -> Option<Self> {
        Self::encoded(&ColorProfile::new_srgb())
    }

    /// Encodes a profile to ICC bytes that are always the same: the encoder would write the current
    /// time into them.
    fn encoded(profile: &ColorProfile) -> Option<Self> {
        /// Position of the time of creation in the header of an ICC profile (ICC.1:2022, 7.2.10).
        const MADE: std::ops::Range<usize> = 24..36;
        /// The time that is written in its place: the first of January 2000.
        const THEN: [u8; 12] = [0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0];
        let mut icc = profile.encode().ok()?;
        icc.get_mut(MADE)?.copy_from_slice(&THEN);
        Self::new(icc)
    }

    /// The bytes of the ICC profile.
    pub fn icc(&self) -> &[u8] {
        &self.icc
    }

    pub(crate) fn parsed(&self) -> Option<ColorProfile> {
        ColorProfile::new_from_slice(&self.icc).ok()
    }
}

/// A file's description of its colours.
pub(crate) enum Source {
    /// sRGB, which is also assumed if the file says nothing.
    Srgb,
    /// An ICC profile.
    Profile(Box<ColorProfile>),
    /// High dynamic range, with colours brighter than white, which this crate cannot convert
    /// properly; with its name.
    HighDynamicRange(&'static str),
}

impl Source {
    /// Reads the description from a file; a profile that cannot be read is ignored.
    pub(crate) fn of(bytes: &[u8], format: Format, metadata: &Metadata) -> Self {
        match format {
            Format::Png => return Self::of_png(bytes, metadata),
            Format::OpenRaster => {
                return match open_raster_merged(bytes, &DecodeLimits::default()) {
                    Ok(png) => Self::of_png(&png, metadata),
                    Err(_) => Self::Srgb,
                };
            }
            Format::Avif | Format::Heic => return Self::of_heif(bytes),
            Format::JpegXl => {
                return match jpeg_xl_colours(bytes) {
                    JpegXlColours::Srgb => Self::Srgb,
                    JpegXlColours::Profile(icc) => Self::of_icc(&icc),
                    JpegXlColours::HighDynamicRange(kind) => Self::HighDynamicRange(kind),
                };
            }
            _ => {}
        }
        match &metadata.profile {
            Some(icc) => Self::of_icc(icc),
            None => {
                let exif = metadata.exif.as_deref().and_then(Exif::new);
                if exif.is_some_and(|exif| exif.is_adobe_rgb()) {
                    Self::Profile(Box::new(ColorProfile::new_adobe_rgb()))
                } else {
                    Self::Srgb
                }
            }
        }
    }

    /// The profile, if it is one for red, green and blue.
    pub(crate) fn profile(&self) -> Option<ColourProfile> {
        match self {
            Self::Profile(profile) => ColourProfile::encoded(profile),
            Self::Srgb | Self::HighDynamicRange(_) => None,
        }
    }

    /// Reads the description of a HEIF: a profile takes precedence over code points, and
    /// unspecified code points mean sRGB.
    fn of_heif(bytes: &[u8]) -> Self {
        let Ok(container) = Heif::open(bytes) else {
            return Self::Srgb;
        };
        /// Transfer curves of H.273 that are meant for the same screens as sRGB.
        const OF_SCREENS: [u16; 7] = [1, 2, 6, 13, 14, 15, 0];
        match avif_colours(&container) {
            (_, Some(Cicp { transfer: 16, .. })) => Self::HighDynamicRange("PQ"),
            (_, Some(Cicp { transfer: 18, .. })) => Self::HighDynamicRange("HLG"),
            (Some(icc), _) => Self::of_icc(icc),
            (None, None) => Self::Srgb,
            (
                None,
                Some(Cicp {
                    primaries,
                    transfer,
                    ..
                }),
            ) => {
                let screen = OF_SCREENS.contains(&transfer);
                match (primaries, screen) {
                    (0..=2, true) => Self::Srgb,
                    (_, true) => Self::of_cicp(primaries as u8, 13).unwrap_or(Self::Srgb),
                    _ => Self::of_cicp(primaries as u8, transfer as u8).unwrap_or(Self::Srgb),
                }
            }
        }
    }

    fn of_icc(icc: &[u8]) -> Self {
        match ColorProfile::new_from_slice(icc) {
            Ok(profile) => Self::Profile(Box::new(with_light(profile))),
            Err(_) => Self::Srgb,
        }
    }

    /// Reads the description of a PNG, which has four ways to give it; the first one present counts
    /// (third edition, section 4.3).
    fn of_png(bytes: &[u8], metadata: &Metadata) -> Self {
        let (mut gamma, mut primaries, mut is_srgb) = (None, None, false);
        for (name, content) in png_chunks(bytes) {
            match (name, content) {
                (b"cICP", &[primaries, transfer, 0, 1, ..]) => {
                    if let Some(source) = Self::of_cicp(primaries, transfer) {
                        return source;
                    }
                }
                (b"sRGB", _) => is_srgb = true,
                (b"gAMA", content) => gamma = numbers::<1>(content).map(|[gamma]| gamma),
                (b"cHRM", content) => primaries = numbers::<8>(content),
                (b"IDAT", _) => break,
                _ => {}
            }
        }
        match (&metadata.profile, is_srgb, gamma) {
            (Some(icc), ..) => Self::of_icc(icc),
            (None, true, _) | (None, false, None) => Self::Srgb,
            (None, false, Some(gamma)) => Self::of_gamma(gamma, primaries),
        }
    }

    fn of_cicp(primaries: u8, transfer: u8) -> Option<Self> {
        match transfer {
            16 => return Some(Self::HighDynamicRange("PQ")),
            18 => return Some(Self::HighDynamicRange("HLG")),
            _ => {}
        }
        let cicp = CicpProfile {
            color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
            transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        };
        let mut profile = ColorProfile::new_srgb();
        // A curve is what is set last: the answer says that nothing was set even where all was.
        profile.red_trc = None;
        profile.update_rgb_colorimetry_from_cicp(cicp);
        let known = profile.red_trc.is_some();
        known.then(|| Self::Profile(Box::new(profile)))
    }

    /// Makes the profile of colours that are stored as powers of light, as in a PNG: `gamma` is the
    /// power; `primaries` are x and y of white, red, green and blue, those of sRGB if absent.
    fn of_gamma(gamma: f64, primaries: Option<[f64; 8]>) -> Self {
        /// The value of `gamma` that stands for sRGB.
        const SRGB: f64 = 0.45455;
        let usual = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
        let primaries = primaries.unwrap_or(usual);
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-3;
        let is_srgb = near((&gamma, &SRGB)) && primaries.iter().zip(&usual).all(near);
        let sound = (0.05..20.0).contains(&gamma)
            && primaries.iter().all(|value| (0.0..1.0).contains(value))
            && primaries[1] > 0.0;
        if is_srgb || !sound {
            return Self::Srgb;
        }
        let place = |at: usize| Chromaticity::new(primaries[at] as f32, primaries[at + 1] as f32);
        let mut profile = ColorProfile::new_srgb();
        profile.update_rgb_colorimetry(
            place(0).to_xyyb(),
            ColorPrimaries {
                red: place(2),
                green: place(4),
                blue: place(6),
            },
        );
        let curve = ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
        profile.cicp = None;
        Self::Profile(Box::new(profile))
    }
}

/// Replaces the curve of a grey profile that gives lightness (L* of Lab) by one that gives light,
/// because the conversion takes all grey curves for the latter.
fn with_light(mut profile: ColorProfile) -> ColorProfile {
    const POINTS: u16 = 4095;
    if profile.color_space != DataColorSpace::Gray || profile.pcs != DataColorSpace::Lab {
        return profile;
    }
    let curve = profile.gray_trc.as_ref();
    if let Some(Ok(lightness)) = curve.map(ToneReprCurve::make_linear_evaluator) {
        let light = (0..=POINTS).map(|point| {
            let lightness = lightness.evaluate_value(f32::from(point) / f32::from(POINTS)) * 100.0;
            // CIE 15:2004.
            let light = if lightness > 8.0 {
                ((lightness + 16.0) / 116.0).powi(3)
            } else {
                lightness * 27.0 / 24389.0
            };
            (light * 65535.0).round() as u16
        });
        profile.gray_trc = Some(ToneReprCurve::Lut(light.collect()));
        profile.pcs = DataColorSpace::Xyz;
    }
    profile
}

/// Reads numbers as PNG stores them, in units of 1/100000.
fn numbers<const COUNT: usize>(content: &[u8]) -> Option<[f64; COUNT]> {
    let words = content.as_chunks::<4>().0;
    let numbers = words.first_chunk::<COUNT>()?;
    Some(numbers.map(|word| f64::from(u32::from_be_bytes(word)) / 100_000.0))
}

#[cfg(test)]
mod tests {
    use super::super::transform::to_srgb;
    use super::*;

    #[test]
    fn a_profile_does_not_say_when_it_was_written() {
        let srgb = ColourProfile::srgb().unwrap();
        assert_eq!(srgb.icc()[24..36], [7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn numbers_name_the_primaries_and_the_curve() {
        let colours = [200, 100, 50, 10, 240, 120, 255, 255, 255, 0, 0, 0];
        let converted = |profile: &ColorProfile| {
            let converted = to_srgb(profile, 3).unwrap();
            converted.eight(&colours, 3).unwrap()
        };
        let Some(Source::Profile(found)) = Source::of_cicp(12, 13) else {
            panic!("Display P3");
        };
        let found = converted(&found);
        let near = |(found, expected): (&u8, &u8)| found.abs_diff(*expected) <= 1;
        let p3 = converted(&ColorProfile::new_display_p3());
        assert!(found.iter().zip(&p3).all(near), "{found:?}, {p3:?}");
        assert!(!found.iter().zip(&colours).all(near), "{found:?}");
        // Those of sRGB change nothing, and those that nobody knows are none.
        let Some(Source::Profile(srgb)) = Source::of_cicp(1, 13) else {
            panic!("sRGB");
        };
        assert!(to_srgb(&srgb, 3).is_none());
        assert!(Source::of_cicp(12, 2).is_none());
        assert!(Source::of_cicp(200, 13).is_none());
    }

    #[test]
    fn greys_may_be_given_by_their_lightness() {
        let mut icc = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        // The space that the profile leads to.
        icc[20..24].copy_from_slice(b"Lab ");
        let Source::Profile(profile) = Source::of_icc(&icc) else {
            panic!("a profile");
        };
        let converted = to_srgb(&profile, 1).unwrap();
        let greys = converted.eight(&[0, 8, 32, 64, 128, 192, 255], 1).unwrap();
        // As littlecms 2.19 has them.
        for (found, expected) in greys.chunks(3).zip([0, 11, 33, 60, 119, 185, 255_u8]) {
            let near = found.iter().all(|value| value.abs_diff(expected) <= 1);
            assert!(near, "{found:?}, {expected}");
        }
    }
}
