//! Conversion of colours between a profile and sRGB.

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, Transform8BitExecutor,
    Transform16BitExecutor, TransformExecutor, TransformOptions,
};

use super::ColourProfile;
use crate::AnyPicture;

/// Number of pixels that are converted at a time.
const PIECE: usize = 1 << 16;

fn options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    }
}

/// A conversion from the colours of a file to sRGB.
pub(crate) struct ToSrgb {
    profile: ColorProfile,
    layout: Layout,
}

/// Makes the conversion for pixels with that many colour channels; `None` if the profile is not for
/// such pixels, or equals sRGB.
pub(crate) fn to_srgb(profile: &ColorProfile, channels: usize) -> Option<ToSrgb> {
    let layout = match (profile.color_space, channels) {
        (DataColorSpace::Gray, 1) => Layout::Gray,
        (DataColorSpace::Rgb, 3) => Layout::Rgb,
        (DataColorSpace::Cmyk, 4) => Layout::Rgba,
        _ => return None,
    };
    let found = ToSrgb {
        profile: profile.clone(),
        layout,
    };
    (channels == 4 || !found.changes_nothing(channels)).then_some(found)
}

impl ToSrgb {
    /// Whether the conversion leaves all colours unchanged, except for rounding.
    fn changes_nothing(&self, channels: usize) -> bool {
        let levels = [0, 16, 48, 96, 160, 208, 255u8];
        let mut colours = Vec::new();
        if channels == 1 {
            colours.extend(levels);
        } else {
            for red in levels {
                for green in levels {
                    levels
                        .iter()
                        .for_each(|&blue| colours.extend([red, green, blue]));
                }
            }
        }
        let Some(converted) = self.eight(&colours, channels) else {
            return true;
        };
        let given = colours.chunks_exact(channels);
        converted.chunks_exact(3).zip(given).all(|(found, given)| {
            (0..3).all(|at| found[at].abs_diff(given[at.min(channels - 1)]) <= 1)
        })
    }

    /// Converts 8-bit colours, `[pixels, channels]`, to `[pixels, 3]`.
    pub(crate) fn eight(&self, colours: &[u8], channels: usize) -> Option<Vec<u8>> {
        let executor: std::sync::Arc<Transform8BitExecutor> = self
            .profile
            .create_transform_8bit(
                self.layout,
                &ColorProfile::new_srgb(),
                Layout::Rgb,
                options(),
            )
            .ok()?;
        let mut rgb = vec![0; colours.len() / channels * 3];
        in_pieces(&*executor, (colours, channels), &mut rgb)?;
        Some(rgb)
    }

    /// Converts 16-bit colours, `[pixels, channels]`, to `[pixels, 3]`.
    pub(crate) fn sixteen(&self, colours: &[u16], channels: usize) -> Option<Vec<u16>> {
        let executor: std::sync::Arc<Transform16BitExecutor> = self
            .profile
            .create_transform_16bit(
                self.layout,
                &ColorProfile::new_srgb(),
                Layout::Rgb,
                options(),
            )
            .ok()?;
        let mut rgb = vec![0; colours.len() / channels * 3];
        in_pieces(&*executor, (colours, channels), &mut rgb)?;
        Some(rgb)
    }
}

/// Converts `[pixels, channels]` values to `[pixels, 3]` in pieces; `None` if the conversion
/// refuses them.
fn in_pieces<T: Copy + Default>(
    executor: &(dyn TransformExecutor<T> + Send + Sync),
    (from, channels): (&[T], usize),
    to: &mut [T],
) -> Option<()> {
    let pieces = from.chunks(PIECE * channels);
    for (from, to) in pieces.zip(to.chunks_mut(PIECE * 3)) {
        executor.transform(from, to).ok()?;
    }
    Some(())
}

/// Converts a picture from sRGB to the colours of a profile; `None` if the profile only describes
/// the opposite conversion.
pub fn from_srgb(picture: &AnyPicture, profile: &ColourProfile) -> Option<AnyPicture> {
    let (srgb, own) = (ColorProfile::new_srgb(), profile.parsed()?);
    let mut converted = picture.clone();
    match (picture, &mut converted) {
        (AnyPicture::Eight(picture), AnyPicture::Eight(converted)) => {
            let executor = srgb
                .create_transform_8bit(Layout::Rgb, &own, Layout::Rgb, options())
                .ok()?;
            in_pieces(&*executor, (picture.rgb(), 3), converted.rgb_mut())?;
        }
        (AnyPicture::Sixteen(picture), AnyPicture::Sixteen(converted)) => {
            let executor = srgb
                .create_transform_16bit(Layout::Rgb, &own, Layout::Rgb, options())
                .ok()?;
            in_pieces(&*executor, (picture.rgb(), 3), converted.rgb_mut())?;
        }
        _ => return None,
    }
    Some(converted)
}
