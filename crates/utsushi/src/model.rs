//! Models of every kind.

use std::hash::Hasher;

use fnv::FnvHasher;
use utsushi_imaging::{AnyPicture, DecodeLimits, Picture};

use crate::backend::Backend;
use crate::jobs::{StyleNotes, StyleSource, StyleSourceError};
use crate::{
    Monitor, OneStylePainter, PaintError, PaintRequest, Painter, Style, StyleError, pipeline,
};

/// A model that paints: what jobs, animations and the server take.
#[derive(Clone, Debug)]
pub enum Model {
    /// A model that is steered by style codes, and paints in any style.
    Steered(Painter),
    /// A network that knows one style, a student or an ONNX network for example: there are no
    /// mixes, regions, morphs or new paintings.
    OneStyle(OneStylePainter),
}

/// A style that a model paints in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StyleInfo<'a> {
    /// The style's name.
    pub name: &'a str,
    /// The style's terms.
    pub licence: &'a str,
}

impl From<Painter> for Model {
    fn from(painter: Painter) -> Self {
        Self::Steered(painter)
    }
}

impl From<OneStylePainter> for Model {
    fn from(painter: OneStylePainter) -> Self {
        Self::OneStyle(painter)
    }
}

impl Model {
    /// Repaints pictures, as [`Painter::paint`] and [`OneStylePainter::paint`] do.
    ///
    /// # Errors
    /// As there, each picture for itself.
    pub fn paint(
        &self,
        requests: &[PaintRequest<'_>],
        monitor: &mut dyn Monitor,
    ) -> Vec<Result<Picture, PaintError>> {
        pipeline::paint(self.backend(), requests, monitor)
    }

    /// Repaints one picture.
    ///
    /// # Errors
    /// As [`Model::paint`].
    pub fn paint_one(
        &self,
        request: &PaintRequest<'_>,
        monitor: &mut dyn Monitor,
    ) -> Result<Picture, PaintError> {
        pipeline::paint_one(self.backend(), request, monitor)
    }

    /// As [`Model::paint_one`], in the depth of the picture.
    ///
    /// # Errors
    /// As [`Model::paint`].
    pub fn paint_any(
        &self,
        request: &PaintRequest<'_, AnyPicture>,
        monitor: &mut dyn Monitor,
    ) -> Result<AnyPicture, PaintError> {
        let backend = self.backend();
        match request.content {
            AnyPicture::Eight(content) => {
                let painted = pipeline::paint_one(backend, &request.of(content), monitor);
                painted.map(AnyPicture::from)
            }
            AnyPicture::Sixteen(content) => {
                let painted = pipeline::paint_one(backend, &request.of(content), monitor);
                painted.map(AnyPicture::from)
            }
        }
    }

    fn backend(&self) -> &dyn Backend {
        match self {
            Self::Steered(painter) => painter,
            Self::OneStyle(painter) => painter.backend(),
        }
    }

    /// The painter of a model that is steered by style codes.
    pub fn steered(&self) -> Option<&Painter> {
        match self {
            Self::Steered(painter) => Some(painter),
            Self::OneStyle(_) => None,
        }
    }

    /// The style that is asked for, reading references as needed.
    ///
    /// # Errors
    /// A reference that cannot be read, or a style that this model does not have.
    pub fn style(
        &self,
        source: &StyleSource,
        limits: &DecodeLimits,
    ) -> Result<Style, StyleSourceError> {
        self.style_for(None, source, limits)
    }

    /// [`style`](Self::style) for a picture that is to be painted in it, on which drawn styles are
    /// tried.
    ///
    /// # Errors
    /// As there.
    pub fn style_for(
        &self,
        content: Option<&Picture>,
        source: &StyleSource,
        limits: &DecodeLimits,
    ) -> Result<Style, StyleSourceError> {
        match (self, source) {
            (Self::Steered(painter), _) => {
                let notes = &mut StyleNotes::default();
                Ok(source.resolve_for(content, painter, limits, notes)?.into())
            }
            (Self::OneStyle(_), StyleSource::Only) => Ok(Style::Only),
            (Self::OneStyle(_), _) => Err(StyleError::OneStyle.into()),
        }
    }

    /// The number of octaves that a picture is best painted with
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)).
    pub fn octaves(&self, picture: &Picture) -> u32 {
        self.steered().map_or(0, |painter| painter.octaves(picture))
    }

    /// Markdown for readers; may be empty.
    pub fn card(&self) -> &str {
        match self {
            Self::Steered(painter) => painter.card(),
            Self::OneStyle(painter) => painter.card(),
        }
    }

    /// The number of styles that it has learned from, some of which may have been content only.
    pub fn style_count(&self) -> usize {
        match self {
            Self::Steered(painter) => painter.styles().len(),
            Self::OneStyle(_) => 1,
        }
    }

    /// A style by its number; `None` for numbers beyond the last and for styles that cannot be
    /// painted in by name.
    pub fn style_info(&self, index: usize) -> Option<StyleInfo<'_>> {
        match self {
            Self::Steered(painter) => {
                let style = painter.styles().get(index)?;
                let by_name = !style.content_only && style.mean.is_some();
                by_name.then_some(StyleInfo {
                    name: &style.name,
                    licence: &style.licence,
                })
            }
            Self::OneStyle(painter) => (index == 0).then_some(StyleInfo {
                name: painter.style(),
                licence: painter.licence(),
            }),
        }
    }

    /// The styles that can be painted in by name, with their numbers.
    pub fn styles(&self) -> impl Iterator<Item = (usize, StyleInfo<'_>)> {
        (0..self.style_count()).filter_map(|index| Some((index, self.style_info(index)?)))
    }

    /// A number that tells models apart that paint differently.
    ///
    /// A network that has no codes to look at paints a small card, and the number is made of that.
    pub fn fingerprint(&self) -> u64 {
        let painter = match self {
            Self::Steered(painter) => return painter.fingerprint(),
            Self::OneStyle(painter) => painter,
        };
        let byte = |index: usize| (index * 7 % 256) as u8;
        let card = Picture::new(64, 64, (0..64 * 64 * 3).map(byte).collect());
        let card = card.expect("three bytes a pixel");
        let painted = painter.paint_one(&PaintRequest::new(&card, Style::Only), &mut ());
        let painted = painted.unwrap_or(card);
        let mut hash = FnvHasher::default();
        hash.write(painted.rgb());
        hash.finish()
    }
}
