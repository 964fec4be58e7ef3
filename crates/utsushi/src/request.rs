//! What is to be painted, and how.

use utsushi_imaging::Picture;

use crate::{Mask, PaintOptions, StyleCode};

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

/// A style for a part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleRegion {
    /// Which part.
    pub mask: Mask,
    /// Its style.
    pub style: StyleCode,
}

/// A picture that is to be painted, and how.
#[derive(Clone, Debug)]
pub struct PaintRequest<'a> {
    /// The picture, of any size.
    pub content: &'a Picture,
    /// The style to paint it in.
    pub style: Style,
    /// Parts that are painted in other styles: each is laid over what came before it, through its
    /// mask. The whole picture is painted once for each, so that a part is normalised by the
    /// picture that it belongs to and its edge fits what lies around it.
    pub regions: &'a [StyleRegion],
    /// Strength, octaves and how much is painted at once.
    pub options: PaintOptions,
}

impl<'a> PaintRequest<'a> {
    /// A picture in a style, with the default options.
    pub fn new(content: &'a Picture, style: impl Into<Style>) -> Self {
        Self {
            content,
            style: style.into(),
            regions: &[],
            options: PaintOptions::default(),
        }
    }

    /// The same with other options.
    #[must_use]
    pub fn with_options(self, options: PaintOptions) -> Self {
        Self { options, ..self }
    }

    /// The same with parts in other styles.
    #[must_use]
    pub fn with_regions(self, regions: &'a [StyleRegion]) -> Self {
        Self { regions, ..self }
    }
}
