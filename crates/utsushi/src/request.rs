//! Requests: what is to be painted, and how.

use utsushi_imaging::{LayerMask, Picture};

use crate::{Mask, MaskError, PaintOptions, PartColours, StyleCode};

/// A style to paint in.
#[derive(Clone, Debug, PartialEq)]
pub enum Style {
    /// A style of a model that is steered by codes.
    Code(StyleCode),
    /// The only style of a network that has no other.
    Only,
}

impl From<StyleCode> for Style {
    fn from(code: StyleCode) -> Self {
        Self::Code(code)
    }
}

impl Style {
    /// The colours of parts in a style code, if it has any.
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

/// The style of a region of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum RegionStyle {
    /// A style code of the region's own.
    Code(StyleCode),
    /// No painting: the region stays as it is in the content. Where its mask is white, the content
    /// keeps its bits, and the soft edge lies outside of that.
    Keep,
}

impl From<StyleCode> for RegionStyle {
    fn from(code: StyleCode) -> Self {
        Self::Code(code)
    }
}

impl RegionStyle {
    /// The style code; `None` if the content is kept.
    pub fn code(&self) -> Option<&StyleCode> {
        match self {
            Self::Code(code) => Some(code),
            Self::Keep => None,
        }
    }
}

/// A region of a picture with a style of its own, or one that is kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleRegion {
    /// The mask of the region.
    pub mask: Mask,
    /// The region's style.
    pub style: RegionStyle,
}

impl StyleRegion {
    /// The region's mask for a layer over a picture of the given size.
    ///
    /// # Errors
    /// The mask has another aspect ratio.
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

/// A request: a picture that is to be painted, and how.
#[derive(Clone, Debug)]
pub struct PaintRequest<'a, P = Picture> {
    /// The picture, of any size: a [`Picture`], or an [`AnyPicture`](utsushi_imaging::AnyPicture),
    /// which may have 16 bits.
    pub content: &'a P,
    /// The style to paint it in.
    pub style: Style,
    /// Regions that are painted in other styles or kept as they are; each is laid over those before
    /// it, through its mask. The whole picture is painted once for each style, so that a region is
    /// normalised by the whole picture and its edge fits its surroundings.
    pub regions: &'a [StyleRegion],
    /// The style from which a strength above 1 extrapolates; by default the one that the model
    /// reads in the content. Frames that follow one another share that of the first. Networks of a
    /// single style ignore it.
    pub own_style: Option<&'a StyleCode>,
    /// Strength, octaves and further options.
    pub options: PaintOptions,
}

impl<'a, P> PaintRequest<'a, P> {
    /// A request for a picture in a style, with the default options.
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

    /// This request with another style from which a strength above 1 extrapolates.
    #[must_use]
    pub fn with_own_style(self, own_style: &'a StyleCode) -> Self {
        Self {
            own_style: Some(own_style),
            ..self
        }
    }

    /// This request with regions in other styles, or kept as they are.
    #[must_use]
    pub fn with_regions(self, regions: &'a [StyleRegion]) -> Self {
        Self { regions, ..self }
    }
}
