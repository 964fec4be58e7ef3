//! Who paints: a model in many styles, or a network that knows one way.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use utsushi::{
    Network, OneWayPainter, Order, PaintError, PaintOptions, Painter, Progress, StyleError,
};
use utsushi_imaging::Picture;

use super::{StylePart, StyleSource};

/// What an engine paints with.
#[derive(Clone, Debug)]
pub enum Artist {
    /// A model, which paints in any style.
    Model(Painter),
    /// A network that paints in one way; it knows neither mixes nor morphs nor anything else.
    OneWay(OneWayArtist),
}

/// A network that paints in one way, and what is told of it.
#[derive(Clone, Debug)]
pub struct OneWayArtist {
    painter: OneWayPainter<Arc<dyn Network>>,
    style: String,
    licence: String,
    card: String,
}

/// A style that an artist paints in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShownStyle<'a> {
    pub(crate) name: &'a str,
    pub(crate) licence: &'a str,
}

impl From<Painter> for Artist {
    fn from(painter: Painter) -> Self {
        Self::Model(painter)
    }
}

impl From<OneWayArtist> for Artist {
    fn from(artist: OneWayArtist) -> Self {
        Self::OneWay(artist)
    }
}

impl OneWayArtist {
    /// An artist with a network: a student, an ONNX network, or anything else that repaints in one
    /// way. `style` is what clients call that way.
    pub fn new(network: Arc<dyn Network>, style: impl Into<String>) -> Self {
        Self {
            painter: OneWayPainter::new(network),
            style: style.into(),
            licence: String::new(),
            card: String::new(),
        }
    }

    /// With the terms of the style, and a card: Markdown for readers.
    #[must_use]
    pub fn described(mut self, licence: impl Into<String>, card: impl Into<String>) -> Self {
        self.licence = licence.into();
        self.card = card.into();
        self
    }

    /// The name of the one style.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// Whether nothing is asked for but the one style, by its name or not at all.
    pub(super) fn check(&self, styles: &[StylePart], references: usize) -> Result<(), StyleError> {
        let own = |part: &StylePart| matches!(&part.source, StyleSource::Named(name) if *name == self.style);
        match references == 0 && styles.iter().all(own) {
            true => Ok(()),
            false => Err(StyleError::OneStyle),
        }
    }
}

impl Artist {
    /// The model, unless it is a network that paints in one way.
    pub fn painter(&self) -> Option<&Painter> {
        match self {
            Self::Model(painter) => Some(painter),
            Self::OneWay(_) => None,
        }
    }

    /// Markdown for readers.
    pub(crate) fn card(&self) -> &str {
        match self {
            Self::Model(painter) => painter.card(),
            Self::OneWay(artist) => &artist.card,
        }
    }

    /// How many styles it has learned from; of a model, some may be content only.
    pub(crate) fn style_count(&self) -> usize {
        match self {
            Self::Model(painter) => painter.styles().len(),
            Self::OneWay(_) => 1,
        }
    }

    /// A style to paint in by its number; nothing for content only.
    pub(crate) fn style(&self, index: usize) -> Option<ShownStyle<'_>> {
        match self {
            Self::Model(painter) => {
                let style = painter.styles().get(index)?;
                let shown = !style.content_only && style.mean.is_some();
                shown.then_some(ShownStyle {
                    name: &style.name,
                    licence: &style.licence,
                })
            }
            Self::OneWay(artist) => (index == 0).then_some(ShownStyle {
                name: &artist.style,
                licence: &artist.licence,
            }),
        }
    }

    /// The styles to paint in, with their numbers.
    pub(crate) fn shown_styles(&self) -> impl Iterator<Item = (usize, ShownStyle<'_>)> {
        (0..self.style_count()).filter_map(|index| Some((index, self.style(index)?)))
    }

    pub(super) fn paint(
        &self,
        order: &Order<'_>,
        options: &PaintOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Picture, PaintError> {
        match self {
            Self::Model(painter) => {
                painter.paint(order.content, order.style, options, progress, stop)
            }
            Self::OneWay(artist) => artist.painter.paint(order.content, options, progress, stop),
        }
    }

    pub(super) fn paint_together(
        &self,
        orders: &[Order<'_>],
        tile: u32,
        stop: &AtomicBool,
    ) -> Vec<Result<Picture, PaintError>> {
        match self {
            Self::Model(painter) => painter.paint_together(orders, tile, stop),
            Self::OneWay(artist) => artist.painter.paint_together(orders, tile, stop),
        }
    }
}
