//! What is to be painted, and how.

use utsushi_imaging::{LayerMask, Picture};

use crate::{Mask, MaskError, PaintOptions, PartColours, StyleCode};

/// A style to paint in.
#[derive(Clone, Debug, PartialEq)]
pub enum Style {
    /// A style of a model that is steered by codes.
    Code(StyleCode),
    /// The only style that there is, of a network that has no other.
    Only,
}

impl From<StyleCode> for Style {
    fn from(code: StyleCode) -> Self {
        Self::Code(code)
    }
}

impl Style {
    /// The colours of parts that a code knows.
    pub(crate) fn part_colours(&self) -> Option<&PartColours> {
        match self {
            Self::Code(code) => code.part_colours(),
            Self::Only => None,
        }
    }
}

impl From<&StyleCode> for Style {
    fn from(code: &StyleCode) -> Self {
        Self::Code(code.clone())
    }
}

impl From<&Style> for Style {
    fn from(style: &Style) -> Self {
        style.clone()
    }
}

/// The style of a part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum RegionStyle {
    /// A style of its own.
    Code(StyleCode),
    /// Nothing: the part stays as it is in the content. Where its mask is white, the bytes of the
    /// content come back unchanged, and its soft edge lies outside of that.
    Keep,
}

impl From<StyleCode> for RegionStyle {
    fn from(code: StyleCode) -> Self {
        Self::Code(code)
    }
}

impl RegionStyle {
    /// The style code; `None` where the content is kept.
    pub fn code(&self) -> Option<&StyleCode> {
        match self {
            Self::Code(code) => Some(code),
            Self::Keep => None,
        }
    }
}

/// A part of a picture with a style of its own, or that is kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleRegion {
    /// The part of the picture.
    pub mask: Mask,
    /// The region's style.
    pub style: RegionStyle,
}

impl StyleRegion {
    /// The mask as that of a layer over all of a picture of that size.
    ///
    /// # Errors
    /// A mask of another shape.
    pub(crate) fn layer_mask(&self, width: u32, height: u32) -> Result<LayerMask, MaskError> {
        let shares = match self.style {
            RegionStyle::Code(_) => self.mask.at(width, height)?,
            RegionStyle::Keep => self.mask.kept_at(width, height)?,
        };
        let byte = |share: f32| (share * 255.0).round() as u8;
        Ok(LayerMask {
            left: 0,
            top: 0,
            width,
            height,
            values: shares.into_iter().map(byte).collect(),
            outside: 0,
        })
    }
}

/// A picture that is to be painted, and how.
#[derive(Clone, Debug)]
pub struct PaintRequest<'a, P = Picture> {
    /// The picture, of any size: a [`Picture`], or an [`AnyPicture`](utsushi_imaging::AnyPicture), which
    /// may have 16 bits.
    pub content: &'a P,
    /// The style to paint it in.
    pub style: Style,
    /// Parts that are painted in other styles or kept as they are: each is laid over what came
    /// before it, through its mask. The whole picture is painted once for each style, so that a part
    /// is normalised by the picture that it belongs to and its edge fits what lies around it.
    pub regions: &'a [StyleRegion],
    /// The style from which a strength beyond 1 leads away. Absent: what the model reads in the
    /// content. Frames that follow one another share that of the first. Networks that know one
    /// style have no use for it.
    pub own_style: Option<&'a StyleCode>,
    /// Strength, octaves and how much is painted at once.
    pub options: PaintOptions,
}

impl<'a, P> PaintRequest<'a, P> {
    /// A picture in a style, with the default options.
    pub fn new(content: &'a P, style: impl Into<Style>) -> Self {
        Self {
            content,
            style: style.into(),
            regions: &[],
            own_style: None,
            options: PaintOptions::default(),
        }
    }

    /// This request for another picture.
    pub(crate) fn of<Q>(&self, content: &'a Q) -> PaintRequest<'a, Q> {
        PaintRequest {
            content,
            style: self.style.clone(),
            regions: self.regions,
            own_style: self.own_style,
            options: self.options,
        }
    }

    /// This request with other options.
    #[must_use]
    pub fn with_options(self, options: PaintOptions) -> Self {
        Self { options, ..self }
    }

    /// The same with another style for a strength beyond 1 to lead away from.
    #[must_use]
    pub fn with_own_style(self, own_style: &'a StyleCode) -> Self {
        Self {
            own_style: Some(own_style),
            ..self
        }
    }

    /// The same with parts in other styles, or kept as they are.
    #[must_use]
    pub fn with_regions(self, regions: &'a [StyleRegion]) -> Self {
        Self { regions, ..self }
    }
}
