//! Values that several requests take.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utsushi::creative::{Ease, EditMode};
use utsushi::{BlendPath, Framing, OutputOptions};
use utsushi_imaging::{AnimationFormat, EncodeOptions, OutputFormat};

use super::whole;

/// Deserialises a value that may be left out, but not be null.
pub(super) fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The strength, from 0 (unchanged) to 1 (the style in full), or beyond it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(minimum = 0, maximum = 2, default = 1.0)]
pub(super) struct Strength(pub(super) f32);

impl Default for Strength {
    fn default() -> Self {
        Self(1.0)
    }
}

/// Whether something that the content has is kept.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(default = true)]
pub(super) struct Kept(pub(super) bool);

impl Default for Kept {
    fn default() -> Self {
        Self(true)
    }
}

/// The format of a picture in a request.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "png")]
pub(super) enum PictureFormat {
    #[default]
    Png,
    Jpeg,
    /// JPEG, the same as `jpeg`.
    Jpg,
    /// Lossless WebP.
    Webp,
    Avif,
    /// JPEG XL, lossless; no side may have only one pixel.
    Jxl,
    Tiff,
    /// Photoshop's document: the content and the painting as layers.
    Psd,
    /// OpenRaster: the content and the painting as layers.
    Ora,
}

impl From<PictureFormat> for OutputFormat {
    fn from(format: PictureFormat) -> Self {
        match format {
            PictureFormat::Png => Self::Png,
            PictureFormat::Jpeg | PictureFormat::Jpg => Self::Jpeg,
            PictureFormat::Webp => Self::WebP,
            PictureFormat::Avif => Self::Avif,
            PictureFormat::Jxl => Self::JpegXl,
            PictureFormat::Tiff => Self::Tiff,
            PictureFormat::Psd => Self::Psd,
            PictureFormat::Ora => Self::OpenRaster,
        }
    }
}

/// The colours of a result: sRGB, or those of the content's colour profile, which is then written,
/// too. Not in `jxl`, which is written without profiles. A content without a profile of red, green
/// and blue that can be converted back stays sRGB.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "srgb")]
pub(super) enum Colour {
    #[default]
    Srgb,
    Keep,
}

/// The quality of JPEG and AVIF; all other formats are lossless.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(minimum = 1, maximum = 100, default = 92)]
pub(super) struct Quality(pub(super) u8);

impl Default for Quality {
    fn default() -> Self {
        Self(EncodeOptions::default().quality)
    }
}

impl<'de> Deserialize<'de> for Quality {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole::one(deserializer).map(Self)
    }
}

/// Combines quality, colours and metadata of a result to the engine's options.
pub(super) fn output(quality: Quality, colour: Colour, metadata: Kept) -> OutputOptions {
    OutputOptions {
        quality: quality.0,
        keep_colours: colour == Colour::Keep,
        metadata: metadata.0,
        ..OutputOptions::default()
    }
}

/// The format of an animation in a request.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "webp")]
pub(super) enum MotionFormat {
    #[default]
    Webp,
    Gif,
    Apng,
}

impl From<MotionFormat> for AnimationFormat {
    fn from(format: MotionFormat) -> Self {
        match format {
            MotionFormat::Webp => Self::WebP,
            MotionFormat::Gif => Self::Gif,
            MotionFormat::Apng => Self::Apng,
        }
    }
}

/// The path along which styles are mixed: straight, or around the mean style, which stays more
/// pronounced.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "line")]
pub(super) enum Blend {
    #[default]
    Line,
    Sphere,
}

impl From<Blend> for BlendPath {
    fn from(blend: Blend) -> Self {
        match blend {
            Blend::Line => Self::Line,
            Blend::Sphere => Self::Sphere,
        }
    }
}

/// The part of a reference in which its style is read: by the face if the painting is larger than a
/// head is in training, in all of it, or in the square around its main face.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "auto")]
pub(super) enum Align {
    #[default]
    Auto,
    None,
    Face,
}

impl From<Align> for Framing {
    fn from(align: Align) -> Self {
        match align {
            Align::Auto => Self::Auto,
            Align::None => Self::Whole,
            Align::Face => Self::Face,
        }
    }
}

/// The way in which an edit is applied: `change` adds the difference that the directions make to
/// the picture, so that pixels they do not affect are unchanged; `redraw` paints it anew.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "change")]
pub(super) enum Mode {
    #[default]
    Change,
    Redraw,
}

impl From<Mode> for EditMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Change => Self::Change,
            Mode::Redraw => Self::Redraw,
        }
    }
}

/// The pace of a morph between two keyframes.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "smooth")]
pub(super) enum Pace {
    #[default]
    Smooth,
    Linear,
}

impl From<Pace> for Ease {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Smooth => Self::Smooth,
            Pace::Linear => Self::Linear,
        }
    }
}

/// The name of a style of the model: its most typical code (the mean of its paintings, in models
/// that keep no typical ones); `NAME:3` is the third most typical one. A running server lists the
/// names in this description.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = StyleName)]
pub(super) struct RequestedStyleName(pub(super) String);

/// A weight of a reference or part; only the ratios count.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(minimum = 0, maximum = 1_000_000)]
pub(super) struct Weight(pub(super) f32);
