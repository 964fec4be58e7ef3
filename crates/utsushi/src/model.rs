//! Models of every kind: steered by style codes, or of a single style.

use std::hash::Hasher;

use fnv::FnvHasher;
use utsushi_imaging::{AnyPicture, DecodeLimits, Picture};

use crate::backend::Backend;
use crate::jobs::{StyleNotes, StyleSource, StyleSourceError};
use crate::{
    Monitor, OneStylePainter, PaintError, PaintRequest, Painter, Style, StyleError, pipeline,
};

/// A model of any kind, as jobs, animations and the server take it.
#[derive(Clone, Debug)]
pub enum Model {
    /// A model that is steered by style codes, and paints in any style.
    Steered(Painter),
    /// A network of a single style, such as a student or an ONNX network, which cannot mix, morph,
    /// paint regions or make new paintings.
    OneStyle(OneStylePainter),
}

/// A style in which a model paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StyleInfo<'a> {
    /// Name of the style.
    pub name: &'a str,
    /// Terms of the style.
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
    /// As in these two methods, separately for each picture.
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

    /// Repaints one picture as [`Model::paint_one`] does, in its own depth of 8 or 16 bits a
    /// channel.
    ///
    /// # Errors
    ///
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

    /// The painter, if the model is steered by style codes.
    pub fn steered(&self) -> Option<&Painter> {
        match self {
            Self::Steered(painter) => Some(painter),
            Self::OneStyle(_) => None,
        }
    }

    /// Makes the style of a source, reading references as needed.
    ///
    /// # Errors
    /// A reference cannot be read, or this model does not have the style.
    pub fn style(
        &self,
        source: &StyleSource,
        limits: &DecodeLimits,
    ) -> Result<Style, StyleSourceError> {
        self.style_for(None, source, limits)
    }

    /// Makes the style of a source as [`style`](Self::style) does, for painting `content`, on which
    /// drawn styles are tried.
    ///
    /// # Errors
    /// As [`style`](Self::style).
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

    /// Number of octaves that a picture is best painted with
    /// ([`PaintOptions::octaves`](crate::PaintOptions::octaves)).
    pub fn octaves(&self, picture: &Picture) -> u32 {
        self.steered().map_or(0, |painter| painter.octaves(picture))
    }

    /// The model's card in Markdown; may be empty.
    pub fn card(&self) -> &str {
        match self {
            Self::Steered(painter) => painter.card(),
            Self::OneStyle(painter) => painter.card(),
        }
    }

    /// Number of styles that the model has learned from, including those that were content only.
    pub fn style_count(&self) -> usize {
        match self {
            Self::Steered(painter) => painter.styles().len(),
            Self::OneStyle(_) => 1,
        }
    }

    /// The style with this index; `None` beyond the last one, and for styles that cannot be painted
    /// in by name.
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

    /// Iterates over the styles that can be painted in by name, with their indices.
    pub fn styles(&self) -> impl Iterator<Item = (usize, StyleInfo<'_>)> {
        (0..self.style_count()).filter_map(|index| Some((index, self.style_info(index)?)))
    }

    /// A fingerprint, which differs between models that paint differently.
    ///
    /// For a network without style codes, it is computed from its painting of a small test picture.
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
